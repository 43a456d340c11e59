import { z } from 'zod';
import { Lifting, type LiftedPart, type Seen } from '../../../lib/helm/learn/lifting';
import { liftedKey } from '../../../lib/helm/learn/shape';
import { slotName, slotsOf, type Slot } from '../../../lib/helm/tree/slot';
import { readContract } from '../../../lib/helm/values/read-contract';
import { gatesOf } from '../../../lib/helm/worlds/gates';
import { PatternExamples } from '../../../lib/helm/worlds/pattern-examples';
import { WorldValues } from '../../../lib/helm/worlds/world';
import { map, name, number, text } from '../nasty/values';

const contract = readContract(
  z.strictObject({ name: name(), note: text(), port: number(60_000, 1), small: number(9), labels: map() }) as never,
);
const slots = slotsOf(contract);
const free = slots.filter(slot => slotName(slot) === 'note');
const gates = gatesOf(slots, { emptiness: new Set(), limits: new Map() });
const world = new WorldValues(contract, slots, gates, {
  quoted: new Set(free),
  descending: false,
  examples: new PatternExamples(),
});
const lifting = new Lifting(world);
const anywhere: Seen = { computed: [], holds: () => true };
const slot = (wanted: string): Slot => slots.find(each => slotName(each) === wanted)!;

/** What is found in a text that is made of values. */
function found(make: (value: (name: string) => any, family: 'a' | 'b') => string): string[] | undefined {
  const [a, b] = (['a', 'b'] as const).map(family => {
    const value = (wanted: string): any =>
      world.textOf(slot(wanted))?.[family] ??
      world.integersOf(slot(wanted))[0]?.[family] ??
      world.keyOf(slot(wanted))?.[family];
    return make(value, family);
  });
  return lifting.text(a!, b!, anywhere)?.map(shown);
}

const shown = (part: LiftedPart): string =>
  typeof part !== 'string' && part.kind === 'value'
    ? `<${slotName(part.slot)}>`
    : typeof part === 'string'
      ? part
      : liftedKey(part);

describe('Lifting', () => {
  it('finds values and what stands between them', () => {
    expect(found(value => `http://${value('name')}:${value('port')}/`)).toEqual([
      'http://',
      '<name>',
      ':',
      '<port>',
      '/',
    ]);
  });

  it('takes nothing for a value that is the same in both families', () => {
    expect(found(() => 'port 80')).toEqual(['port 80']);
  });

  it('finds the keys of maps', () => {
    expect(lifting.text(world.keyOf(slot('labels'))!.a, world.keyOf(slot('labels'))!.b)).toEqual([
      { kind: 'key', scope: slot('labels') },
    ]);
  });

  it('sees that a text was escaped for JSON', () => {
    expect(found(value => JSON.stringify({ note: value('note') }))).toEqual([
      '{"note":',
      `\u0001json value ${slot('note').id}\u0002`,
      '}',
    ]);
  });

  it('sees what was computed from a number', () => {
    expect(found(value => `${value('port') * 2 + 1}`)).toEqual([`\u00012*${slot('port').id}+1\u0002`]);
  });

  it('takes a number for a value rather than its digits for several', () => {
    expect(found(value => `${value('small') + 10}`)).toEqual([`\u00011*${slot('small').id}+10\u0002`]);
  });

  it('finds the release', () => {
    const { a, b } = world.release.fullname;
    expect(lifting.text(`${a}-proxy`, `${b}-proxy`)).toEqual([{ kind: 'release', field: 'fullname' }, '-proxy']);
  });

  it('says where texts differ in something else', () => {
    expect(found(value => value('name').toUpperCase())).toBeUndefined();
  });

  it('finds what was computed from values under a name', () => {
    const call = { kind: 'call', name: 'checksum', inputs: [], a: 'c0ffee', b: 'decade' } as const;
    expect(lifting.text('x-c0ffee', 'x-decade', { ...anywhere, computed: [call] })).toEqual(['x-', call]);
  });
});
