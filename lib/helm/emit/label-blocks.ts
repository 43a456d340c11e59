import type { ChartTree, Entry, Node } from '../tree/chart-tree';
import { slotsAsIds } from '../tree/part-key';
import type { HelperNames } from './helper-names';

/** Labels or annotations that several objects have, printed by one helper. */
export interface LabelBlock {
  readonly name: string;
  readonly entries: readonly Entry[];
}

interface Found {
  readonly entries: readonly Entry[];
  readonly keys: ReadonlySet<string>;
  readonly place: string;
  /** Whether an object itself has them, or pods. */
  readonly own: boolean;
}

interface Block extends LabelBlock {
  readonly keys: ReadonlySet<string>;
}

const ONE_LINE = ['literal', 'expression', 'interpolation'];
const SELECTORS = ['matchLabels', 'selector'];
/** Keys under which labels and annotations stand. */
export const LABEL_PLACES = ['labels', 'annotations', ...SELECTORS];

/** The label blocks of a chart that are worth a helper. */
export class LabelBlocks {
  /** Smaller blocks first. */
  private readonly blocks: Block[] = [];

  constructor(names: HelperNames, tree: ChartTree) {
    const found: Found[] = [];
    tree.objects.filter(({ over }) => over.length === 0).forEach(({ node }) => collect(node, found));
    for (const { keys, entries, place } of variantsOf(found)) {
      const uses = found.filter(other => isSubset(keys, other.keys));
      if (uses.length > 1 && uses.some(({ own }) => own) && this.isWorth(entries, place, uses.length)) {
        const kind = SELECTORS.includes(place) ? 'selectorLabels' : place;
        this.blocks.push({ name: names.take(kind, `${componentOf(entries)}.${kind}`), keys, entries });
      }
    }
  }

  /** The blocks whose labels are all among the entries, the largest first; none has a label of another. */
  public blocksIn(entries: readonly Entry[], beside?: string): readonly LabelBlock[] {
    const left = new Map(entries.map(entry => [keyOf(entry), entry]));
    return this.blocks.toReversed().flatMap(({ name, keys }) => {
      if (name === beside || ![...keys].every(key => left.has(key))) {
        return [];
      }
      const own = [...keys].map(key => left.get(key)!);
      keys.forEach(key => left.delete(key));
      return [{ name, entries: own }];
    });
  }

  /** The helpers to define. */
  public helpers(): readonly LabelBlock[] {
    return this.blocks;
  }

  /** What selects must not differ between places; anything else is worth a helper if it is long, without other blocks. */
  private isWorth(entries: readonly Entry[], place: string, uses: number): boolean {
    if (SELECTORS.includes(place)) {
      return entries.length > 1 || uses > 2;
    }
    const known = this.blocksIn(entries).flatMap(block => block.entries);
    const lines = entries
      .filter(entry => !known.includes(entry))
      .reduce((sum, { over, spread }) => sum + (spread === true || over.length > 0 ? 3 : 1), 0);
    return lines > 2;
  }
}

/** Sets of labels that differ, smaller ones first; one that selects anywhere is said to do so. */
function variantsOf(found: readonly Found[]): readonly Found[] {
  const variants = new Map<string, Found>();
  for (const each of found) {
    const id = [...each.keys].sort().join('\n');
    const known = variants.get(id);
    variants.set(id, known === undefined || SELECTORS.includes(each.place) ? each : known);
  }
  return [...variants.values()].sort((one, other) => one.keys.size - other.keys.size);
}

function collect(node: Node, found: Found[], parent?: string): void {
  if (node.kind === 'list') {
    node.items.filter(({ over }) => over.length === 0).forEach(item => collect(item.node, found));
  } else if (node.kind === 'choice') {
    node.arms.forEach(arm => collect(arm.node, found));
  } else if (node.kind === 'map') {
    for (const { key, node: inner, over } of node.entries.filter(entry => entry.over.length === 0)) {
      const isBlock = inner.kind === 'map' && inner.entries.every(isLabel) && over.length === 0;
      if (isBlock && LABEL_PLACES.includes(String(key))) {
        const { entries } = inner;
        const keys = new Set(entries.map(keyOf));
        found.push({ entries, keys, place: String(key), own: parent === 'metadata' });
      } else {
        collect(inner, found, String(key));
      }
    }
  }
}

const isLabel = ({ key, node, over, spread }: Entry): boolean =>
  spread === true || ((typeof key === 'string' || over.length > 0) && ONE_LINE.includes(node.kind));

const keyOf = (entry: Entry): string => JSON.stringify(entry, slotsAsIds);

const isSubset = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  [...one].every(key => other.has(key));

/** What the labels are about, for the name of a second helper. */
function componentOf(entries: readonly Entry[]): string {
  const text = ['app.kubernetes.io/component', 'app.kubernetes.io/name', 'app.kubernetes.io/instance']
    .flatMap(name => entries.filter(({ key }) => key === name))
    .flatMap(({ node }) =>
      node.kind === 'literal'
        ? [String(node.value)]
        : node.kind === 'interpolation'
          ? [node.parts.filter(part => typeof part === 'string').join('')]
          : [],
    )
    .find(name => name.replaceAll(/[^a-z0-9]/gi, '') !== '');
  return (text ?? firstOf(entries) ?? 'other').replaceAll(/^-|-$/g, '');
}

/** `hook` for `argocd.argoproj.io/hook`. */
function firstOf(entries: readonly Entry[]): string | undefined {
  const [first] = entries.flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
  return first?.slice(first.indexOf('/') + 1);
}
