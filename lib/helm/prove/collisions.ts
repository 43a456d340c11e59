import { PlatformError } from '../../core/platform-error';
import type { ChartTree, Entry, Item, Node } from '../tree/chart-tree';
import { both, type Condition } from '../tree/condition';
import { slotName, type Slot } from '../tree/slot';
import type { Json } from '../values/value-node';
import type { ChartSource } from '../worlds/chart-source';
import type { Agreements } from './agreements';
import type { SampledValues } from './sampled-values';

/** Who prevails where a map of the user's has a key that stands beside it. */
type Winner = 'construct' | 'user';

/**
 * The tree with what happens when a map of the user's has a key that the construct sets too: asked of the construct,
 * because a map that is printed in a template would have the key twice.
 */
export function withExceptions(
  tree: ChartTree,
  source: ChartSource,
  samples: SampledValues,
  agreements: Agreements,
  worlds: readonly Json[],
): ChartTree {
  const rivals = rivalsOf(tree);
  let current = tree;
  let known: readonly Json[] | undefined;
  for (const [slot, keys] of rivals) {
    const bases = (known ??= [source.defaults, ...worlds].filter(base => explains(current, samples, agreements, base)));
    const probes = keys.flatMap(key =>
      bases.flatMap(base => {
        const values = withKey(base, slot, key);
        const sample = values === undefined ? undefined : samples.probe(values);
        return sample === undefined ? [] : [sample];
      }),
    );
    const agrees = (candidate: ChartTree): boolean =>
      probes.every(sample => agreements.compare(candidate, sample) === undefined);
    if (agrees(current)) {
      continue;
    }
    const candidates = (['construct', 'user'] as const).map(winner => settled(current, slot, winner));
    const found = candidates.find(agrees);
    if (found === undefined) {
      throw new PlatformError(
        source.chart.name,
        `it is not clear what happens to ${keys.map(key => `"${key}"`).join(', ')} in \`${slotName(slot)}\`, where the construct sets the same keys`,
        'let one of the two win everywhere, or refuse these keys with a pattern',
      );
    }
    current = found;
    known = undefined;
  }
  return current;
}

/** Whether the tree is right about values so far: else it says nothing about one more key. */
function explains(tree: ChartTree, samples: SampledValues, agreements: Agreements, values: Json): boolean {
  const sample = samples.probe(values);
  return sample !== undefined && agreements.compare(tree, sample) === undefined;
}

/** The fixed keys beside each map of the user's, wherever it is printed. */
function rivalsOf(tree: ChartTree): ReadonlyMap<Slot, string[]> {
  const rivals = new Map<Slot, string[]>();
  tree.objects.forEach(({ node }) =>
    visitMaps(node, entries => {
      const fixed = entries.flatMap(({ key, spread }) => (typeof key === 'string' && !spread ? [key] : []));
      for (const entry of entries) {
        const slot = collectionOf(entry);
        if (slot !== undefined && slot.scope === undefined && fixed.length > 0) {
          rivals.set(slot, [...new Set([...(rivals.get(slot) ?? []), ...fixed])]);
        }
      }
    }),
  );
  return rivals;
}

/** The map of the user's whose keys an entry prints. */
function collectionOf({ node, key, over, spread }: Entry): Slot | undefined {
  if (spread) {
    return node.kind === 'opaque' ? node.slot : undefined;
  }
  const isKey = typeof key !== 'string' && key.kind === 'expression' && key.of.kind === 'key';
  return isKey ? over.at(-1) : undefined;
}

function visitMaps(node: Node, visit: (entries: readonly Entry[]) => void): void {
  if (node.kind === 'map') {
    visit(node.entries);
    node.entries.forEach(entry => visitMaps(entry.node, visit));
  } else if (node.kind === 'list') {
    node.items.forEach(item => visitMaps(item.node, visit));
  } else if (node.kind === 'choice') {
    node.arms.forEach(arm => visitMaps(arm.node, visit));
  }
}

function settled(tree: ChartTree, slot: Slot, winner: Winner): ChartTree {
  return { objects: tree.objects.map(object => ({ ...object, node: settle(object.node, slot, winner) })) };
}

function settle(node: Node, slot: Slot, winner: Winner): Node {
  switch (node.kind) {
    case 'map': {
      const entries = node.entries.map(entry => ({ ...entry, node: settle(entry.node, slot, winner) }));
      const own = entries.filter(entry => collectionOf(entry) === slot);
      const fixed = entries.flatMap(({ key, spread }) => (typeof key === 'string' && !spread ? [key] : []));
      if (own.length === 0 || fixed.length === 0) {
        return { ...node, entries };
      }
      return {
        ...node,
        entries: entries.map((entry): Entry => {
          if (own.includes(entry)) {
            return winner === 'construct' ? { ...entry, except: fixed } : entry;
          }
          const isRival = winner === 'user' && typeof entry.key === 'string';
          return isRival ? { ...entry, when: unlessGiven(entry, slot) } : entry;
        }),
      };
    }
    case 'list':
      return { ...node, items: node.items.map((item): Item => ({ ...item, node: settle(item.node, slot, winner) })) };
    case 'choice':
      return { ...node, arms: node.arms.map(arm => ({ ...arm, node: settle(arm.node, slot, winner) })) };
    default:
      return node;
  }
}

function unlessGiven({ key, when }: Entry, slot: Slot): Condition {
  const absent: Condition = { kind: 'test', test: { kind: 'has', slot, key: key as string }, negated: true };
  return when === undefined ? absent : both(when, absent);
}

/** Values in which a map has one more key. */
function withKey(values: Json, slot: Slot, key: string): Json | undefined {
  const [first, ...steps] = slot.steps;
  if (first === undefined) {
    const entry = slot.node.kind === 'map' && slot.node.entries.kind !== 'string' ? undefined : 'from-the-user';
    return entry === undefined ? undefined : { ...(values as object), [key]: entry };
  }
  const inner = withKey((values as any)[first] as Json, { ...slot, steps }, key);
  return inner === undefined ? undefined : { ...(values as object), [first]: inner };
}
