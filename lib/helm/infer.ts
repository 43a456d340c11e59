import type { Arm, ChartTree, Entry, Expression, Item, Node, ObjectTree, Part } from './chart-tree';
import { literal } from './chart-tree';
import { align } from './alignment';
import { canonical } from './canonical';
import type { Condition } from './condition';
import { asDefault, nodeOf, partsOf } from './default-form';
import { DERIVED_FUNCTIONS } from './derived-functions';
import { isThere, stateText, type Gate } from './gates';
import { evaluate, evaluateExpression, type Environment } from './interpret';
import { Learner, type Worlds } from './learner';
import { Lifting, type Call, type LiftedPart, type Seen } from './lifting';
import type { Run } from './run';
import { pairKeys, partKey, Shapes, slotsAsIds, type Shape } from './shape';
import { scopesAround, slotName, type Slot } from './slot';
import { itemOf, untranslatable, within, type Place } from './untranslatable';
import type { Json } from './value-node';
import type { Family, WorldValues } from './world';

/** A part of an object as one world has it. */
interface Case {
  readonly world: number;
  readonly a: Json;
  readonly b: Json;
  /** Where it is in the objects of that world; undefined for what is printed nowhere. */
  readonly at: At | undefined;
}

/** Indexes, keys, and the separators of texts that are read as lists. */
type At = readonly (number | string | { readonly separator: string })[];

interface Element extends Case {
  readonly shape: Shape;
  readonly spread?: Slot;
}

type Bound = ReadonlySet<Slot>;

const SEPARATORS = ['\n', ', ', ',', '; ', ';', '|', '&', ' ', ''];

/** What the worlds have in common: one tree that explains the objects of all of them. */
export class Inference {
  public readonly learner: Learner;
  private readonly lifting: Lifting;
  private readonly seen: readonly Seen[];
  private readonly shapes: readonly Shapes[];
  private readonly opaque = new Map<string, Slot>();

  constructor(
    private readonly runs: readonly Run[],
    gates: readonly Gate[],
    private readonly values: WorldValues,
    /** The objects of a world if a list or map has two items; undefined if the construct refuses that. */
    private readonly doubled: (run: Run, scope: Slot) => readonly Json[] | undefined,
  ) {
    this.learner = new Learner(
      gates,
      runs.map(({ vector }) => vector),
    );
    this.lifting = new Lifting(values);
    this.seen = runs.map(({ computed }, world) => ({
      computed,
      holds: (expression, a, b) => this.holds(expression, world, a, b),
    }));
    this.shapes = this.seen.map(seen => new Shapes(this.lifting, seen));
    for (const slot of values.slots) {
      const pair = values.opaqueOf(slot);
      if (pair !== undefined) {
        this.opaque.set(canonical(pair.a), slot);
      }
    }
  }

  /** @throws PlatformError if no tree explains the worlds */
  public chart(): ChartTree {
    const entries = new Map<string, { cases: Case[]; parts: readonly LiftedPart[]; kind: string }>();
    const order: string[] = [];
    this.runs.forEach(({ a, b }, world) => {
      if (a.length !== b.length) {
        throw untranslatable(
          { object: 'the chart', path: '' },
          `the number of objects depends on more than which values are given: ${a.length} and ${b.length}`,
          'let it depend on booleans, choices and lists only',
        );
      }
      let last = -1;
      const seen = new Map<string, number>();
      a.forEach((object, index) => {
        const [one, other] = [object as any, b[index] as any];
        const name = this.lifting.text(String(one.metadata?.name), String(other.metadata?.name), this.seen[world]) ?? [
          '?',
        ];
        const base = `${one.apiVersion}/${one.kind}/${name.map(partKey).join('')}`;
        const turn = (seen.get(base) ?? 0) + 1;
        seen.set(base, turn);
        const id = turn === 1 ? base : `${base}#${turn}`;
        const known = entries.get(id);
        if (known === undefined) {
          entries.set(id, {
            cases: [{ world, a: object, b: b[index]!, at: [index] }],
            parts: name,
            kind: String(one.kind),
          });
          order.splice(last + 1, 0, id);
        } else {
          known.cases.push({ world, a: object, b: b[index]!, at: [index] });
        }
        last = order.indexOf(id);
      });
    });
    const care = this.all();
    const objects = order.map((id): ObjectTree => {
      const { cases, parts, kind } = entries.get(id)!;
      const place: Place = { object: `${kind}/${titleOf(parts)}`, path: '' };
      const over = this.loopsOf(parts, new Set());
      const { when, loops } = this.presence(cases, care, over, new Set(), this.slotsOf(cases), place);
      return {
        kind,
        title: place.object,
        node: this.node(cases, place, new Set(loops)),
        over: loops,
        ...(when === undefined ? {} : { when }),
      };
    });
    return { objects };
  }

