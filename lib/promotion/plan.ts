import { isModelDigest, MODEL_DIGEST_RULE } from '../core/model-digest';
import { namesAlike, type Pin, type Pins } from '../core/pins';
import { uriMistake } from './artifact-uri';
import { inWords } from './duration';
import { earlyGates, lateGates, unanswered, type Closed, type ClosedFault } from './gates';
import { plainText } from './plain-text';
import { registeredName, ruleFor, type CanaryRules, type Rule, type Rules } from './rules';
import { ServiceError } from './service-error';
import type { Place, Recording, VersionFacts, Wanted } from './wanted';

/** Tag of a model version with the digest of its files, for models whose pin has one. */
export const DIGEST_TAG = 'mlops.digest';

/** One change of one pin. */
export interface Promotion extends Place {
  /** The pinned version before; `UNPINNED` if there was none. */
  readonly from: number;
  /** The version that goes out, or comes back. */
  readonly version: number;
  readonly change: Change;
  /** What the registry says about the version; undefined for one that is only taken away. */
  readonly facts?: VersionFacts;
  /** Why a canary was taken away. */
  readonly reason?: string;
}

/** What becomes of the pin. */
export type Change =
  | { readonly kind: 'version'; readonly digest?: string }
  | { readonly kind: 'canary'; readonly percent: number; readonly digest?: string }
  | { readonly kind: 'canary-removed'; readonly because: 'alias' | 'metric' }
  | { readonly kind: 'pin-removed' }
  /** A pin as the history has it, with everything that was recorded then. */
  | { readonly kind: 'restored'; readonly pin: Omit<Pin, 'line'> };

/** A wanted version that does not go out now. */
export interface Held extends Place {
  readonly version?: number;
  readonly reasons: readonly Closed[];
}

/** The version of a model that has no pin yet. */
export const UNPINNED = 0;

/** What to do now. */
export interface Plan {
  readonly promotions: readonly Promotion[];
  readonly held: readonly Held[];
  /** What cannot be decided before its evidence was read. */
  readonly unread: readonly Wanted[];
}

/** The pinned versions of every unit, by `<environment>/<team>`. */
export type PinsByUnit = ReadonlyMap<string, Pins>;

export const unitOf = ({ environment, team }: Omit<Place, 'model'>): string => `${environment}/${team}`;

/**
 * Decides which pins change. It remembers nothing: the same arguments give the same plan, and once its promotions are done
 * it plans none of them again.
 *
 * @param frozen why no version goes out to an environment, for those that are frozen
 */
export function planPromotions(
  wanted: readonly Wanted[],
  pins: PinsByUnit,
  rules: Rules,
  now: Date,
  frozen: ReadonlyMap<string, string> = new Map(),
): Plan {
  const plan = { promotions: [] as Promotion[], held: [] as Held[], unread: [] as Wanted[] };
  for (const one of inOrder(wanted, rules)) {
    const { environment, team, model, version } = one;
    const pin = pins.get(unitOf(one))?.models.get(model);
    const rule = ruleFor(rules, environment, team, model);
    if (pin === undefined || rule === undefined) {
      continue;
    }
    const question = { one, pin, rule, pins, rules, now, frozen: frozen.get(environment) };
    const decided = failedCanary(question) ?? decide(question);
    if (decided === 'unread') {
      plan.unread.push(one);
    } else if (Array.isArray(decided)) {
      plan.held.push(...(decided.length > 0 ? [{ environment, team, model, version, reasons: decided }] : []));
      plan.promotions.push(...unwantedCanary(question));
    } else {
      plan.promotions.push(decided);
    }
  }
  return plan;
}

/** Environments as the rules order them, teams and models by their letters; each place once. */
function inOrder(wanted: readonly Wanted[], rules: Rules): Wanted[] {
  const ranks = new Map([...rules.environments.keys()].map((name, rank) => [name, rank]));
  const byLetters = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
  const compare = (one: Place, other: Place) =>
    (ranks.get(one.environment) ?? -1) - (ranks.get(other.environment) ?? -1) ||
    byLetters(one.team, other.team) ||
    byLetters(one.model, other.model);
  const sorted = [...wanted].sort(compare);
  return sorted.filter((one, index) => index === sorted.length - 1 || compare(one, sorted[index + 1]!) !== 0);
}

