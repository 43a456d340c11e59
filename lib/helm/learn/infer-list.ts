import type { Item } from '../tree/chart-tree';
import type { Slot } from '../tree/slot';
import { sameJson } from '../values/same-json';
import type { Json } from '../values/value-node';
import { align } from './alignment';
import { below, firstOf, freeScopes, inOrder, merged, worldsOf, type Bound, type Case, type Inferring } from './case';
import type { Evidence } from './evidence';
import type { Reading } from './reading';
import type { Shape } from './shape';
import { itemOf, untranslatable, type Place } from './untranslatable';

/** Lists: which of their items are the same in several worlds, and which stand for all items of a list of the user's. */
export class ListInference {
  constructor(
    private readonly evidence: Evidence,
    private readonly infer: Inferring,
  ) {}

  public items(cases: readonly Case[], place: Place, bound: Bound): Item[] {
    const variants = new Map<string, (readonly Case[])[]>();
    for (const each of cases) {
      const elements = elementsOf(each);
      const key = elements.map(({ reading }) => reading.shape.id).join();
      variants.set(key, [...(variants.get(key) ?? []), elements]);
    }
    const groups = [...variants.values()];
    const rows = align(
      groups.map(([elements]) => elements!),
      (one, other) => likeness(one, other, bound),
    ).map(({ members }) =>
      merged(
        [...members].flatMap(([variant, element]) => {
          const index = groups[variant]![0]!.indexOf(element);
          return groups[variant]!.map(elements => elements[index]!);
        }),
      ),
    );
    const care = worldsOf(cases);
    const joined = this.joinExclusive(rows, place, bound);
    return joined.map((row, index): Item => {
      const name = itemName(row[0]!, index);
      const inner = itemOf(place, name);
      const { spread } = row[0]!.reading;
      const over = spread === undefined ? this.freeScopesIn(row, bound, joined) : freeScopes([spread], bound);
      const presence = this.infer.presence(row, care, over, bound, this.evidence.slotsOf(row), inner);
      return spread
        ? { node: { kind: 'opaque', slot: spread }, over, spread: true, ...presence }
        : { node: this.infer.node(row, inner, new Set([...bound, ...over])), over, ...presence };
    });
  }

  /**
   * Neighbours that are never there together stand for one item, if one expression gives them all, or if a loop brings
   * them about: two loops would bring all of the one before all of the other.
   */
  private joinExclusive(rows: readonly (readonly Case[])[], place: Place, bound: Bound): (readonly Case[])[] {
    return rows.reduce<(readonly Case[])[]>((joined, row) => {
      const last = joined.at(-1);
      const isExclusive = last !== undefined && (worldsOf(last) & worldsOf(row)) === 0n;
      return isExclusive && this.belongTogether(last, row, rows, place, bound)
        ? [...joined.slice(0, -1), merged([...last, ...row])]
        : [...joined, row];
    }, []);
  }

  private belongTogether(
    one: readonly Case[],
    other: readonly Case[],
    rows: readonly (readonly Case[])[],
    place: Place,
    bound: Bound,
  ): boolean {
    if (one[0]!.reading.spread !== undefined || other[0]!.reading.spread !== undefined) {
      return false;
    }
    const [mine, theirs] = [this.freeScopesIn(one, bound, rows), this.freeScopesIn(other, bound, rows)];
    if (mine.length + theirs.length > 0) {
      const lead = mine.length >= theirs.length ? mine : theirs;
      const isLoop = lead.every(scope => (worldsOf([...one, ...other]) & ~this.evidence.whereGiven(scope)) === 0n);
      return isLoop && (mine.length === 0 || theirs.length === 0 || sameSlots(mine, theirs));
    }
    if ([...one, ...other].some(({ reading: { a } }) => typeof a === 'object' && a !== null)) {
      return false;
    }
    try {
      return this.infer.scalar(merged([...one, ...other]), place, bound).kind !== 'choice';
    } catch {
      return false;
    }
  }

