import type { Slot } from './slot';

/** One question about one value. */
export type Test =
  /** Whether a boolean is true, or a text, list or map is not empty. */
  | { readonly kind: 'given'; readonly slot: Slot }
  | { readonly kind: 'equals'; readonly slot: Slot; readonly text: string }
  /** `state` numbers the intervals between the limits of the integer; the one above this limit has that number. */
  | { readonly kind: 'above'; readonly slot: Slot; readonly limit: number; readonly state: number }
  /** Whether a map of the user's has a key. */
  | { readonly kind: 'has'; readonly slot: Slot; readonly key: string };

/** When a part of an object is there. */
export type Condition =
  | { readonly kind: 'test'; readonly test: Test; readonly negated: boolean }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] };

export const both = (...of: readonly Condition[]): Condition => join('all', of);
export const either = (...of: readonly Condition[]): Condition => join('any', of);

function join(kind: 'all' | 'any', of: readonly Condition[]): Condition {
  const flat = of.flatMap(each => (each.kind === kind ? each.of : [each]));
  return flat.length === 1 ? flat[0]! : { kind, of: flat };
}

/** The opposite. */
export function not(condition: Condition): Condition {
  return condition.kind === 'test'
    ? { ...condition, negated: !condition.negated }
    : { kind: condition.kind === 'all' ? 'any' : 'all', of: condition.of.map(not) };
}

/** Every value that the condition asks for. */
export function slotsAsked(condition: Condition): Slot[] {
  return condition.kind === 'test' ? [condition.test.slot] : condition.of.flatMap(slotsAsked);
}

/** Whether two tests never hold at once: a value is one of its choices only. */
export const excludes = (test: Test, other: Test): boolean =>
  test.kind === 'equals' && other.kind === 'equals' && test.slot === other.slot && test.text !== other.text;

/** Equal texts for conditions that say the same in the same words. */
export function conditionKey(condition: Condition | undefined): string {
  if (condition === undefined) {
    return '';
  }
  if (condition.kind !== 'test') {
    return `${condition.kind}(${condition.of.map(conditionKey).join(',')})`;
  }
  const { test, negated } = condition;
  const value =
    test.kind === 'given' ? '' : ` ${test.kind} ${'text' in test ? test.text : 'key' in test ? test.key : test.limit}`;
  return `${negated ? '!' : ''}${test.slot.id}${value}`;
}