  private node(cases: readonly Case[], place: Place, bound: Bound): Node {
    const opaque = this.opaqueOf(cases);
    if (opaque !== undefined) {
      return opaque;
    }
    const groups = new Map<string, Case[]>();
    for (const each of cases) {
      const form = formOf(each.a);
      if (form !== formOf(each.b)) {
        throw this.foreign(each, place);
      }
      groups.set(form, [...(groups.get(form) ?? []), each]);
    }
    if (groups.size > 1) {
      return this.choice([...groups.values()], cases, place, bound, group => this.node(group, place, bound));
    }
    const [form] = groups.keys();
    switch (form) {
      case 'map':
        return this.map(cases, place, bound);
      case 'list':
        return { kind: 'list', items: this.items(cases, place, bound) };
      case 'empty map':
        return literal({});
      case 'empty list':
        return literal([]);
      default:
        return this.scalar(cases, place, bound);
    }
  }

  /** A structure of the user's, as it is. */
  private opaqueOf(cases: readonly Case[]): Node | undefined {
    const [first] = cases;
    const slot = typeof first?.a === 'object' && first.a !== null ? this.opaque.get(canonical(first.a)) : undefined;
    if (slot === undefined) {
      return undefined;
    }
    const explains = cases.every(({ world, a, b }) => {
      const { valuesA, valuesB } = this.runs[world]!;
      const [given, other] = [this.valueIn(slot, valuesA, world, 'a'), this.valueIn(slot, valuesB, world, 'b')];
      return given !== undefined && canonical(given) === canonical(a) && canonical(other!) === canonical(b);
    });
    return explains ? { kind: 'opaque', slot } : undefined;
  }

  private map(cases: readonly Case[], place: Place, bound: Bound): Node {
    const rows = new Map<string, { cases: Case[]; parts: readonly LiftedPart[]; spread?: Slot }>();
    const order: string[] = [];
    for (const each of cases) {
      let last = -1;
      for (const { id, parts, a, b, at, spread } of this.pairs(each)) {
        const known = rows.get(id);
        if (known === undefined) {
          rows.set(id, { cases: [{ world: each.world, a, b, at }], parts, ...(spread ? { spread } : {}) });
          order.splice(last + 1, 0, id);
        } else {
          known.cases.push({ world: each.world, a, b, at });
        }
        last = order.indexOf(id);
      }
    }
    const care = worldsOf(cases);
    const entries = order.map((id): Entry => {
      const row = rows.get(id)!;
      const isPlain = row.parts.every(part => typeof part === 'string');
      const name = titleOf(row.parts);
      const inner = row.spread === undefined ? within(place, name) : place;
      const found = row.spread === undefined ? this.loopsOf(row.parts, bound) : this.freeScopes([row.spread], bound);
      const { when, loops } = this.presence(row.cases, care, found, bound, this.slotsOf(row.cases), inner);
      const inside = new Set([...bound, ...loops]);
      const node: Node = row.spread ? { kind: 'opaque', slot: row.spread } : this.node(row.cases, inner, inside);
      const key = isPlain ? row.parts.join('') : this.lifted(row.parts, row.cases, inner, inside);
      return {
        key,
        node,
        over: loops,
        ...(when === undefined ? {} : { when }),
        ...(row.spread === undefined ? {} : { spread: true }),
      };
    });
    return { kind: 'map', entries };
  }