  /** The lists and maps for each of whose items an item is there: another item of theirs brings about another one. */
  private freeScopesIn(row: readonly Case[], bound: Bound, rows: readonly (readonly Case[])[]): Slot[] {
    const own = new Set(row.flatMap(({ reading }) => [...ownScopes(reading)]));
    const scopes = this.evidence.values.slots.filter(({ node }) => node.kind === 'list' || node.kind === 'map');
    return scopes.filter(scope => {
      if (bound.has(scope)) {
        return false;
      }
      const given = this.evidence.whereGiven(scope);
      const mentioning = row.find(({ reading }) => reading.shape.scopes.has(scope));
      const each = mentioning ?? row.find(({ worlds }) => (worlds & given) !== 0n);
      const world = each === undefined ? undefined : mentioning ? each.world : firstOf(each.worlds & given);
      const at = world === undefined ? undefined : this.evidence.atIn(each!, world)?.parent;
      if (at === undefined) {
        return own.has(scope);
      }
      const [before, after] = [this.evidence.valueAt(world!, at), this.evidence.doubledAt(world!, at, scope)];
      if (!Array.isArray(before) || !Array.isArray(after)) {
        return own.has(scope);
      }
      const item = each!.reading.a;
      if (mentioning === undefined) {
        return countOf(after as readonly Json[], item) > countOf(before as readonly Json[], item);
      }
      const beside = rows.flat().filter(one => one !== each && (one.worlds & (1n << BigInt(world!))) !== 0n);
      const sure = beside.filter(({ reading }) => ownScopes(reading).has(scope)).length;
      return after.length > before.length + (own.has(scope) ? 0 : sure);
    });
  }
}

/** The items of a list; the items of a list of the user's count as one. */
function elementsOf(list: Case): readonly Case[] {
  const { a, b, items } = list.reading;
  const [one, other] = [a as readonly Json[], b as readonly Json[]];
  if (one.length !== other.length) {
    throw untranslatable(
      { object: '', path: '' },
      `a list has ${one.length} and ${other.length} items with two texts or numbers of the same kind`,
      'let its length depend on booleans, choices and lists only',
    );
  }
  return items!.map(({ index, reading }) => below(list, index, reading));
}

/** Scopes that are mentioned outside of inner lists and keyed entries, each of which binds its own. */
function ownScopes({ items, entries, shape }: Reading): ReadonlySet<Slot> {
  if (items !== undefined) {
    return NONE;
  }
  return entries === undefined
    ? shape.scopes
    : new Set(
        entries.flatMap(({ parts, reading }) =>
          parts.length > 0 && parts.every(part => typeof part === 'string') ? [...ownScopes(reading)] : [],
        ),
      );
}

const NONE: ReadonlySet<Slot> = new Set();

const countOf = (list: readonly Json[], item: Json): number => list.filter(each => sameJson(each, item)).length;

const sameSlots = (one: readonly Slot[], other: readonly Slot[]): boolean =>
  one.length === other.length && one.every((slot, index) => slot === other[index]);

function likeness({ reading: one }: Case, { reading: other }: Case, bound: Bound): number {
  if (one.spread !== undefined || other.spread !== undefined) {
    return one.spread === other.spread ? 1 : 0;
  }
  const isStructure = one.form !== 'scalar';
  if (!isStructure && !sameSlots(inOrder(one.shape.scopes, bound), inOrder(other.shape.scopes, bound))) {
    return 0;
  }
  if (one.shape === other.shape) {
    return 1;
  }
  if (!isStructure || one.form !== other.form) {
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

/** The look of a field that is no structure. */
function leafOf({ entries }: Reading, field: string): Shape | undefined {
  const reading = entries?.find(({ id }) => id === field)?.reading;
  return reading?.form === 'scalar' ? reading.shape : undefined;
}

function itemName({ reading: { a } }: Case, index: number): string {
  const { name } = (typeof a === 'object' && a !== null ? a : {}) as { name?: unknown };
  return typeof name === 'string' && !/qv/i.test(name) ? name : String(index);
}
