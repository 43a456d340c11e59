import { z } from 'zod';
import { Agreements } from '../../../lib/helm/prove/agreements';
import { byIdentity, type Sample } from '../../../lib/helm/prove/sample';
import { literal, type ChartTree, type Entry, type Node, type ObjectTree } from '../../../lib/helm/tree/chart-tree';
import { slotsOf } from '../../../lib/helm/tree/slot';
import { readContract } from '../../../lib/helm/values/read-contract';
import type { Json } from '../../../lib/helm/values/value-node';
import { name } from '../nasty/values';

const slots = slotsOf(readContract(z.strictObject({ one: name(), other: name() }) as never));
const [one, other] = slots;
const release = { name: 'r', namespace: 'n', fullname: 'r-demo', appVersion: '1', chart: 'demo-1' };

const entry = (key: string, node: Node): Entry => ({ key, node, over: [] });
const thing = (title: string, node: Node): ObjectTree => ({
  kind: 'Thing',
  title,
  over: [],
  node: {
    kind: 'map',
    entries: [entry('kind', literal('Thing')), entry('metadata', literal({ name: title })), entry('field', node)],
  },
});
const value = (slot = one!): Node => ({ kind: 'expression', of: { kind: 'value', slot }, as: 'itself' });
const tree = (...objects: readonly ObjectTree[]): ChartTree => ({ objects });
const built = (title: string, field: Json): Json => ({ kind: 'Thing', metadata: { name: title }, field });
const sampleOf = (...objects: readonly Json[]): Sample => ({
  values: { one: 'x', other: 'y' },
  release,
  objects: byIdentity(objects),
});

describe('Agreements', () => {
  const agreements = (): Agreements => new Agreements(slots);

  it('find no difference where a tree prints what was built', () => {
    const sample = sampleOf(built('a', 'x'), built('b', 'x'));
    expect(agreements().compare(tree(thing('a', value()), thing('b', value())), sample)).toBeUndefined();
  });

  it('tell apart trees that differ in a value alone', () => {
    const known = agreements();
    const sample = sampleOf(built('a', 'x'));
    expect(known.compare(tree(thing('a', value(one))), sample)).toBeUndefined();
    expect(known.compare(tree(thing('a', value(other))), sample)).toEqual({
      object: 'Thing/a',
      path: 'field',
      wanted: 'x',
      printed: 'y',
    });
  });

  it('tell apart literals that look like the fields of a value', () => {
    const known = agreements();
    const sample = sampleOf(built('a', { slot: { id: 1 } }));
    expect(known.compare(tree(thing('a', literal({ slot: { id: 1 } }))), sample)).toBeUndefined();
    expect(known.compare(tree(thing('a', literal({ slot: { id: 1, more: 2 } }))), sample)).toBeDefined();
  });

  it.each([
    ['is missing', tree(thing('a', value())), sampleOf(built('a', 'x'), built('b', 'x'))],
    ['is too many', tree(thing('a', value()), thing('b', value())), sampleOf(built('a', 'x'))],
    ['is there twice', tree(thing('a', value()), thing('a', value())), sampleOf(built('a', 'x'))],
  ])('see that an object %s, though all others agreed before', (_, given, sample) => {
    const known = agreements();
    known.compare(tree(thing('a', value())), sample);
    expect(known.compare(given, sample)).toBeDefined();
  });

  it('interpret what is the same in the next tree once', () => {
    let asked = 0;
    const values = {
      get one() {
        asked++;
        return 'x';
      },
    };
    const sample = { ...sampleOf(built('a', 'x')), values: values as Json };
    const known = agreements();
    known.compare(tree(thing('a', value())), sample);
    known.compare(tree(thing('a', value())), sample);
    expect(asked).toBe(1);
  });
});