interface Question {
  readonly one: Wanted;
  readonly pin: Pin;
  readonly rule: Rule;
  readonly pins: PinsByUnit;
  readonly rules: Rules;
  readonly now: Date;
  readonly frozen: string | undefined;
}

const isInsisted = ({ person }: Wanted): boolean => person?.insisted !== undefined;

const hold = (gate: string, reason: string, fault?: ClosedFault): Closed[] => [
  { gate, reason, ...(fault && { fault }) },
];

/** The end of a canary that measured too much, whether or not anybody can say what is wanted now. */
function failedCanary({ one, pin, rule }: Question): Promotion | undefined {
  const reason = rule.canary && tooMuch(rule.canary, one);
  // A person gets what they ask for or the reason why not, and nothing else.
  return pin.canary && reason !== undefined && !one.person
    ? canaryRemoved(one, pin.version, pin.canary.version, 'metric', reason)
    : undefined;
}

const tooMuch = ({ query }: CanaryRules, { measured }: Wanted): string | undefined =>
  query && typeof measured === 'number' && measured > query.max
    ? `its canary measured ${measured}, and ${query.max} is allowed`
    : undefined;

/** The end of a canary that the alias left, for a version that cannot take its place now. */
function unwantedCanary({ one, pin, rule }: Question): Promotion[] {
  const { version } = one;
  if (
    !rule.canary ||
    !pin.canary ||
    version === undefined ||
    version === pin.canary.version ||
    one.unknown !== undefined
  ) {
    return [];
  }
  // A person who asks in vain for yet another version has not said that this one must end.
  if (one.person && version !== pin.version) {
    return [];
  }
  const reason = one.person ? `version ${version} was asked for` : `alias ${rule.alias} points to version ${version}`;
  return [canaryRemoved(one, pin.version, pin.canary.version, 'alias', reason)];
}

const canaryRemoved = (
  { environment, team, model }: Place,
  from: number,
  version: number,
  because: 'alias' | 'metric',
  reason: string,
): Promotion => ({ environment, team, model, from, version, change: { kind: 'canary-removed', because }, reason });

/** A promotion, or what holds it, which is nothing if there is nothing to do; or that more must be known. */
function decide(question: Question): Promotion | Closed[] | 'unread' {
  const { one, pin, rule, now } = question;
  const { environment, team, model, version, evidence } = one;
  if (one.unknown !== undefined) {
    return [unanswered(one.unknown)];
  }
  if (version === undefined) {
    return hold('alias', `alias ${rule.alias} is not set, so version ${pin.version} stays`, 'absent');
  }
  if (version === pin.version) {
    return [];
  }
  const twin = twinOf(question);
  if (twin !== undefined) {
    return hold('name', `model ${twin} of the same team differs only in capitals; rename one of the two`, 'sameName');
  }
  const early = isInsisted(one) ? [] : earlyGates(rule, question.frozen, now);
  if (early.length > 0) {
    return early;
  }
  if (evidence === undefined) {
    return 'unread';
  }
  const { facts, takenBack } = evidence;
  if (takenBack && !isInsisted(one)) {
    return hold(
      'taken-back',
      `commit ${takenBack.commit.slice(0, 12)} of ${plainText(takenBack.author)} took version ${version} back; ` +
        'move the alias to another version, or insist with mlops promote',
    );
  }
  if (facts === undefined) {
    return hold('version', `the registry has no version ${version}; name one that it has, or move the alias`, 'absent');
  }
  const digest = pin.digest === undefined ? undefined : facts.tags.get(DIGEST_TAG);
  const closed = [
    ...unsafe(question, facts, digest),
    ...(isInsisted(one) ? [] : lateGates(rule, evidence, facts, now)),
  ];
  if (closed.length > 0) {
    return closed;
  }
  const step = rule.canary && !isInsisted(one) ? nextStep(rule.canary, pin, one, version, now) : 'all';
  if (typeof step !== 'number' && step !== 'all') {
    return [step];
  }
  const change: Change = step === 'all' ? { kind: 'version', digest } : { kind: 'canary', percent: step, digest };
  return { environment, team, model, from: pin.version, version, change, facts };
}