  /** The entries of a map in one world, and the structures of the user's that are spread in it. */
  private *pairs({ world, a, b, at }: Case): Generator<{
    readonly id: string;
    readonly at: At | undefined;
    readonly parts: readonly LiftedPart[];
    readonly a: Json;
    readonly b: Json;
    readonly spread?: Slot;
  }> {
    const [one, other] = [a as Record<string, Json>, b as Record<string, Json>];
    const spread = new Map<string, Slot>();
    for (const slot of this.values.slots) {
      const pair = slot.node.kind === 'opaque' && slot.node.of === 'map' ? this.values.opaqueOf(slot) : undefined;
      const names = Object.keys((pair?.a ?? {}) as object);
      const isIn = ([name, value]: [string, Json]): boolean =>
        Object.hasOwn(one, name) && canonical(one[name]!) === canonical(value);
      if (
        names.length > 0 &&
        names.some(name => !Object.hasOwn(other, name)) &&
        Object.entries(pair!.a as object).every(isIn)
      ) {
        names.forEach(name => spread.set(name, slot));
      }
    }
    const done = new Set<Slot>();
    for (const key of pairKeys(one, other, this.lifting)) {
      const slot = spread.get(key.a);
      if (slot === undefined) {
        const parts = key.a === key.b ? key.parts : this.lifting.text(key.a, key.b, this.seen[world])!;
        yield {
          id: parts.map(partKey).join(''),
          parts,
          a: one[key.a]!,
          b: other[key.b] ?? null,
          at: at && [...at, key.a],
        };
      } else if (!done.has(slot)) {
        done.add(slot);
        yield { id: `spread ${slot.id}`, parts: [], a: null, b: null, at: undefined, spread: slot };
      }
    }
  }

