import type { Entry, Item } from '../tree/chart-tree';
import { conditionKey, not, type Condition } from '../tree/condition';
import type { Slot } from '../tree/slot';
import { slotsIn } from '../tree/used-slots';
import { FULLNAME, type LoopNames, type Scope } from './go-syntax';

export interface Group<Part> {
  readonly parts: readonly Part[];
  /** What is there if the others are not. */
  readonly instead: readonly Part[];
  readonly when: Condition | undefined;
  readonly over: readonly Slot[];
  /** Whether the parts have conditions of their own, beside this one. */
  readonly isNested?: boolean;
  /** Groups of which one may be there if this one is not. */
  readonly others?: readonly Group<Part>[];
}

/** Neighbours that share a condition, so that it is asked once. */
export function grouped<Part extends Entry | Item>(parts: readonly Part[]): Group<Part>[] {
  return parts.reduce<Group<Part>[]>((groups, part) => {
    const last = groups.at(-1);
    const isAlone = part.over.length > 0 || part.when === undefined || last === undefined || last.over.length > 0;
    if (!isAlone && last.instead.length === 0 && conditionKey(last.when) === conditionKey(part.when)) {
      return [...groups.slice(0, -1), { ...last, parts: [...last.parts, part] }];
    }
    if (!isAlone && last.when !== undefined && isOpposite(last.when, part.when!)) {
      return [...groups.slice(0, -1), { ...last, instead: [...last.instead, part] }];
    }
    return [...groups, { parts: [part], instead: [], when: part.when, over: part.over }];
  }, []);
}

/** Whether one of two conditions holds and never both. Questions about one of two choices stay questions. */
function isOpposite(one: Condition, other: Condition): boolean {
  return one.kind === 'test'
    ? conditionKey(not(one)) === conditionKey(other)
    : conditionKey(aboutFirst(not(one))) === conditionKey(aboutFirst(other));
}

/** A condition that asks for the first of two choices only. */
function aboutFirst(condition: Condition): Condition {
  if (condition.kind !== 'test') {
    return { ...condition, of: condition.of.map(aboutFirst) };
  }
  const { test, negated } = condition;
  const [first, second, third] = test.slot.node.kind === 'choice' ? test.slot.node.choices : [];
  return test.kind === 'equals' && first !== undefined && test.text === second && third === undefined
    ? { kind: 'test', test: { ...test, text: first }, negated: !negated }
    : condition;
}

/** The value that a condition asks for, if nothing else is printed below it. */
export function onlyValue(parts: readonly (Entry | Item)[], when: Condition): Slot | undefined {
  if (when.kind !== 'test' || when.negated || when.test.kind !== 'given' || parts.length > 1) {
    return undefined;
  }
  const { slot } = when.test;
  const [part] = parts;
  const used = part === undefined ? [] : slotsIn(part.node, 'key' in part ? part.key : undefined);
  return slot.node.kind !== 'boolean' && used.length > 0 && used.every(each => each === slot) ? slot : undefined;
}

export const exceptOf = (parts: readonly (Entry | Item)[]): readonly string[] =>
  parts.flatMap(part => ('except' in part && part.except !== undefined ? part.except : []));

export const together = (conditions: readonly Condition[]): Condition | undefined =>
  conditions.length > 1 ? { kind: 'all', of: conditions } : conditions[0];

export function isInside(slot: Slot, loop: Slot): boolean {
  return slot.scope !== undefined && (slot.scope === loop || isInside(slot.scope, loop));
}

/** `$host` for `hosts`; `$name, $value` for a map. */
export function namesFor(loop: Slot, { loops }: Scope, number: number): LoopNames {
  const taken = new Set([FULLNAME, ...[...loops.values()].flatMap(({ item, key }) => [item, key])]);
  const free = (name: string): string => (taken.has(name) ? `${name}${number}` : name);
  if (loop.node.kind === 'map') {
    return { key: free('$key'), item: free('$value') };
  }
  const last = loop.node.path.findLast(step => step !== '[]' && step !== '{}') ?? 'item';
  const singular = last.endsWith('ies')
    ? `${last.slice(0, -3)}y`
    : last.length > 1 && last.endsWith('s')
      ? last.slice(0, -1)
      : last;
  return { item: free(`$${singular === 'part' ? 'item' : singular}`) };
}

const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

/** Entries as people write them: what says which object it is comes first. */
export function ordered(entries: readonly Entry[], place: 'item' | 'map' = 'map'): readonly Entry[] {
  const first = FIRST.flatMap(name => entries.filter(({ key }) => key === name));
  const others = entries.filter(entry => !first.includes(entry));
  const sorted = [...first, ...others];
  const lead =
    place === 'item'
      ? sorted.find(({ when, over, spread }) => when === undefined && over.length === 0 && !spread)
      : undefined;
  return lead === undefined ? sorted : [lead, ...sorted.filter(entry => entry !== lead)];
}
