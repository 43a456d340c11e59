import { accepts } from './sentinels';
import { releaseOf, sampleRelease } from './release';
import { inGoOrder } from './run';
import type { Slot } from './slot';
import type { ChartSource } from './translate';
import type { Json } from './value-node';

/** Texts that code likes to treat in a way of their own, and one with what printers escape in different ways. */
const USUAL_TEXTS = [
  '"\\\n\u2028<é',
  '"\\\u2028',
  '',
  'latest',
  'default',
  'none',
  'true',
  'false',
  'auto',
  'all',
  'localhost',
  'main',
  'http',
  'https',
  '*',
  '/',
];
const SAMPLES = 8;

/**
 * Values that chance would hardly find: maps with the keys that the construct looks for in them, and texts that code
 * likes to treat in a way of their own.
 */
export function soughtSamples(source: ChartSource, slots: readonly Slot[]): Json[] {
  const bases = [source.defaults, ...source.samples.slice(0, SAMPLES)];
  const maps = slots.filter(
    ({ node, scope }) => scope === undefined && (node.kind === 'map' || (node.kind === 'opaque' && node.of === 'map')),
  );
  const found = maps.flatMap(slot => {
    const keys = new Set(bases.flatMap(base => keysSought(source, base, slot)));
    const entry = entryFor(slot);
    return [...keys].flatMap(key =>
      bases.slice(0, 2).map(base => withValue(base, slot.steps, map => ({ ...(map as object), [key]: entry }))),
    );
  });
  const texts = slots.filter(({ node, scope }) => scope === undefined && node.kind === 'string');
  const usual = texts.flatMap(({ node, steps }) =>
    USUAL_TEXTS.filter(text => node.kind === 'string' && accepts(node, text)).map((text, index) =>
      withValue(bases[index % bases.length]!, steps, () => text),
    ),
  );
  return [...found, ...usual].filter(values => source.accepts(values));
}

/** The keys that a construct asks a map for, whether they are there or not. */
function keysSought({ chart, values, render }: ChartSource, base: Json, slot: Slot): string[] {
  const keys: string[] = [];
  const note = (key: string | symbol, target: object): void => {
    if (typeof key === 'string' && !Object.hasOwn(target, key) && !(key in Object.prototype) && !PROBED.includes(key)) {
      keys.push(key);
    }
  };
  const watched = withValue(
    inGoOrder(base, values),
    slot.steps,
    map =>
      new Proxy(map as object, {
        get: (target, key, self) => (note(key, target), Reflect.get(target, key, self) as unknown),
        has: (target, key) => (note(key, target), Reflect.has(target, key)),
        getOwnPropertyDescriptor: (target, key) => (note(key, target), Reflect.getOwnPropertyDescriptor(target, key)),
      }) as Json,
  );
  try {
    render(watched, releaseOf(chart, sampleRelease(chart, 0), base as never));
  } catch {
    // What a construct refuses it has looked at all the same.
  }
  return [...new Set(keys)];
}

/** What JavaScript itself and cdk8s ask every object for. */
const PROBED = ['toJSON', 'resolve', 'then', 'length', '_toJson', 'nodeType', '$$typeof', 'asymmetricMatch'];

/** The value of an entry that is added to a map. */
function entryFor({ node }: Slot): Json {
  return node.kind === 'map' && node.entries.kind === 'integer' ? node.entries.minimum : 'from-the-user';
}

function withValue(values: Json, [step, ...rest]: readonly string[], change: (value: Json) => Json): Json {
  return step === undefined
    ? change(values)
    : { ...(values as object), [step]: withValue((values as Record<string, Json>)[step]!, rest, change) };
}
