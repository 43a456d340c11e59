import type { ChartTree, Node } from '../tree/chart-tree';
import { partsOf } from '../tree/default-form';
import { slotsAsIds } from '../tree/part-key';
import { scopesAround, type Slot } from '../tree/slot';
import type { HelperNames } from './helper-names';
import { LABEL_PLACES } from './label-blocks';
import { sharedNames, type Place } from './shared-name';

/** Something that stands in several places, printed by one helper. */
export interface SharedBlock {
  readonly name: string;
  readonly node: Node;
}

interface Candidate {
  readonly id: string;
  readonly node: Node;
  readonly lines: number;
  readonly places: readonly Place[];
}

/** Lines that a helper costs: its first, its last, and the empty one behind it. */
const HELPER = 3;
/** Lines that a helper must save for a reader to look for it elsewhere; a choice reads better apart in any case. */
const WORTH = { choice: 2, structure: 6 };
/** What is no longer than this is read faster where it stands. */
const READ_IN_PLACE = 5;
/** What a file says itself: which object it is. */
const OWN = ['metadata', ...LABEL_PLACES];

/** The parts of a chart that are worth a helper because they stand in several places, the same in each. */
export class SharedBlocks {
  private readonly blocks = new Map<string, SharedBlock>();
  /** What a node says, of those that could be shared. */
  private readonly ids = new Map<Node, string | undefined>();

  constructor(names: HelperNames, tree: ChartTree, fields: ReadonlySet<string>) {
    const all = this.placesIn(tree, new Set());
    const candidates = [...all]
      .filter(([, { places }]) => places.length > 1)
      .map(([id, { node, places }]): Candidate => ({ id, node, lines: linesOf(node), places }))
      .sort((one, other) => other.lines - one.lines);
    const chosen: Candidate[] = [];
    for (const candidate of candidates) {
      // What is in a helper stands there once, however often the helper is included.
      const known = new Set(chosen.map(({ id }) => id));
      const { places } = this.placesIn(tree, known).get(candidate.id)!;
      if (isWorth(candidate, places.length)) {
        chosen.push({ ...candidate, places });
      }
    }
    const everywhere = [...all.values()].flatMap(({ places }) => places);
    for (const { id, node, places } of chosen.sort((one, other) => other.places.length - one.places.length)) {
      this.blocks.set(id, { name: names.take(...sharedNames(node, places, everywhere, fields)), node });
    }
  }

  /** The helper that prints a node; undefined if there is none. */
  public nameOf(node: Node): string | undefined {
    return this.blocks.get(this.idOf(node) ?? '')?.name;
  }

  /** The helpers to define, by name. */
  public helpers(): readonly SharedBlock[] {
    return [...this.blocks.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Where everything stands that could be shared; what is in a known block counts once. */
  private placesIn(tree: ChartTree, known: ReadonlySet<string>): Map<string, { node: Node; places: Place[] }> {
    const found = new Map<string, { node: Node; places: Place[] }>();
    const visit = (node: Node, place?: Place, parent?: string): void => {
      const id = place === undefined || OWN.includes(place.key) ? undefined : this.idOf(node);
      if (id !== undefined) {
        const one = found.get(id) ?? { node, places: [] };
        found.set(id, one);
        one.places.push(place!);
        if (known.has(id) && one.places.length > 1) {
          return;
        }
      }
      inside(node, visit, place, parent);
    };
    tree.objects.forEach(({ node }) => visit(node));
    return found;
  }

  private idOf(node: Node): string | undefined {
    if (!this.ids.has(node)) {
      const isPart = isSharable(node) && isClosed(node, new Set());
      this.ids.set(node, isPart ? JSON.stringify(node, slotsAsIds) : undefined);
    }
    return this.ids.get(node);
  }
}

function inside(
  node: Node,
  visit: (node: Node, place?: Place, parent?: string) => void,
  place: Place | undefined,
  parent = place?.key,
): void {
  switch (node.kind) {
    case 'map':
      return node.entries.forEach(({ key, node: inner }) =>
        visit(inner, typeof key === 'string' ? { key, parent, beside: node.entries } : undefined),
      );
    case 'list':
      return node.items.forEach(item => visit(item.node, undefined, parent));
    case 'choice':
      return node.arms.forEach(arm => visit(arm.node, place, parent));
    case 'document':
      return visit(node.map);
    default:
  }
}

/** Whether a node is a structure, or one of several texts or numbers. */
const isSharable = (node: Node): boolean =>
  node.kind === 'map' || node.kind === 'list' || isTextChoice(node) || isNumberChoice(node);

export const isTextChoice = (node: Node): node is Node & { kind: 'choice' } =>
  node.kind === 'choice' && node.arms.every(arm => partsOf(arm.node) !== undefined);

const isNumberChoice = (node: Node): node is Node & { kind: 'choice' } =>
  node.kind === 'choice' &&
  node.arms.every(
    ({ node: arm }) =>
      (arm.kind === 'expression' && arm.as === 'itself') || (arm.kind === 'literal' && Number.isSafeInteger(arm.value)),
  );

/** Whether a node knows of no loop around it. */
function isClosed(part: unknown, bound: ReadonlySet<Slot>): boolean {
  if (typeof part !== 'object' || part === null) {
    return true;
  }
  if (Array.isArray(part)) {
    return part.every(each => isClosed(each, bound));
  }
  const { over = [] } = part as { over?: readonly Slot[] };
  const inner = new Set([...bound, ...over]);
  return Object.entries(part).every(([name, field]) => {
    switch (name) {
      case 'slot':
        return scopesAround(field as Slot).every(scope => inner.has(scope));
      case 'scope':
        return inner.has(field as Slot);
      case 'over':
        return over.every(slot => scopesAround(slot).every(scope => inner.has(scope)));
      case 'value':
        return (part as { kind?: string }).kind === 'literal' || isClosed(field, inner);
      default:
        return isClosed(field, inner);
    }
  });
}

function isWorth({ node, lines }: Candidate, uses: number): boolean {
  if (node.kind === 'choice') {
    return uses * (lines - 1) - lines - HELPER >= WORTH.choice;
  }
  return lines > READ_IN_PLACE && uses * (lines - 2) - (lines - 1) - HELPER >= WORTH.structure;
}

/** About how many lines a node takes, with the line of its key. */
function linesOf(node: Node): number {
  switch (node.kind) {
    case 'map':
    case 'list': {
      const parts = node.kind === 'map' ? node.entries : node.items;
      return parts.reduce(
        (sum, part) => sum + linesOf(part.node) + (part.when === undefined && part.over.length === 0 ? 0 : 2),
        1,
      );
    }
    case 'choice':
      return node.arms.reduce((sum, arm) => sum + linesOf(arm.node) + 1, 1);
    case 'opaque':
      return 2;
    case 'joined':
      return node.separator === '\n' ? node.items.length + 1 : 1;
    default:
      return 1;
  }
}
