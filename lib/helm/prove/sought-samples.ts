import type { Slot } from '../tree/slot';
import { releaseOf, sampleRelease } from '../values/release';
import type { Json } from '../values/value-node';
import type { ChartSource } from '../worlds/chart-source';
import { inGoOrder } from '../worlds/run';
import { accepts } from '../worlds/sentinels';

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
/** More of them, which are given to all values at once. */
const WORDS = [
  ...['prod', 'production', 'staging', 'stage', 'dev', 'development', 'test', 'local', 'master', 'stable', 'canary'],
  ...['admin', 'root', 'user', 'guest', 'small', 'medium', 'large', 'xlarge', 'high', 'low', 'on', 'off', 'enabled'],
  ...['debug', 'info', 'warn', 'warning', 'error', 'trace', 'disabled', 'nginx', 'postgres', 'sqlite', 'gp3', 'cpu'],
  ...['https://example.com', 'http://example.com', 'http://localhost:8080', 'tcp://a:1', 'grpc://a:1', 'file:///a'],
  ...['s3://bucket/key', 'gs://bucket/key', 'oci://a.example/b', 'postgresql://a:5432/b', 'sqlite:///a.db'],
  ...['arn:aws:iam::123456789012:role/a', 'sha256:0123', '/api', './a', '~/a', 'a.svc', '127.0.0.1', '0.0.0.0', '::1'],
  ...['v1', '1.0.0', 'v1.2.3-rc.1', '100m', '1Gi', '30s', '5m', '1h', '0 0 * * *', '@daily', '1', 'a@example.com'],
];
/** Ports that mean something, and numbers from which on clusters treat others otherwise. */
const NUMBERS = [
  ...[3, 5, 7, 20, 50, 100, 256, 512, 1000, 1024, 2000, 4096, 8192, 30_000, 32_767, 32_768, 65_534, 65_535],
  ...[21, 22, 25, 53, 80, 443, 587, 636, 1023, 1433, 1521, 3000, 3306, 3389, 4317, 4318, 5000, 5432, 5672, 6379, 6443],
  ...[8000, 8080, 8081, 8443, 8888, 9000, 9090, 9092, 9093, 9100, 9200, 9443, 10_250, 15_672, 27_017, 50_051],
  ...[60, 300, 600, 3600, 86_400],
];
const SAMPLES = 8;
/** How often each of those values is given, with others beside it. */
const TURNS = 2;

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

/**
 * Texts and numbers that code likes to treat in a way of their own, in all values at once: each value has each of them
 * that its rules allow, in one sample of some.
 */
export function usualSamples(source: ChartSource, slots: readonly Slot[]): Json[] {
  const bases = [...source.samples.slice(0, SAMPLES), source.defaults];
  const { words = [], numbers = [] } = source.literals ?? {};
  const wanted = slots.flatMap(slot => {
    const { node, scope } = slot;
    const likely: readonly Json[] =
      scope !== undefined
        ? []
        : node.kind === 'string'
          ? [...new Set([...words, ...WORDS])].filter(text => accepts(node, text))
          : node.kind === 'integer'
            ? [...new Set([...numbers, ...NUMBERS])].filter(each => each >= node.minimum && each <= node.maximum)
            : [];
    return likely.length === 0 ? [] : [{ slot, likely }];
  });
  const most = Math.max(0, ...wanted.map(({ likely }) => likely.length));
  return Array.from({ length: most * TURNS }, (_, turn) =>
    changed(
      source,
      bases[turn % bases.length]!,
      wanted.map(({ slot, likely }, index) => ({ slot, value: likely[(turn + index) % likely.length]! })),
    ),
  );
}

/** Values with as many changes as the rules allow together: half by half. */
function changed(source: ChartSource, values: Json, changes: readonly { slot: Slot; value: Json }[]): Json {
  const next = changes.reduce((all, { slot, value }) => withValue(all, slot.steps, () => value), values);
  if (source.accepts(next)) {
    return next;
  }
  const middle = Math.floor(changes.length / 2);
  return middle === 0
    ? values
    : changed(source, changed(source, values, changes.slice(0, middle)), changes.slice(middle));
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
