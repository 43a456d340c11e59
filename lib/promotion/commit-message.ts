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
  /** `UNPINNED` if the pin was removed. */
  readonly to: number;
  readonly by: Mover['kind'];
  /** The same as the message says it: `alias champion`. */
  readonly mover: string;
  /** Where the alias pointed when a person moved it; undefined if nobody knows. */
  readonly aliasAt?: AliasAt;
  /** The version whose canary was taken away. */
  readonly removed?: number;
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
    ...(change.kind === 'canary-removed' && { Removed: version }),
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

/**
 * What a message says of promotions: one if it is ours, several if somebody squashed commits of ours into one, and none if
 * it is none of ours. What others wrote before, between and behind does not matter.
 */
export function recordsIn(message: string): Recorded[] {
  return message.includes('Mlops-')
    ? message.split(/\n\s*\n/).flatMap(paragraph => parseTrailers(paragraph) ?? [])
    : [];
}

/** Where promotions of one place that are in one commit ended, in whichever order they were written down. */
export const outcomeOf = (records: readonly Recorded[]): Recorded | undefined =>
  records.findLast(({ from, to }) => from === to || !records.some(next => next.from === to)) ?? records.at(-1);

function parseTrailers(paragraph: string): Recorded | undefined {
  const lines = paragraph.matchAll(/^Mlops-([A-Za-z-]+): (.*?)\r?$/gm);
  const trailers = new Map([...lines].map(([, key, value]) => [key!, value!]));
  const [environment, team, model, from, to, by, at, removed] = KEYS.map(key => trailers.get(key));
  const kind = MOVERS.find(one => one === by?.split(' ')[0]);
  if (!environment || !team || !model || !isPinned(from) || !isPinned(to) || !by || !kind) {
    return undefined;
  }
  return {
    environment,
    team,
    model,
    from: pinned(from!),
    to: pinned(to!),
    by: kind,
    mover: by,
    ...(kind === 'person' && isPinned(at) && { aliasAt: at === 'none' ? at : Number(at) }),
    ...(isPinned(removed) && { removed: pinned(removed!) }),
  };
}

const KEYS = ['Environment', 'Team', 'Model', 'From', 'To', 'By', 'Alias-At', 'Removed'];
const MOVERS = ['alias', 'canary', 'person'] as const;
const isPinned = (text: string | undefined): boolean => /^(?:none|[1-9][0-9]{0,14})$/.test(text ?? '');
const pinned = (text: string): number => (text === 'none' ? UNPINNED : Number(text));
