import type { ChartTree, Entry, Node } from './chart-tree';
import { slotsAsIds } from './shape';

/** Labels that several objects have, printed by one helper. */
export interface LabelBlock {
  readonly name: string;
  readonly entries: ReadonlySet<Entry>;
}

interface Found {
  readonly entries: readonly Entry[];
  readonly selects: boolean;
  /** Whether they are the labels of an object, or of pods. */
  readonly own: boolean;
}

const SELECTORS = ['matchLabels', 'selector'];
const PLACES = ['labels', ...SELECTORS];

/** The label blocks of a chart that are worth a helper. */
export class LabelBlocks {
  /** Keys of the entries of each block, by the name of its helper; smaller blocks first. */
  private readonly blocks: {
    readonly name: string;
    readonly keys: ReadonlySet<string>;
    readonly entries: readonly Entry[];
  }[] = [];

  constructor(chart: string, tree: ChartTree) {
    const found: Found[] = [];
    tree.objects.filter(({ over }) => over.length === 0).forEach(({ node }) => collect(node, found));
    const variants = new Map<string, { keys: ReadonlySet<string>; entries: readonly Entry[]; selects: boolean }>();
    for (const { entries, selects } of found) {
      const keys = new Set(entries.map(keyOf));
      const id = [...keys].sort().join('\n');
      const known = variants.get(id);
      variants.set(id, { keys, entries, selects: selects || known?.selects === true });
    }
    const useful = [...variants.values()]
      .filter(({ keys, selects }) => {
        const uses = found.filter(({ entries }) => isSubset(keys, new Set(entries.map(keyOf))));
        const isOwn = uses.some(({ own }) => own);
        return isOwn && uses.length > 1 && (keys.size > 1 || (selects && uses.length > 2));
      })
      .sort((one, other) => one.keys.size - other.keys.size);
    const taken = new Set<string>();
    for (const { keys, entries, selects } of useful) {
      const kind = selects ? 'selectorLabels' : 'labels';
      const name = [`${chart}.${kind}`, `${chart}.${componentOf(entries)}.${kind}`].find(each => !taken.has(each));
      if (name !== undefined) {
        taken.add(name);
        this.blocks.push({ name, keys, entries });
      }
    }
  }

  /** The largest block whose labels are all among the entries. */
  public blockIn(entries: readonly Entry[], beside?: string): LabelBlock | undefined {
    const keys = new Set(entries.map(keyOf));
    const found = this.blocks.findLast(block => block.name !== beside && isSubset(block.keys, keys));
    return found === undefined
      ? undefined
      : { name: found.name, entries: new Set(entries.filter(entry => found.keys.has(keyOf(entry)))) };
  }

  /** The helpers to define, by name. */
  public helpers(): readonly { readonly name: string; readonly entries: readonly Entry[] }[] {
    return this.blocks;
  }
}

function collect(node: Node, found: Found[], parent?: string): void {
  if (node.kind === 'list') {
    node.items.filter(({ over }) => over.length === 0).forEach(item => collect(item.node, found));
  } else if (node.kind === 'choice') {
    node.arms.forEach(arm => collect(arm.node, found));
  } else if (node.kind === 'map') {
    for (const { key, node: inner, over } of node.entries.filter(entry => entry.over.length === 0)) {
      const isBlock = inner.kind === 'map' && inner.entries.every(isLabel) && over.length === 0;
      if (isBlock && PLACES.includes(String(key))) {
        found.push({
          entries: inner.entries,
          selects: SELECTORS.includes(String(key)),
          own: parent === 'metadata' && key === 'labels',
        });
      } else {
        collect(inner, found, String(key));
      }
    }
  }
}

const isLabel = ({ key, node, over, spread }: Entry): boolean =>
  over.length === 0 &&
  (spread === true || (typeof key === 'string' && ['literal', 'expression', 'interpolation'].includes(node.kind)));

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
  return (text ?? 'other').replaceAll(/^-|-$/g, '');
}
