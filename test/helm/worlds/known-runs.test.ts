import { z } from 'zod';
import { slotsOf, type Slot } from '../../../lib/helm/tree/slot';
import { readContract } from '../../../lib/helm/values/read-contract';
import { gatesOf } from '../../../lib/helm/worlds/gates';
import { KnownRuns } from '../../../lib/helm/worlds/known-runs';
import { PatternExamples } from '../../../lib/helm/worlds/pattern-examples';
import { vectorOf, WorldValues } from '../../../lib/helm/worlds/world';
import { flag, number, text } from '../nasty/values';

const contract = readContract(z.strictObject({ wide: flag(), note: text() }) as never);
const slots = slotsOf(contract);

/** Worlds in which `wide` is on or off, as they are when it matters whether the note is empty, or not yet. */
function worldsWhere(noteMatters: boolean) {
  const emptiness = new Set(noteMatters ? slots.slice(1) : []);
  const gates = gatesOf(slots, { emptiness, limits: new Map() });
  const world = new WorldValues(contract, slots, gates, {
    quoted: new Set(),
    descending: false,
    examples: new PatternExamples(),
  });
  const vector = (on: boolean) => vectorOf(gates, ({ slot, states }) => (slot === slots[0] ? on : states[0]!));
  return { world, vector };
}

describe('KnownRuns', () => {
  it('run the construct once for a world, also when there are more gates', () => {
    const render = jest.fn((values: any) => [{ wide: values.wide }]);
    const runs = new KnownRuns(render);
    const [before, after] = [worldsWhere(false), worldsWhere(true)];
    const one = runs.run(before.world, before.vector(true));
    const other = runs.run(after.world, after.vector(true));
    expect(render).toHaveBeenCalledTimes(2); // once for each family
    expect(other.a).toBe(one.a);
    expect(other.vector).toEqual(after.vector(true));
    runs.run(after.world, after.vector(false));
    expect(render).toHaveBeenCalledTimes(4);
  });

  it('find the worlds of before the limits of a number were learned again', () => {
    const numbers = readContract(z.strictObject({ few: number(100), many: number(1000), note: text() }) as never);
    const own = slotsOf(numbers);
    const few = own[0]!;
    const valuesWith = (limits: ReadonlyMap<Slot, readonly number[]>, state: number): unknown => {
      const gates = gatesOf(own, { emptiness: new Set(), limits });
      const world = new WorldValues(numbers, own, gates, {
        quoted: new Set(),
        descending: false,
        examples: new PatternExamples(),
      });
      return world.build(new Map([[few.id, state]]), 'a');
    };
    const before = valuesWith(new Map(), 0) as { few: number };
    expect(valuesWith(new Map([[few, [50]]]), 0)).toEqual(before);
    expect(valuesWith(new Map([[few, [before.few - 1]]]), 1)).toEqual(before);
    expect(valuesWith(new Map([[few, [50]]]), 1)).not.toEqual(before);
  });

  it('remember what the construct refuses', () => {
    const render = jest.fn(() => {
      throw new Error('not that');
    });
    const runs = new KnownRuns(render);
    const { world, vector } = worldsWhere(false);
    expect(() => runs.run(world, vector(true))).toThrow('not that');
    expect(() => runs.run(world, vector(true))).toThrow('not that');
    expect(render).toHaveBeenCalledTimes(1);
  });
});
