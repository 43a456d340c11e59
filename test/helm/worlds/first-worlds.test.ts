import { z } from 'zod';
import { slotsOf } from '../../../lib/helm/tree/slot';
import { firstWorlds, groundWorlds } from '../../../lib/helm/worlds/first-worlds';
import { gatesOf } from '../../../lib/helm/worlds/gates';
import { KnownRuns } from '../../../lib/helm/worlds/known-runs';
import { expectRefusal } from '../../support';
import { sourceOf, thing, type Shape } from '../charts';
import { flag, number, text } from '../nasty/values';

/** The values of the first worlds of a construct that refuses some. */
function worldsOf(shape: Shape, refuse: (values: any) => string | false | undefined) {
  const source = sourceOf(
    shape,
    (chart, values, release) => {
      const refusal = refuse(values);
      if (refusal) {
        throw new Error(refusal);
      }
      thing(chart, release, values);
    },
    1,
  );
  const slots = slotsOf(source.values);
  const gates = gatesOf(slots, { emptiness: new Set(), limits: new Map() });
  const ground = groundWorlds(source, source.render, new KnownRuns(source.render), slots, gates);
  const { runs } = firstWorlds(source, ground, gates, []);
  return runs.map(({ valuesA }) => valuesA as any);
}

describe('The first worlds', () => {
  it('have each value in each of its states', () => {
    const kind = z.enum(['one', 'two', 'three']).default('two').describe('a kind');
    const worlds = worldsOf({ wide: flag(), kind }, () => undefined);
    expect(new Set(worlds.map(values => values.wide))).toEqual(new Set([true, false]));
    expect(new Set(worlds.map(values => values.kind))).toEqual(new Set(['one', 'two', 'three']));
  });

  it('are such that the construct takes them', () => {
    const worlds = worldsOf({ one: flag(), other: flag() }, ({ one, other }) => one && other && 'one of them');
    expect(worlds.length).toBeGreaterThan(2);
    expect(worlds.filter(({ one, other }) => one && other)).toEqual([]);
  });

  it('have quotes in a text, unless the construct takes none there', () => {
    const [world] = worldsOf({ free: text(), plain: text() }, ({ plain }) => plain.includes('"') && 'no quotes');
    expect(world.free).toContain('"');
    expect(world.plain).not.toContain('"');
  });

  it('have the larger number first where the construct wants it so', () => {
    const shape = { most: number(50, 1), least: number(50, 1) };
    const [usual] = worldsOf(shape, () => undefined);
    expect(usual.most).toBeLessThan(usual.least);
    const [world] = worldsOf(shape, ({ most, least }) => most < least && 'most is below least');
    expect(world.most).toBeGreaterThan(world.least);
  });

  it.each([
    ['everything', () => 'never', 'any values that were tried'],
    ['a state', ({ wide }: any) => wide && 'never', 'whatever else is given with wide on'],
  ])('are refused if the construct refuses %s', (_, refuse, where) => {
    expectRefusal(
      () => worldsOf({ wide: flag(), high: flag() }, refuse),
      `[demo] the schema allows values that the construct refuses: never (with ${where}); say the rule in the schema too, with a pattern, bounds or a choice`,
    );
  });
});
