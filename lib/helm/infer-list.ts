import { align } from './alignment';
import { canonical } from './canonical';
import { formOf, freeScopes, inOrder, valueAt, worldsOf, type Bound, type Case, type Inferring } from './case';
import type { Item } from './chart-tree';
import { isOn, type Evidence } from './evidence';
import { pairKeys, type Shape } from './shape';
import type { Slot } from './slot';
import { itemOf, untranslatable, type Place } from './untranslatable';
import type { Json } from './value-node';

interface Element extends Case {
  readonly shape: Shape;
  readonly spread?: Slot;
}

/** Lists: which of their items are the same in several worlds, and which stand for all items of a list of the user's. */
export class ListInference {
  constructor(
    private readonly evidence: Evidence,
    private readonly infer: Inferring,
  ) {}

  public items(cases: readonly Case[], place: Place, bound: Bound): Item[] {
    const lists = cases.map(each => ({ world: each.world, elements: this.elements(each) }));
    const variants = new Map<string, { elements: readonly Element[]; lists: (readonly Element[])[] }>();
    for (const { elements } of lists) {
      const key = elements.map(({ shape, spread }) => (spread ? `spread ${spread.id}` : shape.key)).join('\n');
      const known = variants.get(key);
      if (known === undefined) {
        variants.set(key, { elements, lists: [elements] });
      } else {
        known.lists.push(elements);
      }
    }
    const groups = [...variants.values()];
    const rows = align(
      groups.map(({ elements }) => elements),
      (one, other) => likeness(one, other, bound),
    ).map(({ members }) =>
      [...members].flatMap(([variant, element]) => {
        const index = groups[variant]!.elements.indexOf(element);
        return groups[variant]!.lists.map(elements => elements[index]!);
      }),
    );
    const care = worldsOf(cases);
    const joined = this.joinExclusive(rows, place, bound);
    return joined.map((row, index): Item => {
      const name = itemName(row[0]!, index);
      const inner = itemOf(place, name);
      const spread = row[0]!.spread;
      const over = spread === undefined ? this.freeScopesIn(row, bound, joined) : freeScopes([spread], bound);
      const presence = this.infer.presence(row, care, over, bound, this.evidence.slotsOf(row), inner);
      return spread
        ? { node: { kind: 'opaque', slot: spread }, over, spread: true, ...presence }
        : { node: this.infer.node(row, inner, new Set([...bound, ...over])), over, ...presence };
    });
  }

  /** The items of a list in one world; the items of a list of the user's count as one. */
  private elements({ world, a, b, at }: Case): Element[] {
    const [one, other] = [a as readonly Json[], b as readonly Json[]];
    const elements: Element[] = [];
    for (let index = 0; index < one.length; index++) {
      const slot = this.spreadAt(one, index);
      if (slot !== undefined) {
        const shape = {
          key: `spread ${slot.id}`,
          leaves: new Set<string>(),
          scopes: new Set<Slot>(),
          slots: new Set([slot]),
        };
        elements.push({ world, a: null, b: null, at: undefined, spread: slot, shape });
        index += (this.evidence.values.opaqueOf(slot)!.a as readonly Json[]).length - 1;
      } else {
        const pair = { world, a: one[index]!, b: other[index] ?? null, at: at && [...at, index] };
        elements.push({ ...pair, shape: this.evidence.shapes[world]!.of(pair.a, pair.b) });
      }
    }
    if (one.length !== other.length) {
      throw untranslatable(
        { object: '', path: '' },
        `a list has ${one.length} and ${other.length} items with two texts or numbers of the same kind`,
        'let its length depend on booleans, choices and lists only',
      );
    }
    return elements;
  }

  private spreadAt(list: readonly Json[], index: number): Slot | undefined {
    return this.evidence.values.slots.find(slot => {
      const items =
        slot.node.kind === 'opaque' && slot.node.of === 'list' ? this.evidence.values.opaqueOf(slot)?.a : undefined;
      return (
        Array.isArray(items) &&
        items.length > 0 &&
        items.every(
          (item, at) => list[index + at] !== undefined && canonical(list[index + at]!) === canonical(item as Json),
        )
      );
    });
  }

  /**
   * Neighbours that are never there together stand for one item, if one expression gives them all, or if a loop brings
   * them about: two loops would bring all of the one before all of the other.
   */
  private joinExclusive(rows: readonly Element[][], place: Place, bound: Bound): Element[][] {
    return rows.reduce<Element[][]>((joined, row) => {
      const last = joined.at(-1);
      const isExclusive = last !== undefined && (worldsOf(last) & worldsOf(row)) === 0n;
      return isExclusive && this.belongTogether(last, row, rows, place, bound)
        ? [...joined.slice(0, -1), [...last, ...row]]
        : [...joined, row];
    }, []);
  }

