import type { Arm, ChartTree } from '../tree/chart-tree';
import { conditionKey, excludes, slotsAsked, type Condition, type Test } from '../tree/condition';

/** Questions that are answered in every way to see whether two conditions can hold at once. */
const MOST_QUESTIONS = 8;

/** The same tree with the arms of each choice in the one order that choices of the same arms share. */
export function inOneOrder(tree: ChartTree): ChartTree {
  return ordered(tree) as ChartTree;
}

/** Values, lists and maps of the user's are not of the tree; they know each other, and are left as they are. */
const SLOTS = ['slot', 'scope', 'over'];

function ordered(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) {
    return part;
  }
  if (Array.isArray(part)) {
    return part.map(ordered);
  }
  return Object.fromEntries(
    Object.entries(part).map(([name, field]): [string, unknown] =>
      SLOTS.includes(name)
        ? [name, field]
        : [name, name === 'arms' ? armsInOrder(ordered(field) as readonly Arm[]) : ordered(field)],
    ),
  );
}

/** Arms that cannot both be meant change places, so that those which ask for values declared earlier come first. */
function armsInOrder(arms: readonly Arm[]): readonly Arm[] {
  const [first, second] = arms;
  if (arms.length === 2 && first!.when?.kind === 'test' && second!.when === undefined) {
    return twoInOrder(first!, first!.when, second!);
  }
  const asked = arms.flatMap(({ when }) => (when === undefined ? [] : [when]));
  const tests = new Map(asked.flatMap(testsIn).map(test => [keyOf(test), test]));
  if (arms.length < 3 || tests.size > MOST_QUESTIONS) {
    return arms;
  }
  const answers = answersTo([...tests.values()]);
  const done: Arm[] = [];
  let left = arms.filter(({ when }) => when !== undefined);
  while (left.length > 0) {
    const open = answers.filter(yes => !done.some(({ when }) => isTrue(when!, yes)));
    const free = left.filter((arm, index) =>
      left.slice(0, index).every(other => !open.some(yes => isTrue(arm.when!, yes) && isTrue(other.when!, yes))),
    );
    const next = free.reduce((one, another) => (isBefore(another.when!, one.when!) ? another : one));
    done.push(next);
    left = left.filter(arm => arm !== next);
  }
  return [...done, ...arms.filter(({ when }) => when === undefined)];
}

/** What is there if something holds comes first, and of two choices the first one. */
function twoInOrder(first: Arm, { test, negated }: Condition & { kind: 'test' }, second: Arm): readonly Arm[] {
  const [one] = test.slot.node.kind === 'choice' && test.slot.node.choices.length === 2 ? test.slot.node.choices : [];
  const isOther = test.kind === 'equals' && one !== undefined && test.text !== one;
  const when: Condition = { kind: 'test', test: isOther ? { ...test, text: one } : test, negated: false };
  return negated === isOther ? [{ ...first, when }, second] : [{ ...second, when }, { node: first.node }];
}

function isBefore(one: Condition, other: Condition): boolean {
  const [a, b] = [one, other].map(condition => slotsAsked(condition).map(({ id }) => id)) as [number[], number[]];
  const index = a.findIndex((id, at) => id !== b[at]);
  return index === -1
    ? a.length === b.length && conditionKey(one) < conditionKey(other)
    : a[index]! < (b[index] ?? Infinity);
}

const testsIn = (condition: Condition): readonly Test[] =>
  condition.kind === 'test' ? [condition.test] : condition.of.flatMap(testsIn);

const keyOf = (test: Test): string => conditionKey({ kind: 'test', test, negated: false });

/** Every set of tests that may hold at once. */
function answersTo(tests: readonly Test[]): ReadonlySet<string>[] {
  return tests
    .reduce<Test[][]>((sets, test) => sets.flatMap(set => [set, [...set, test]]), [[]])
    .filter(set => set.every(test => set.every(other => !excludes(test, other))))
    .map(set => new Set(set.map(keyOf)));
}

function isTrue(condition: Condition, yes: ReadonlySet<string>): boolean {
  return condition.kind === 'test'
    ? yes.has(keyOf(condition.test)) !== condition.negated
    : condition.kind === 'all'
      ? condition.of.every(each => isTrue(each, yes))
      : condition.of.some(each => isTrue(each, yes));
}