  private items(cases: readonly Case[], place: Place, bound: Bound): Item[] {
    const lists = cases.map(each => ({ world: each.world, elements: this.elements(each) }));
    const variants = new Map<string, { elements: readonly Element[]; lists: (readonly Element[])[] }>();
    for (const { elements } of lists) {
      const key = elements.map(({ shape, spread }) => (spread ? `spread ${spread.id}` : shape.key)).join('\n');
      const known = variants.get(key);
      known === undefined ? variants.set(key, { elements, lists: [elements] }) : known.lists.push(elements);
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
      const found = spread === undefined ? this.freeScopesIn(row, bound, joined) : this.freeScopes([spread], bound);
      const { when, loops } = this.presence(row, care, found, bound, this.slotsOf(row), inner);
      const node: Node = spread
        ? { kind: 'opaque', slot: spread }
        : this.node(row, inner, new Set([...bound, ...loops]));
      return {
        node,
        over: loops,
        ...(when === undefined ? {} : { when }),
        ...(spread === undefined ? {} : { spread: true }),
      };
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
        index += (this.values.opaqueOf(slot)!.a as readonly Json[]).length - 1;
      } else {
        const pair = { world, a: one[index]!, b: other[index] ?? null, at: at && [...at, index] };
        elements.push({ ...pair, shape: this.shapes[world]!.of(pair.a, pair.b) });
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
    return this.values.slots.find(slot => {
      const items = slot.node.kind === 'opaque' && slot.node.of === 'list' ? this.values.opaqueOf(slot)?.a : undefined;
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
      const isLoop = [...one, ...other].every(({ world }) => lead.every(scope => isOn(scope, this.runs[world]!)));
      return isLoop && (mine.length === 0 || theirs.length === 0 || sameSlots(mine, theirs));
    }
    if ([...one, ...other].some(({ a }) => typeof a === 'object' && a !== null)) {
      return false;
    }
    try {
      return this.scalar([...one, ...other], place, bound).kind !== 'choice';
    } catch {
      return false;
    }
  }

  private scalar(cases: readonly Case[], place: Place, bound: Bound): Node {
    const [first] = cases;
    if (cases.every(({ a, b }) => a === b && a === first!.a)) {
      return literal(first!.a);
    }
    const groups = this.liftedGroups(cases, place, bound);
    if (groups === undefined) {
      return this.joinedText(cases, place, bound);
    }
    for (const { node } of groups) {
      if (node.kind !== 'literal' && this.explains(node, cases, bound)) {
        return node;
      }
    }
    const fixed = this.fixedValue(cases, bound);
    if (fixed !== undefined) {
      return fixed;
    }
    if (groups.length === 1) {
      return groups[0]!.node;
    }
    if (cases.some(({ a }) => typeof a === 'string' && a.includes('\n'))) {
      return this.joinedText(cases, place, bound);
    }
    const merged = this.withFixedParts(groups, cases, bound);
    if (merged !== undefined) {
      return merged;
    }
    return this.choice(
      groups.map(group => group.cases),
      cases,
      place,
      bound,
      group => groups.find(each => each.cases === group)!.node,
    );
  }

  /** Cases by the one expression that explains each of them; undefined where only the parts of a text can be explained. */
  private liftedGroups(
    cases: readonly Case[],
    place: Place,
    bound: Bound,
  ): { readonly node: Node; readonly cases: Case[] }[] | undefined {
    const groups = new Map<string, { parts: readonly LiftedPart[] | undefined; cases: Case[] }>();
    for (const each of cases) {
      const parts = this.partsOf(each);
      if (parts === undefined && typeof each.a === 'string') {
        if (each.a.includes('\n')) {
          return undefined;
        }
        throw this.foreign(each, place);
      }
      if (parts === undefined && each.a !== each.b) {
        throw this.foreign(each, place);
      }
      const isText = typeof each.a === 'string';
      const key = parts === undefined ? JSON.stringify(each.a) : `${isText}${parts.map(partKey).join('')}`;
      const known = groups.get(key);
      known === undefined ? groups.set(key, { parts, cases: [each] }) : known.cases.push(each);
    }
    const outside = [...groups.values()].some(
      ({ parts }) => parts !== undefined && this.loopsOf(parts, bound).length > 0,
    );
    if (outside && cases.every(({ a }) => typeof a === 'string')) {
      return undefined;
    }
    return [...groups.values()].map(group => ({
      cases: group.cases,
      node:
        group.parts === undefined ? literal(group.cases[0]!.a) : this.lifted(group.parts, group.cases, place, bound),
    }));
  }

  private partsOf({ world, a, b }: Case): readonly LiftedPart[] | undefined {
    if (typeof a === 'string' && typeof b === 'string') {
      return this.lifting.text(a, b, this.seen[world]);
    }
    if (typeof a === 'number' && typeof b === 'number' && a !== b) {
      const found = this.lifting.number(a, b, this.seen[world]!);
      return found === undefined ? undefined : [found];
    }
    return undefined;
  }

  /** The node for parts that are the same in all of the cases. */
  private lifted(parts: readonly LiftedPart[], cases: readonly Case[], place: Place, bound: Bound): Node {
    const [outside] = this.loopsOf(parts, bound);
    if (outside !== undefined) {
      throw untranslatable(
        place,
        `one item of \`${slotName(outside)}\` is used here, outside of a loop over all of them: by its index, by a search, or in a text that joins them`,
        'make an item or an entry for each of them with .map(), or declare a value of its own for this one',
      );
    }
    const resolved = parts.map(part =>
      typeof part !== 'string' && part.kind === 'call' ? this.derived(part, cases, place, bound) : part,
    );
    const [only] = resolved;
    resolved.forEach(part => checkRange(part, place));
    const isNumber = typeof cases[0]!.a === 'number';
    return isNumber && only !== undefined && typeof only !== 'string'
      ? { kind: 'expression', of: only, as: 'itself' }
      : nodeOf(resolved);
  }

  /** A derived value: its inputs are inferred as if they stood in the object themselves. */
  private derived({ name }: Call, cases: readonly Case[], place: Place, bound: Bound): Expression {
    if (DERIVED_FUNCTIONS[name] === undefined) {
      throw untranslatable(
        place,
        `the value is computed by "${name}", which templates do not have`,
        `use one of ${Object.keys(DERIVED_FUNCTIONS).join(', ')}`,
      );
    }
    const calls = cases.map(each => ({
      each,
      call: this.partsOf(each)!.find(
        (part): part is Call => typeof part !== 'string' && part.kind === 'call' && part.name === name,
      )!,
    }));
    const inputs = calls[0]!.call.inputs.map((_, index) =>
      this.node(
        calls.map(({ each, call }) => ({ world: each.world, ...call.inputs[index]!, at: undefined })),
        within(place, `${name}()`),
        bound,
      ),
    );
    return { kind: 'derived', name, inputs };
  }

  /** A boolean, choice or number that a world fixes, and that all cases show. */
  private fixedValue(cases: readonly Case[], bound: Bound): Node | undefined {
    const as = typeof cases[0]!.a === 'string' ? 'text' : 'itself';
    for (const slot of this.reachable(bound)) {
      const node: Node = { kind: 'expression', of: { kind: 'value', slot }, as };
      if (['boolean', 'choice', 'integer'].includes(slot.node.kind) && this.explains(node, cases, bound)) {
        return node;
      }
    }
    return undefined;
  }

  /** Texts in which a boolean or a choice stands beside other parts. */
  private withFixedParts(
    groups: readonly { readonly node: Node; readonly cases: readonly Case[] }[],
    cases: readonly Case[],
    bound: Bound,
  ): Node | undefined {
    let nodes = groups.map(({ node }) => node);
    if (!cases.every(({ a }) => typeof a === 'string')) {
      return undefined;
    }
    for (const slot of this.reachable(bound)) {
      if (slot.node.kind !== 'boolean' && slot.node.kind !== 'choice' && slot.node.kind !== 'integer') {
        continue;
      }
      const next = groups.map(({ cases: [first] }, index) => {
        const state = this.valueIn(slot, this.runs[first!.world]!.valuesA, first!.world, 'a');
        return state === undefined || state === '' ? nodes[index]! : replaced(nodes[index]!, String(state), slot);
      });
      const kinds = (all: readonly Node[]): number => new Set(all.map(node => JSON.stringify(node, slotsAsIds))).size;
      if (kinds(next) < kinds(nodes)) {
        nodes = next;
      }
      if (this.explains(nodes[0]!, cases, bound)) {
        return nodes[0]!;
      }
    }
    return undefined;
  }

  /** A text whose lines, or parts between commas, come and go. */
  private joinedText(cases: readonly Case[], place: Place, bound: Bound): Node {
    const separator = this.separatorOf(cases, bound);
    if (separator !== undefined) {
      const split = (text: Json): Json[] => (text === '' ? [] : String(text).split(separator));
      const lists = cases.map(({ world, a, b, at }) => ({
        world,
        a: split(a),
        b: split(b),
        at: at && [...at, { separator }],
      }));
      return { kind: 'joined', separator, items: this.items(lists, place, bound) };
    }
    const each = cases.find(one => this.partsOf(one) === undefined);
    if (each !== undefined) {
      throw this.foreign(each, place);
    }
    const outside = cases.find(one => this.loopsOf(this.partsOf(one)!, bound).length > 0)!;
    this.lifted(this.partsOf(outside)!, [outside], place, bound);
    throw this.foreign(outside, place);
  }

  /** What stands between the items of lists in a text; lines, if no list is in it. */
  private separatorOf(cases: readonly Case[], bound: Bound): string | undefined {
    for (const each of cases) {
      const [scope] = this.loopsOf(this.partsOf(each) ?? [], bound);
      const doubled = scope === undefined ? undefined : this.doubledAt(each, scope);
      if (typeof doubled === 'string') {
        return SEPARATORS.find(separator => doubled.split(separator).length > String(each.a).split(separator).length);
      }
    }
    return cases.some(({ a }) => String(a).includes('\n')) ? '\n' : undefined;
  }

  /** What stands in a place if a list or map has two items there instead of one. */
  private doubledAt({ world, at }: Case, scope: Slot): Json | undefined {
    return at === undefined ? undefined : valueAt(this.doubled(this.runs[world]!, scope), at);
  }

  /** What stands in some worlds is one thing, in others another. */
  private choice(
    groups: readonly (readonly Case[])[],
    cases: readonly Case[],
    place: Place,
    bound: Bound,
    make: (group: any) => Node,
  ): Node {
    let left = [...groups];
    let care = worldsOf(cases);
    const arms: Arm[] = [];
    while (left.length > 1) {
      const found = left
        .flatMap(group => {
          const learned = this.learner.learn(worldsOf(group), care, { bound, liked: this.slotsOf(group) });
          return learned?.condition === undefined ? [] : [{ group, when: learned.condition }];
        })
        .sort((one, other) => size(one.when) - size(other.when) || negations(one.when) - negations(other.when));
      const [best] = found;
      if (best === undefined) {
        throw this.unexplained(left, place);
      }
      arms.push({ when: best.when, node: make(best.group) });
      care &= ~worldsOf(best.group);
      left = left.filter(group => group !== best.group);
    }
    arms.push({ node: make(left[0]!) });
    return folded(arms);
  }

  /** When something is there, and for each item of what. */
  private presence(
    cases: readonly Case[],
    care: Worlds,
    over: readonly Slot[],
    bound: Bound,
    liked: ReadonlySet<Slot>,
    place: Place,
  ): { when: Condition | undefined; loops: readonly Slot[] } {
    const on = worldsOf(cases);
    const attempt = (loops: readonly Slot[]): { condition: Condition | undefined } | undefined => {
      const inLoops = this.worldsWith(care, loops);
      return (on & ~inLoops) === 0n
        ? this.learner.learn(on, inLoops, { bound: new Set([...bound, ...loops]), liked })
        : undefined;
    };
    const learned = attempt(over);
    if (learned !== undefined) {
      return { when: learned.condition, loops: over };
    }
    throw this.unexplained([cases], place);
  }

  private unexplained(groups: readonly (readonly Case[])[], place: Place): Error {
    const [here] = groups;
    const worlds = worldsOf(here!);
    const twins = this.nearest(worlds);
    return untranslatable(
      place,
      `no simple condition tells when this is there${twins}`,
      'declare a boolean or a choice among the values that says it',
    );
  }

  /** Two worlds that are almost the same, one with the part and one without it. */
  private nearest(on: Worlds): string {
    let best: { difference: string[] } | undefined;
    this.runs.forEach((one, index) => {
      if ((on & (1n << BigInt(index))) === 0n) {
        return;
      }
      this.runs.forEach((other, at) => {
        if ((on & (1n << BigInt(at))) !== 0n) {
          return;
        }
        const difference = this.values.slots
          .filter(slot => one.vector.has(slot.id) && one.vector.get(slot.id) !== other.vector.get(slot.id))
          .filter(slot => isThere(slot, one.vector) || isThere(slot, other.vector))
          .map(
            slot =>
              `${slotName(slot)} ${stateText(one.vector.get(slot.id))} instead of ${stateText(other.vector.get(slot.id))}`,
          );
        if (best === undefined || difference.length < best.difference.length) {
          best = { difference };
        }
      });
    });
    return best === undefined || best.difference.length === 0 || best.difference.length > 6
      ? ''
      : `; it is with ${best.difference.join('; ')}`;
  }

  private foreign({ a, b }: Case, place: Place): Error {
    return untranslatable(
      place,
      `${quoted(a)} and ${quoted(b)} are computed from values in a way that a template cannot repeat`,
      'use the value as it is, or a text around it, or declare the result as a value of its own',
    );
  }

  /** Whether a node prints what stands in every case, with both families. */
  private explains(node: Node, cases: readonly Case[], bound: Bound): boolean {
    return cases.every(({ world, a, b }) => {
      const [one, other] = [this.environment(world, 'a'), this.environment(world, 'b')];
      if ([...bound].some(scope => !one.turns.has(scope))) {
        return false;
      }
      try {
        return evaluate(node, one) === a && evaluate(node, other) === b;
      } catch {
        return false;
      }
    });
  }

  private holds(expression: Expression, world: number, a: Json, b: Json): boolean {
    try {
      return (
        evaluateExpression(expression, this.environment(world, 'a')) === a &&
        evaluateExpression(expression, this.environment(world, 'b')) === b
      );
    } catch {
      return false;
    }
  }

  private readonly environments = new Map<string, Environment>();

  /** What a template sees in a world, in the one turn of each loop. */
  private environment(world: number, family: Family): Environment {
    const key = `${world}${family}`;
    const known = this.environments.get(key);
    if (known !== undefined) {
      return known;
    }
    const values = family === 'a' ? this.runs[world]!.valuesA : this.runs[world]!.valuesB;
    const turns = new Map<Slot, { key: string; item: Json }>();
    for (const slot of this.values.slots) {
      const from = slot.scope === undefined ? values : turns.get(slot.scope)?.item;
      const [entry] = Object.entries(slot.steps.reduce<any>((value, step) => value?.[step], from) ?? {});
      if ((slot.node.kind === 'list' || slot.node.kind === 'map') && entry !== undefined) {
        turns.set(slot, { key: entry[0], item: entry[1] as Json });
      }
    }
    const environment = { values, release: this.values.releaseIn(family), turns };
    this.environments.set(key, environment);
    return environment;
  }

  private valueIn(slot: Slot, values: Json, world: number, family: Family): Json | undefined {
    const from = slot.scope === undefined ? values : this.environment(world, family).turns.get(slot.scope)?.item;
    return slot.steps.reduce<any>((value, step) => value?.[step], from);
  }

  /** Values that stand in the values once, or in an item that a loop is at. */
  private reachable(bound: Bound): Slot[] {
    return this.values.slots.filter(slot => scopesAround(slot).every(scope => bound.has(scope)));
  }

  private worldsWith(care: Worlds, scopes: readonly Slot[]): Worlds {
    return this.runs.reduce(
      (worlds, each, index) => (scopes.every(scope => isOn(scope, each)) ? worlds : worlds & ~(1n << BigInt(index))),
      care,
    );
  }

  private loopsOf(parts: readonly LiftedPart[], bound: Bound): Slot[] {
    const scopes = new Set<Slot>();
    for (const part of parts) {
      if (typeof part !== 'string' && part.kind === 'key') {
        scopesAround(part.scope).forEach(scope => scopes.add(scope));
        scopes.add(part.scope);
      } else if (typeof part !== 'string' && part.kind === 'value') {
        scopesAround(part.slot).forEach(scope => scopes.add(scope));
      } else if (typeof part !== 'string' && part.kind === 'json') {
        this.loopsOf([part.of], bound).forEach(scope => scopes.add(scope));
      } else if (typeof part !== 'string' && part.kind === 'sum') {
        part.terms.forEach(({ slot }) => scopesAround(slot).forEach(scope => scopes.add(scope)));
      }
    }
    return inOrder(scopes, bound);
  }

  private freeScopes(slots: readonly Slot[], bound: Bound): Slot[] {
    return inOrder(new Set(slots.flatMap(scopesAround)), bound);
  }

  /** The lists and maps for each of whose items an item is there: another item of theirs brings about another one. */
  private freeScopesIn(row: readonly Element[], bound: Bound, rows: readonly (readonly Element[])[]): Slot[] {
    const own = new Set(row.flatMap(({ a, b, world }) => this.ownScopes(a, b, world)));
    const scopes = this.values.slots.filter(({ node }) => node.kind === 'list' || node.kind === 'map');
    return scopes.filter(scope => {
      const mentioned = row.some(({ shape }) => shape.scopes.has(scope));
      const each = mentioned
        ? row.find(({ shape }) => shape.scopes.has(scope))!
        : row.find(({ world }) => isOn(scope, this.runs[world]!));
      if (bound.has(scope) || each?.at === undefined) {
        return !bound.has(scope) && own.has(scope);
      }
      const at = each.at.slice(0, -1);
      const [before, after] = [valueAt(this.runs[each.world]!.a, at), this.doubledAt({ ...each, at }, scope)];
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
      return pairKeys(a as Record<string, Json>, b as Record<string, Json>, this.lifting).flatMap(
        ({ a: one, b: other, parts }) =>
          parts.every(part => typeof part === 'string')
            ? this.ownScopes((a as any)[one] as Json, (b as any)[other] as Json, world)
            : [],
      );
    }
    return [...this.shapes[world]!.of(a, b).scopes];
  }

  private slotsOf(cases: readonly Case[]): ReadonlySet<Slot> {
    const slots = new Set<Slot>();
    for (const { world, a, b } of cases.slice(0, 4)) {
      this.shapes[world]!.of(a, b).slots.forEach(slot => slots.add(slot));
    }
    return slots;
  }

  private all(): Worlds {
    return (1n << BigInt(this.runs.length)) - 1n;
  }
}

const valueAt = (objects: readonly Json[] | undefined, at: At): Json | undefined =>
  at.reduce<any>(
    (value, step) => (typeof step === 'object' ? String(value).split(step.separator) : value?.[step]),
    objects,
  );

const countOf = (list: readonly Json[], item: Json): number =>
  list.filter(each => canonical(each) === canonical(item)).length;

const isOn = (scope: Slot, { vector }: Run): boolean => vector.get(scope.id) !== false && isThere(scope, vector);

const worldsOf = (cases: readonly Case[]): Worlds =>
  cases.reduce((worlds, { world }) => worlds | (1n << BigInt(world)), 0n);

const sameSlots = (one: readonly Slot[], other: readonly Slot[]): boolean =>
  one.length === other.length && one.every((slot, index) => slot === other[index]);

/** Arms as `value | default other`, from the last ones on. */
function folded(arms: readonly Arm[]): Node {
  const short = arms.length > 1 ? asDefault(arms.slice(-2)) : undefined;
  if (short === undefined) {
    return arms.length === 1 ? arms[0]!.node : { kind: 'choice', arms };
  }
  return folded([...arms.slice(0, -2), { node: short }]);
}

/** Go counts in integers of 64 bits, JavaScript in floating point: they agree up to 2^53. */
function checkRange(part: Part, place: Place): void {
  const terms = typeof part !== 'string' && part.kind === 'sum' ? part.terms : [];
  for (const { slot, factor } of terms) {
    const { minimum, maximum } = slot.node as { minimum: number; maximum: number };
    if (Math.max(Math.abs(minimum), Math.abs(maximum)) * Math.abs(factor) > Number.MAX_SAFE_INTEGER / 2) {
      throw untranslatable(
        place,
        `the number is computed from \`${slotName(slot)}\`, which may be ${maximum}: too large for a template to compute with`,
        'give the value bounds',
      );
    }
  }
}

/** Scopes that no loop is at yet, those around others first. */
const inOrder = (scopes: ReadonlySet<Slot>, bound: Bound): Slot[] =>
  [...scopes].filter(scope => !bound.has(scope)).sort((one, other) => one.id - other.id);

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

function formOf(value: Json): string {
  if (typeof value !== 'object' || value === null) {
    return 'scalar';
  }
  const isEmpty = Object.keys(value).length === 0;
  return `${isEmpty ? 'empty ' : ''}${Array.isArray(value) ? 'list' : 'map'}`;
}

function titleOf(parts: readonly LiftedPart[]): string {
  return parts
    .map(part => {
      if (typeof part === 'string') {
        return part;
      }
      switch (part.kind) {
        case 'release':
          return `<${part.field}>`;
        case 'value':
          return `<${slotName(part.slot)}>`;
        case 'key':
          return `<key of ${slotName(part.scope)}>`;
        default:
          return `<${part.kind}>`;
      }
    })
    .join('');
}

const size = (condition: Condition): number =>
  condition.kind === 'test' ? 1 : condition.of.reduce((sum, each) => sum + size(each), 0);
const negations = (condition: Condition): number =>
  condition.kind === 'test' ? Number(condition.negated) : condition.of.reduce((sum, each) => sum + negations(each), 0);

const LONG = 80;
function quoted(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > LONG ? `${text.slice(0, LONG)}...` : text;
}

/** The text of a state replaced by the value, wherever it stands in a node. */
function replaced(node: Node, state: string, slot: Slot): Node {
  const parts = node.kind === 'literal' || node.kind === 'interpolation' ? partsOf(node) : undefined;
  const value: Expression = { kind: 'value', slot };
  const next = parts?.flatMap((part): Part[] =>
    typeof part === 'string'
      ? part.split(state).flatMap((text, index): Part[] => (index === 0 ? [text] : [value, text]))
      : [part],
  );
  return next === undefined ? node : nodeOf(next.filter(part => part !== ''));
}