  private belongTogether(
    one: readonly Element[],
    other: readonly Element[],
    rows: readonly (readonly Element[])[],
    place: Place,
    bound: Bound,
  ): boolean {
    if (one[0]!.spread !== undefined || other[0]!.spread !== undefined) {
      return false;
    }
    const [mine, theirs] = [this.freeScopesIn(one, bound, rows), this.freeScopesIn(other, bound, rows)];
    if (mine.length + theirs.length > 0) {
      const lead = mine.length >= theirs.length ? mine : theirs;
      const isLoop = [...one, ...other].every(({ world }) =>
        lead.every(scope => isOn(scope, this.evidence.runs[world]!)),
      );
      return isLoop && (mine.length === 0 || theirs.length === 0 || sameSlots(mine, theirs));
    }
    if ([...one, ...other].some(({ a }) => typeof a === 'object' && a !== null)) {
      return false;
    }
    try {
      return this.infer.scalar([...one, ...other], place, bound).kind !== 'choice';
    } catch {
      return false;
    }
  }

  /** The lists and maps for each of whose items an item is there: another item of theirs brings about another one. */
  private freeScopesIn(row: readonly Element[], bound: Bound, rows: readonly (readonly Element[])[]): Slot[] {
    const own = new Set(row.flatMap(({ a, b, world }) => this.ownScopes(a, b, world)));
    const scopes = this.evidence.values.slots.filter(({ node }) => node.kind === 'list' || node.kind === 'map');
    return scopes.filter(scope => {
      const mentioned = row.some(({ shape }) => shape.scopes.has(scope));
      const each = mentioned
        ? row.find(({ shape }) => shape.scopes.has(scope))!
        : row.find(({ world }) => isOn(scope, this.evidence.runs[world]!));
      if (bound.has(scope) || each?.at === undefined) {
        return !bound.has(scope) && own.has(scope);
      }
      const at = each.at.slice(0, -1);
      const [before, after] = [
        valueAt(this.evidence.runs[each.world]!.a, at),
        this.evidence.doubledAt({ ...each, at }, scope),
      ];
      if (!Array.isArray(before) || !Array.isArray(after)) {
        return own.has(scope);
      }
      if (!mentioned) {
        return countOf(after as readonly Json[], each.a) > countOf(before as readonly Json[], each.a);
      }
      const beside = rows.flat().filter(one => one.world === each.world && one !== each);
      const sure = beside.filter(one => this.ownScopes(one.a, one.b, one.world).includes(scope)).length;
      return after.length > before.length + (own.has(scope) ? 0 : sure);
    });
  }

  /** Scopes that are mentioned outside of inner lists and keyed entries, each of which binds its own. */
  private ownScopes(a: Json, b: Json, world: number): Slot[] {
    if (Array.isArray(a)) {
      return [];
    }
    if (typeof a === 'object' && a !== null) {
      return pairKeys(a as Record<string, Json>, b as Record<string, Json>, this.evidence.lifting).flatMap(
        ({ a: one, b: other, parts }) =>
          parts.every(part => typeof part === 'string')
            ? this.ownScopes((a as any)[one] as Json, (b as any)[other] as Json, world)
            : [],
      );
    }
    return [...this.evidence.shapes[world]!.of(a, b).scopes];
  }
}

const countOf = (list: readonly Json[], item: Json): number =>
  list.filter(each => canonical(each) === canonical(item)).length;

const sameSlots = (one: readonly Slot[], other: readonly Slot[]): boolean =>
  one.length === other.length && one.every((slot, index) => slot === other[index]);

function likeness(one: Element, other: Element, bound: Bound): number {
  if (one.spread !== undefined || other.spread !== undefined) {
    return one.spread === other.spread ? 1 : 0;
  }
  if (!sameSlots(inOrder(one.shape.scopes, bound), inOrder(other.shape.scopes, bound)) && typeof one.a !== 'object') {
    return 0;
  }
  if (one.shape.key === other.shape.key) {
    return 1;
  }
  if (formOf(one.a) !== formOf(other.a) || typeof one.a !== 'object') {
    return 0;
  }
  for (const field of ['name', 'key', 'mountPath', 'containerPort']) {
    const [mine, theirs] = [leafOf(one, field), leafOf(other, field)];
    if (mine !== undefined && theirs !== undefined) {
      return mine === theirs ? 0.95 : 0;
    }
  }
  const shared = [...one.shape.leaves].filter(leaf => other.shape.leaves.has(leaf)).length;
  const all = one.shape.leaves.size + other.shape.leaves.size - shared;
  return shared / all >= 0.25 ? 0.9 * (shared / all) : 0;
}

const leafOf = ({ shape }: Element, field: string): string | undefined =>
  [...shape.leaves].find(leaf => leaf.startsWith(`${field}.=`));

function itemName({ a }: Element, index: number): string {
  const { name } = (typeof a === 'object' && a !== null ? a : {}) as { name?: unknown };
  return typeof name === 'string' && !/qv/i.test(name) ? name : String(index);
}
