import { Learner } from '../../../lib/helm/learn/learner';
import { conditionKey } from '../../../lib/helm/tree/condition';
import { slotsOf } from '../../../lib/helm/tree/slot';
import type { ObjectValue } from '../../../lib/helm/values/value-node';
import { gatesOf, type Vector } from '../../../lib/helm/worlds/gates';

const NAMES = ['a', 'b', 'c'];
const flags: ObjectValue = {
  kind: 'object',
  path: [],
  description: '',
  fields: Object.fromEntries(NAMES.map(name => [name, { kind: 'boolean', path: [name], description: '' }])),
};
const slots = slotsOf(flags);
const gates = gatesOf(slots, { emptiness: new Set(), limits: new Map() });
const all: Vector[] = Array.from(
  { length: 2 ** NAMES.length },
  (_, bits) => new Map(slots.map(({ id }) => [id, (bits & (1 << id)) !== 0])),
);
const nowhere = { bound: new Set<never>(), liked: new Set<never>() };

/** What is learned of the worlds in which a function is true; 0, 1 and 2 stand for a, b and c. */
function learned(isOn: (a: boolean, b: boolean, c: boolean) => boolean, vectors = all): string | undefined {
  const learner = new Learner(gates, vectors);
  const on = vectors.reduce((worlds, vector, index) => {
    const [a, b, c] = slots.map(({ id }) => vector.get(id) === true) as [boolean, boolean, boolean];
    return isOn(a, b, c) ? worlds | (1n << BigInt(index)) : worlds;
  }, 0n);
  const found = learner.learn(on, (1n << BigInt(vectors.length)) - 1n, nowhere);
  return found === undefined ? undefined : conditionKey(found.condition);
}

describe('Conditions', () => {
  it.each([
    ['nothing, of what is always there', () => true, ''],
    ['one test', (a: boolean) => a, '0'],
    ['the opposite of one', (_a: boolean, b: boolean) => !b, '!1'],
    ['several at once', (a: boolean, b: boolean, c: boolean) => a && b && c, 'all(0,1,2)'],
    ['any of several', (a: boolean, b: boolean, c: boolean) => a || b || !c, 'any(0,1,!2)'],
    ['one with either of two', (a: boolean, b: boolean, c: boolean) => a && (b || c), 'all(0,any(1,2))'],
    ['one or both of two', (a: boolean, b: boolean, c: boolean) => a || (b && c), 'any(0,all(1,2))'],
    ['one of two, not both', (a: boolean, b: boolean) => a !== b, 'any(all(0,!1),all(!0,1))'],
  ] as const)('are learned as %s', (_, isOn, key) => {
    expect(learned(isOn)).toBe(key);
  });

  it('are not learned where a reader could not follow', () => {
    expect(learned((a, b, c) => [a, b, c].filter(Boolean).length === 1)).toBeUndefined();
  });

  it('ask for worlds in which two that are as true so far differ', () => {
    const few = all.filter((_, bits) => [0, 3].includes(bits));
    const learner = new Learner(gates, few);
    expect(conditionKey(learner.learn(2n, 3n, nowhere)!.condition)).toBe('0');
    expect(learner.questions.map(vector => slots.map(({ id }) => vector.get(id)))).toEqual([[true, false, false]]);
  });
});
