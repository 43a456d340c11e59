import { z } from 'zod';
import { literal, type ChartTree, type Node } from '../../../lib/helm/tree/chart-tree';
import { interpret } from '../../../lib/helm/tree/interpret';
import { slotName, slotsOf, type Slot } from '../../../lib/helm/tree/slot';
import { readContract } from '../../../lib/helm/values/read-contract';
import type { Json } from '../../../lib/helm/values/value-node';
import { expectRefusal } from '../../support';
import { flag, map, name, names, number } from '../nasty/values';

const slots = slotsOf(
  readContract(z.strictObject({ a: flag(), name: name(), count: number(), names: names(), labels: map() }) as never),
);
const slot = (wanted: string): Slot => slots.find(each => slotName(each) === wanted)!;
const value = (wanted: string): Node => ({
  kind: 'expression',
  of: { kind: 'value', slot: slot(wanted) },
  as: 'itself',
});
const release = { name: 'r', namespace: 'n', fullname: 'r-demo', appVersion: '1', chart: 'demo-1' };

/** What a template prints that consists of this alone. */
function printed(node: Node, values: object): Json {
  const tree: ChartTree = { objects: [{ kind: 'Thing', title: '', node, over: [] }] };
  return interpret(tree, values as Json, release)[0]!;
}

describe('A template', () => {
  it.each([
    [{ a: false }, 'no'],
    [{ a: true }, 'yes'],
  ])('takes the arm that %p asks for', (values, text) => {
    const when = { kind: 'test', test: { kind: 'given', slot: slot('a') }, negated: false } as const;
    expect(printed({ kind: 'choice', arms: [{ when, node: literal('yes') }, { node: literal('no') }] }, values)).toBe(
      text,
    );
  });

  it.each([{}, [], '', 0, false])('takes %p for nothing, as Go does', nothing => {
    const when = { kind: 'test', test: { kind: 'given', slot: slot('name') }, negated: false } as const;
    expect(printed({ kind: 'list', items: [{ node: literal(1), when, over: [] }] }, { name: nothing })).toEqual([]);
  });

  it('goes through maps by the bytes of their keys', () => {
    const key: Node = { kind: 'expression', of: { kind: 'key', scope: slot('labels') }, as: 'text' };
    const labels = { '10': '', b: '', é: '', a: '', '9': '', Z: '' };
    expect(printed({ kind: 'list', items: [{ node: key, over: [slot('labels')] }] }, { labels })).toEqual([
      '10',
      '9',
      'Z',
      'a',
      'b',
      'é',
    ]);
  });

  it('falls back where a text is empty', () => {
    const node: Node = {
      kind: 'interpolation',
      parts: [
        'x-',
        {
          kind: 'default',
          value: { kind: 'value', slot: slot('name') },
          otherwise: { kind: 'release', field: 'fullname' },
        },
      ],
    };
    expect([printed(node, { name: '' }), printed(node, { name: 'own' })]).toEqual(['x-r-demo', 'x-own']);
  });

  it('computes', () => {
    const node: Node = {
      kind: 'expression',
      of: { kind: 'sum', terms: [{ slot: slot('count'), factor: -2 }], constant: 5 },
      as: 'itself',
    };
    expect(printed(node, { count: 4 })).toBe(-3);
  });

  it('joins what its loops bring', () => {
    const items = [
      { node: literal('x'), over: [] },
      { node: value('names[]'), over: [slot('names')] },
    ];
    expect(printed({ kind: 'joined', separator: ',', items }, { names: ['a', 'b'] })).toBe('x,a,b');
  });

  it('refuses a key that would stand in a map twice', () => {
    const key: Node = value('name');
    const entries = [
      { key: 'app', node: literal(1), over: [] },
      { key, node: literal(2), over: [] },
    ];
    expectRefusal(
      () => printed({ kind: 'map', entries }, { name: 'app' }),
      '[templates] the key "app" would stand in a map twice',
    );
  });
});
