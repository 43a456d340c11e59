import { plainText } from './plain-text';
import { UNPINNED, type Promotion } from './plan';
import type { Rules } from './rules';
import { registeredName } from './rules';

/** Who moved a version: an alias, what its canary measured, or a person. */
export type Mover =
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'canary' }
  | {
      readonly kind: 'person';
      readonly name: string;
      readonly insisted?: string;
      /** Where the alias pointed then; undefined if nobody knows. */
      readonly aliasAt?: AliasAt;
    };

/** Where an alias points: a version, or nowhere. */
export type AliasAt = number | 'none';

/** What a commit of ours says of its promotion. */
export interface Recorded {
  readonly environment: string;
  readonly team: string;
  readonly model: string;
  /** `UNPINNED` for a first version. */
  readonly from: number;
  readonly to: number;
  readonly by: Mover['kind'];
  /** Where the alias pointed when a person moved it; undefined if nobody knows. */
  readonly aliasAt?: AliasAt;
}

/** The message of a promotion's commit. What others wrote in it is one line of plain text each. */
export function commitMessage(promotion: Promotion, mover: Mover, rules: Rules): string {
  const { environment, team, model, from, version, change, facts, reason } = promotion;
  const { link } = rules.teams.get(team)!.registry;
  const registered = registeredName(rules, team, model);
  const by = mover.kind === 'canary' ? 'canary' : `${mover.kind} ${mover.name}`;
  const run = facts?.run;
  const body = [
    versionLine(link, registered, version),
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
    ...(mover.kind === 'person' && mover.aliasAt !== undefined && { 'Alias-At': mover.aliasAt }),
  };
  return `${[
    `${headline(promotion)}`,
    '',
    ...body.map(line => plainText(line, 500)),
    '',
    ...Object.entries(trailers).map(([key, value]) => `Mlops-${key}: ${plainText(String(value))}`),
  ].join('\n')}\n`;
}

/** The line that all commits of a model version have. */
export const versionLine = (link: string, registered: string, version: number): string =>
  plainText(`Model version: ${link}/#/models/${encodeURIComponent(registered)}/versions/${version}`, 500);

/** The line that all commits of a model have. */
export const modelLine = (model: string): string => `Mlops-Model: ${plainText(model)}`;

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

/** Reads what a message says, whatever somebody who merged it wrote behind; undefined if it is none of ours. */
export function parseMessage(message: string): Recorded | undefined {
  return message
    .split(/\n\s*\n/)
    .map(parseTrailers)
    .findLast(recorded => recorded !== undefined);
}

function parseTrailers(paragraph: string): Recorded | undefined {
  const lines = paragraph.matchAll(/^Mlops-([A-Za-z-]+): (.*?)\r?$/gm);
  const trailers = new Map([...lines].map(([, key, value]) => [key!, value!]));
  const [environment, team, model, from, to, by, at] = KEYS.map(key => trailers.get(key));
  const kind = MOVERS.find(one => one === by?.split(' ')[0]);
  if (!environment || !team || !model || !(isVersion(from) || from === 'none') || !isVersion(to) || !kind) {
    return undefined;
  }
  return {
    environment,
    team,
    model,
    from: from === 'none' ? UNPINNED : Number(from),
    to: Number(to),
    by: kind,
    ...(kind === 'person' && (isVersion(at) || at === 'none') && { aliasAt: at === 'none' ? at : Number(at) }),
  };
}

const KEYS = ['Environment', 'Team', 'Model', 'From', 'To', 'By', 'Alias-At'];
const MOVERS = ['alias', 'canary', 'person'] as const;
const isVersion = (text: string | undefined): boolean => /^[1-9][0-9]{0,14}$/.test(text ?? '');