/** What no rule can allow, but for pickles. */
function unsafe({ one, pin, rule, pins, rules }: Question, facts: VersionFacts, digest: string | undefined): Closed[] {
  const { status, uri, file, version } = facts;
  const place = uriMistake(uri, rules.teams.get(one.team)!.registry.artifacts);
  if (status !== 'READY') {
    return hold('version', `version ${version} is ${plainText(status)}, not READY`);
  }
  if (place !== undefined) {
    return hold('source', place);
  }
  if (typeof file === 'string') {
    return hold('files', plainText(file));
  }
  // The history may be of a registry that was set up anew since: a person can say so.
  const past = isInsisted(one) ? [] : (one.evidence?.recorded ?? []);
  const known = [...pinnedFiles(one, version, pins, rules), ...past].find(({ mlmodel }) => mlmodel !== file.digest);
  return [
    ...(known ? hold('files', `MLmodel is not the file of version ${version} that ${known.where} has`) : []),
    ...(file.pickles.length > 0 && !rule.pickle
      ? hold('pickle', `loading ${plainText(file.pickles.join(', '))} runs code from its files; write pickle: allowed`)
      : []),
    ...(pin.digest !== undefined && (digest === undefined || !isModelDigest(digest))
      ? hold(
          'digest',
          `the pin has a digest, so tag ${DIGEST_TAG} must have that of version ${version}: ${MODEL_DIGEST_RULE}`,
        )
      : []),
  ];
}

/** What the pins of a team say of a version's files. */
function pinnedFiles(one: Wanted, version: number, pins: PinsByUnit, rules: Rules): Recording[] {
  const name = registeredName(rules, one.team, one.model);
  return [...rules.environments.keys()].flatMap(environment => {
    const models = pins.get(unitOf({ environment, team: one.team }))?.models.values() ?? [];
    return [...models]
      .filter(pin => registeredName(rules, one.team, pin.name) === name)
      .flatMap(pin => [pin, ...(pin.canary ? [pin.canary] : [])])
      .filter(pinned => pinned.version === version)
      .flatMap(({ mlmodel }) => (mlmodel === undefined ? [] : [{ mlmodel, where: environment }]));
  });
}

/** The percent that is due, or all; or what it waits for. */
function nextStep(
  rules: CanaryRules,
  { canary }: Pin,
  one: Wanted,
  version: number,
  now: Date,
): number | 'all' | Closed {
  const { steps, seconds, query } = rules;
  const { evidence, measured } = one;
  if (canary?.version !== version) {
    return steps[0]!;
  }
  if (query && measured instanceof ServiceError) {
    return unanswered(measured);
  }
  const reason = tooMuch(rules, one);
  if (reason !== undefined) {
    return { gate: 'canary', reason };
  }
  const left = seconds - (now.getTime() - (evidence?.changed?.getTime() ?? now.getTime())) / 1000;
  if (left > 0) {
    return { gate: 'canary', reason: `${canary.percent} % of the requests, ${inWords(left)} to go` };
  }
  if (query && measured === undefined) {
    return { gate: 'canary', reason: `${canary.percent} % of the requests, and its metric has no answer` };
  }
  return steps.find(step => step > canary.percent) ?? 'all';
}

/** Another model of the team whose name a file system or a person could take for this one. */
function twinOf({ one, pins }: Question): string | undefined {
  const names = [...(pins.get(unitOf(one))?.models.keys() ?? [])];
  return names.find(name => namesAlike(name, one.model));
}
