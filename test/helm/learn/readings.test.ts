import { z } from 'zod';
import { canonicalJson } from '../../../lib/core/canonical-json';
import { Lifting } from '../../../lib/helm/learn/lifting';
import { Readings } from '../../../lib/helm/learn/readings';
import { opaqueMap } from '../../../lib/helm/values/opaque';
import { slotName, slotsOf, type Slot } from '../../../lib/helm/tree/slot';
import { readContract } from '../../../lib/helm/values/read-contract';
import { gatesOf } from '../../../lib/helm/worlds/gates';
import { PatternExamples } from '../../../lib/helm/worlds/pattern-examples';
import { WorldValues } from '../../../lib/helm/worlds/world';
import { name, number } from '../nasty/values';

const contract = readContract(
  z.strictObject({ name: name(), port: number(60_000, 1), labels: opaqueMap('L.') }) as never,
);
const slots = slotsOf(contract);
const gates = gatesOf(slots, { emptiness: new Set(), limits: new Map() });
const world = new WorldValues(contract, slots, gates, {
  quoted: new Set(),
  descending: false,
  examples: new PatternExamples(),
});
const slot = (wanted: string): Slot => slots.find(each => slotName(each) === wanted)!;
const [text] = [world.textOf(slot('name'))!];
const [port] = world.integersOf(slot('port')) as [{ a: number; b: number }];
const labels = world.opaqueOf(slot('labels')) as { a: Record<string, string>; b: Record<string, string> };

/** Readings of two worlds; the second is one in which no number is that of a port. */
function readings(): Readings {
  const all = new Readings(world, new Lifting(world), (_, index) => index === 0);
  [0, 1].forEach(index => all.begin(index, []));
  return all;
}

describe('Readings', () => {
  it('have what two worlds have in common once', () => {
    const all = readings();
    const made = (family: 'a' | 'b') => ({ image: `nginx/${text[family]}`, args: ['run', '--fast'] });
    expect(all.read(1, made('a'), made('b'))).toBe(all.read(0, made('a'), made('b')));
    expect(all.read(1, ['run'], ['run'])).not.toBe(all.read(0, ['run', '--fast'], ['run', '--fast']));
  });

  it('find values in texts and in the keys of maps', () => {
    const value = { kind: 'value', slot: slot('name') };
    const [entry] = readings().read(0, { [`${text.a}.key`]: 'x' }, { [`${text.b}.key`]: 'x' }).entries!;
    expect(entry!.parts).toEqual([value, '.key']);
    expect(readings().read(0, `http://${text.a}`, `http://${text.b}`).parts).toEqual(['http://', value]);
  });

  it('tell a number from the same one in a world where it is no value', () => {
    const all = readings();
    const [here, there] = [0, 1].map(index => all.read(index, port.a, port.b));
    expect(here!.parts).toEqual([{ kind: 'value', slot: slot('port') }]);
    expect(there!.parts).toBeUndefined();
    expect(all.read(0, port.a, port.b)).toBe(here);
  });

  it("know a structure of the user's, alone and spread among neighbours", () => {
    expect(readings().read(0, labels.a, labels.b).opaque).toBe(slot('labels'));
    const own = { app: 'web' };
    const entries = readings().read(0, { ...labels.a, ...own }, { ...labels.b, ...own }).entries!;
    expect(entries.map(({ reading }) => reading.spread ?? reading.a)).toEqual([slot('labels'), 'web']);
  });

  it('read the map that a text holds as JSON', () => {
    const made = (family: 'a' | 'b') => `${canonicalJson({ level: 'info', name: text[family] })}\n`;
    const { document } = readings().read(0, made('a'), made('b'));
    expect(document!.entries!.map(({ key, reading }) => [key, reading.parts])).toEqual([
      ['level', ['info']],
      ['name', [{ kind: 'value', slot: slot('name') }]],
    ]);
  });
});
