import { plainText } from './plain-text';
import { UNPINNED, type Promotion } from './plan';
import type { Rules } from './rules';
import { registeredName } from './rules';

/** Who moved a version: an alias, what its canary measured, or a person. */
export type Mover =
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'canary' }
  | { readonly kind: 'person'; readonly name: string; readonly insisted?: string };

/** What a commit of ours says of its promotion. */
export interface Recorded {
  readonly environment: string;
  readonly team: string;
  readonly model: string;
  readonly from: number;
  readonly to: number;
  /** Whether an alias moved it. */
  readonly byAlias: boolean;
}

/** The message of a promotion's commit. What others wrote in it is one line of plain text each. */
export function commitMessage(promotion: Promotion, mover: Mover, rules: Rules): string {
  const { environment, team, model, from, version, change, facts, reason } = promotion;
  const { link } = rules.teams.get(team)!.registry;
  const registered = registeredName(rules, team, model);
  const by = mover.kind === 'canary' ? 'canary' : `${mover.kind} ${mover.name}`;
  const run = facts?.run;
  const body = [
    `Model version: ${link}/#/models/${encodeURIComponent(registered)}/versions/${version}`,
    ...(run
      ? [`Run: ${link}/#/experiments/${run.experiment}/runs/${run.id}${run.user && `, started by ${run.user}`}`]
      : []),
    ...(reason === undefined ? [] : [`Reason: ${reason}`]),
    ...(mover.kind === 'person' && mover.insisted !== undefined ? [`Past its gates: ${mover.insisted}`] : []),
  ];
  const trailers = {
    Environment: environment,
    Team: team,
    Model: model,
    From: from === UNPINNED ? 'none' : from,
    To: change.kind === 'pin-removed' ? 'none' : change.kind === 'canary-removed' ? from : version,
    By: by,
  };
  return `${[
    `${headline(promotion)}`,
    '',
    ...body.map(line => plainText(line, 500)),
    '',
    ...Object.entries(trailers).map(([key, value]) => `Mlops-${key}: ${plainText(String(value))}`),
  ].join('\n')}\n`;
}

/** A promotion in one line. */
export function headline({ environment, team, model, from, version, change }: Promotion): string {
  const place = `${environment}/${team}: ${model}`;
  switch (change.kind) {
    case 'version':
    case 'restored':
      return from === UNPINNED ? `${place} ${version}, its first version` : `${place} ${from} -> ${version}`;
    case 'pin-removed':
      return `${place} ${from} removed`;
    case 'canary':
      return `${place} ${from}, canary ${version} at ${change.percent} %`;
    case 'canary-removed':
      return `${place} ${from}, canary ${version} removed`;
  }
}

/** Reads what a message says; undefined if it is none of ours. */
export function parseMessage(message: string): Recorded | undefined {
  const last = message.trimEnd().split('\n\n').at(-1)!;
  const trailers = new Map([...last.matchAll(/^Mlops-([A-Za-z]+): (.*)$/gm)].map(([, key, value]) => [key!, value!]));
  const [environment, team, model, from, to, by] = ['Environment', 'Team', 'Model', 'From', 'To', 'By'].map(key =>
    trailers.get(key),
  );
  if (!environment || !team || !model || !isVersion(from) || !isVersion(to) || !by) {
    return undefined;
  }
  return { environment, team, model, from: Number(from), to: Number(to), byAlias: by.startsWith('alias ') };
}

const isVersion = (text: string | undefined): boolean => /^[1-9][0-9]{0,14}$/.test(text ?? '');
