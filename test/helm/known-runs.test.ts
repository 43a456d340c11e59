import { gatesOf } from '../../lib/helm/gates';
import { KnownRuns } from '../../lib/helm/known-runs';
import { readContract } from '../../lib/helm/read-contract';
import { slotsOf } from '../../lib/helm/slot';
import { vectorOf, WorldValues } from '../../lib/helm/world';
import { z } from 'zod';
import { flag, text } from './nasty/values';

const contract = readContract(z.strictObject({ wide: flag(), note: text() }) as never);
const slots = slotsOf(contract);

/** Worlds in which `wide` is on or off, as they are when it matters whether the note is empty, or not yet. */
function worldsWhere(noteMatters: boolean) {
  const emptiness = new Set(noteMatters ? slots.slice(1) : []);
  const gates = gatesOf(slots, { emptiness, limits: new Map() });
  const world = new WorldValues(contract, slots, gates, { quoted: new Set(), descending: false });
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
