import type { Entry, Item } from '../tree/chart-tree';
import { conditionKey, excludes, type Condition } from '../tree/condition';
import type { Slot } from '../tree/slot';
import { grouped, together, type Group } from './emit-groups';

/** Conditions that a reader follows within another. */
const DEEPEST = 2;

/** Neighbours with what their conditions have in common asked once, around them, and choices of one value in one chain. */
export function nestedGroups<Part extends Entry | Item>(parts: readonly Part[], depth: number): readonly Group<Part>[] {
  const groups = grouped(parts);
  return chained(depth >= DEEPEST ? groups : nested(groups, depth));
}

function nested<Part extends Entry | Item>(groups: readonly Group<Part>[], depth: number): readonly Group<Part>[] {
  const [first, ...rest] = groups;
  if (first === undefined) {
    return [];
  }
  const runs = conjuncts(first).map(common => {
    const end = groups.findIndex(group => !conjuncts(group).some(each => conditionKey(each) === conditionKey(common)));
    return { common, run: groups.slice(0, end === -1 ? groups.length : end) };
  });
  const { common, run } = runs.reduce((one, other) => (other.run.length > one.run.length ? other : one), {
    common: undefined as Condition | undefined,
    run: [first],
  });
  if (common === undefined || run.length < 2) {
    return [first, ...nested(rest, depth)];
  }
  const inside = run.flatMap(group => group.parts.map(part => without(part, common)));
  return [
    { parts: inside, instead: [], when: common, over: [], isNested: true },
    ...nested(groups.slice(run.length), depth),
  ];
}

interface Asked {
  readonly when?: Condition | undefined;
  readonly over: readonly Slot[];
  readonly instead?: readonly unknown[];
}

/** What a group asks for, if that is all that decides about it. */
function conjuncts({ when, over, instead = [] }: Asked): readonly Condition[] {
  return when === undefined || over.length > 0 || instead.length > 0 ? [] : when.kind === 'all' ? when.of : [when];
}

function without<Part extends Entry | Item>(part: Part, common: Condition): Part {
  const left = conjuncts(part).filter(each => conditionKey(each) !== conditionKey(common));
  return { ...part, when: together(left) };
}

/** `else if` for what asks whether the same value is something else. */
function chained<Part>(groups: readonly Group<Part>[]): readonly Group<Part>[] {
  return groups.reduce<Group<Part>[]>((all, group) => {
    const last = all.at(-1);
    const isOther =
      last !== undefined && [last, ...(last.others ?? [])].every(other => isAnotherCase(other.when, group.when));
    return isOther && isPlain(last) && isPlain(group)
      ? [...all.slice(0, -1), { ...last, others: [...(last.others ?? []), group] }]
      : [...all, group];
  }, []);
}

const isPlain = <Part>({ over, instead }: Group<Part>): boolean => over.length === 0 && instead.length === 0;

const isAnotherCase = (one: Condition | undefined, other: Condition | undefined): boolean =>
  one?.kind === 'test' && other?.kind === 'test' && !one.negated && !other.negated && excludes(one.test, other.test);
