import * as fc from 'fast-check';
import { z } from 'zod';
import { inOneOrder } from '../../../lib/helm/emit/arm-order';
import { literal, type Arm, type ChartTree } from '../../../lib/helm/tree/chart-tree';
import { both, either, not, type Condition } from '../../../lib/helm/tree/condition';
import { evaluate } from '../../../lib/helm/tree/interpret';
import { slotName, slotsOf, type Slot } from '../../../lib/helm/tree/slot';
import { readContract } from '../../../lib/helm/values/read-contract';
import { flag, name } from '../nasty/values';

const kind = z.enum(['x', 'y', 'z']).default('x').describe('a kind');
const side = z.enum(['left', 'right']).default('left').describe('a side');
const slots = slotsOf(readContract(z.strictObject({ one: name(), two: name(), own: flag(), kind, side }) as never));
const slot = (wanted: string): Slot => slots.find(each => slotName(each) === wanted)!;
const given = (of: string): Condition => ({ kind: 'test', test: { kind: 'given', slot: slot(of) }, negated: false });
const is = (of: string, text: string): Condition => ({
  kind: 'test',
  test: { kind: 'equals', slot: slot(of), text },
  negated: false,
});
const release = { name: 'r', namespace: 'n', fullname: 'r-demo', appVersion: '1', chart: 'demo-1' };

const treeOf = (arms: readonly Arm[]): ChartTree => ({
  objects: [{ kind: 'Thing', title: '', node: { kind: 'choice', arms }, over: [] }],
});
const armsOf = (tree: ChartTree): readonly Arm[] => (tree.objects[0]!.node as { arms: readonly Arm[] }).arms;
const ordered = (...arms: readonly [when: Condition | undefined, text: string][]): unknown[] =>
  armsOf(inOneOrder(treeOf(arms.map(([when, text]) => ({ when, node: literal(text) }))))).map(
    ({ node }) => (node as { value: unknown }).value,
  );

describe('Arms of a choice', () => {
  const all = both(given('one'), given('two'));

  it('stand in the order in which their values are declared', () => {
    const order = ['both', 'one', 'two', 'none'];
    expect(ordered([all, 'both'], [given('two'), 'two'], [given('one'), 'one'], [undefined, 'none'])).toEqual(order);
    expect(ordered([all, 'both'], [given('one'), 'one'], [given('two'), 'two'], [undefined, 'none'])).toEqual(order);
  });

  it('stay where they are if both can be meant', () => {
    expect(ordered([given('two'), 'two'], [given('one'), 'one'], [undefined, 'none'])).toEqual(['two', 'one', 'none']);
  });

  it('know that a value is one of its choices only', () => {
    expect(ordered([is('kind', 'z'), 'z'], [is('kind', 'y'), 'y'], [undefined, 'x'])).toEqual(['y', 'z', 'x']);
  });

  it('ask for the first of two choices, and for what is given', () => {
    expect(ordered([is('side', 'right'), 'right'], [undefined, 'left'])).toEqual(['left', 'right']);
    expect(ordered([not(given('own')), 'off'], [undefined, 'on'])).toEqual(['on', 'off']);
    expect(ordered([not(is('side', 'right')), 'left'], [undefined, 'right'])).toEqual(['left', 'right']);
  });

  it('mean what they meant', () => {
    const test = fc.constantFrom(
      ...[given('one'), given('two'), given('own')],
      ...['x', 'y', 'z'].map(text => is('kind', text)),
      ...['left', 'right'].map(text => is('side', text)),
    );
    const asked = fc.tuple(test, fc.boolean()).map(([each, negated]) => (negated ? not(each) : each));
    const when = fc.oneof(
      asked,
      fc.array(asked, { minLength: 2, maxLength: 3 }).map(of => both(...of)),
      fc.array(asked, { minLength: 2, maxLength: 3 }).map(of => either(...of)),
    );
    const values = fc.record({
      one: fc.constantFrom('', 'a'),
      two: fc.constantFrom('', 'a'),
      own: fc.boolean(),
      kind: fc.constantFrom('x', 'y', 'z'),
      side: fc.constantFrom('left', 'right'),
    });
    fc.assert(
      fc.property(fc.array(when, { minLength: 1, maxLength: 4 }), values, (conditions, given) => {
        const arms = [
          ...conditions.map((each, index) => ({ when: each, node: literal(index) })),
          { node: literal('') },
        ];
        const tree = treeOf(arms);
        const environment = { values: given, release, turns: new Map() };
        expect(evaluate(inOneOrder(tree).objects[0]!.node, environment)).toEqual(
          evaluate(tree.objects[0]!.node, environment),
        );
      }),
      { numRuns: 300 },
    );
  });
});
