import { contentOf, slotName, type Slot } from '../tree/slot';
import { RELEASE_FIELDS, type Release } from '../values/release';
import type { Json, ObjectValue, ValueNode } from '../values/value-node';
import { intervalOf, isThere, type Gate, type Vector } from './gates';
import { Sentinels, type Pair, type SentinelPlan } from './sentinels';

export type Family = 'a' | 'b';

/** Turns states of gates into values, with the sentinels of a family for all that is free. */
export class WorldValues {
  public readonly release: { readonly [field in keyof Release]: Pair<string> };
  private readonly texts = new Map<Slot, Pair<string>>();
  private readonly integers = new Map<Slot, readonly Pair<number>[]>();
  private readonly keys = new Map<Slot, Pair<string>>();
  private readonly opaques = new Map<Slot, Pair>();
  private readonly byPath: ReadonlyMap<string, Slot>;

  constructor(
    private readonly root: ObjectValue,
    public readonly slots: readonly Slot[],
    gates: readonly Gate[],
    plan: SentinelPlan,
  ) {
    this.byPath = new Map(slots.map(slot => [slotName(slot), slot]));
    const limits = new Map(gates.flatMap(gate => (gate.limits.length > 0 ? [[gate.slot, gate.limits] as const] : [])));
    const sentinels = new Sentinels(plan, slots.length);
    this.release = Object.fromEntries(RELEASE_FIELDS.map(field => [field, sentinels.word()])) as never;
    slots.forEach(slot => this.choose(slot, sentinels));
    // Last of all: what was chosen for other values stays what it was before the limits were learned.
    limits.forEach((of, slot) => this.chooseWithin(slot, of, sentinels));
  }

  /** The text of a slot, or of the key of a map. */
  public textOf(slot: Slot): Pair<string> | undefined {
    return this.texts.get(slot);
  }

  public keyOf(slot: Slot): Pair<string> | undefined {
    return this.keys.get(slot);
  }

  public integersOf(slot: Slot): readonly Pair<number>[] {
    return this.integers.get(slot) ?? [];
  }

  public opaqueOf(slot: Slot): Pair | undefined {
    return this.opaques.get(slot);
  }

  /** The values of a world. */
  public build(vector: Vector, family: Family): Json {
    return this.value(this.root, vector, family, undefined);
  }

  /** The same with two items in a list or map, one of each family. */
  public buildDoubled(vector: Vector, family: Family, scope: Slot): Json {
    return this.value(this.root, vector, family, scope);
  }

  public releaseIn(family: Family): Release {
    return Object.fromEntries(RELEASE_FIELDS.map(field => [field, this.release[field][family]])) as unknown as Release;
  }

  private choose(slot: Slot, sentinels: Sentinels): void {
    const { node } = slot;
    switch (node.kind) {
      case 'string':
        this.texts.set(slot, node.sentinels ? pairOf(node.sentinels) : sentinels.text(slot, node));
        return;
      case 'integer':
        this.integers.set(slot, [sentinels.integer(slot, [node.minimum, node.maximum])]);
        return;
      case 'map':
        this.keys.set(slot, sentinels.text(slot, node.keys));
        return;
      case 'opaque': {
        const { a, b } = sentinels.word();
        const own = node.of === 'map' ? { a: { [a]: a }, b: { [b]: b } } : { a: [{ name: a }], b: [{ name: b }] };
        this.opaques.set(slot, node.sentinels ? pairOf(node.sentinels) : own);
        return;
      }
      default:
    }
  }

  /** Numbers between the limits of an integer: those that it has already, where they are between the same two. */
  private chooseWithin(slot: Slot, limits: readonly number[], sentinels: Sentinels): void {
    const [whole] = this.integersOf(slot);
    const chosen = [...limits, Infinity].map((_, state) => {
      const [lowest, highest] = intervalOf(slot, limits, state);
      return whole!.a >= lowest && whole!.b <= highest ? whole! : sentinels.integer(slot, [lowest, highest]);
    });
    this.integers.set(slot, chosen);
  }

  private value(node: ValueNode, vector: Vector, family: Family, doubled: Slot | undefined): Json {
    if (node.kind === 'object') {
      return Object.fromEntries(
        Object.entries(node.fields).map(([name, field]) => [name, this.value(field, vector, family, doubled)]),
      );
    }
    const slot = this.byPath.get(slotName({ node } as Slot));
    if (slot === undefined) {
      // What names the release is seen by constructs as part of its name only.
      return '';
    }
    const state = vector.get(slot.id);
    switch (node.kind) {
      case 'boolean':
        return state === true;
      case 'choice':
        return typeof state === 'string' ? state : node.choices[0]!;
      case 'string':
        return state === false ? '' : this.texts.get(slot)![family];
      case 'integer':
        return this.integers.get(slot)![typeof state === 'number' ? state : 0]![family];
      case 'opaque':
        return state === false ? (node.of === 'map' ? {} : []) : this.opaques.get(slot)![family];
      case 'list': {
        const families = state === false ? [] : this.familiesOf(slot, family, doubled);
        return families.map(each => this.value(contentOf(node)!, vector, each, doubled));
      }
      case 'map': {
        const families = state === false ? [] : this.familiesOf(slot, family, doubled);
        const keys = this.keys.get(slot)!;
        return Object.fromEntries(
          families.map(each => [keys[each], this.value(contentOf(node)!, vector, each, doubled)]),
        );
      }
    }
  }

  private familiesOf(slot: Slot, family: Family, doubled: Slot | undefined): Family[] {
    return slot === doubled ? ['a', 'b'] : [family];
  }
}

const pairOf = <Value>([a, b]: readonly [Value, Value]): Pair<Value> => ({ a, b });

/** States for every gate. */
export function vectorOf(gates: readonly Gate[], choose: (gate: Gate) => Gate['states'][number]): Vector {
  return new Map(gates.map(gate => [gate.slot.id, choose(gate)]));
}

export const withState = (vector: Vector, slot: Slot, state: Gate['states'][number]): Vector =>
  new Map([...vector, [slot.id, state]]);

/** The states that values are in. Lists of several items are read item by item, one world for each. */
export function vectorsOf(values: Json, slots: readonly Slot[], gates: readonly Gate[]): Vector[] {
  const longest = 6;
  const found = Array.from({ length: longest }, (_, turn) => vectorAt(values, slots, gates, turn));
  const seen = new Set<string>();
  return found.filter(vector => {
    const key = gates.map(({ slot }) => (isThere(slot, vector) ? String(vector.get(slot.id)) : '-')).join('|');
    return !seen.has(key) && seen.add(key);
  });
}

function vectorAt(values: Json, slots: readonly Slot[], gates: readonly Gate[], turn: number): Vector {
  const items = new Map<Slot, Json | undefined>();
  const vector = new Map<number, Gate['states'][number]>();
  const byId = new Map(gates.map(gate => [gate.slot.id, gate]));
  for (const slot of slots) {
    const from = slot.scope === undefined ? values : items.get(slot.scope);
    const value = slot.steps.reduce<any>((current, step) => current?.[step], from);
    if (slot.node.kind === 'list' || slot.node.kind === 'map') {
      const content = Object.values((value ?? {}) as object);
      items.set(slot, content.length === 0 ? undefined : content[turn % content.length]);
    }
    const gate = byId.get(slot.id);
    if (gate !== undefined) {
      vector.set(slot.id, value === undefined ? gate.states[0]! : stateOf(gate, value as Json));
    }
  }
  return vector;
}

/** The state that a value is in. */
export function stateOf({ slot, limits }: Gate, value: Json): Gate['states'][number] {
  switch (slot.node.kind) {
    case 'boolean':
      return value === true;
    case 'choice':
      return value as string;
    case 'integer':
      return limits.filter(limit => (value as number) > limit).length;
    default:
      return typeof value === 'string' ? value !== '' : Object.keys(value as object).length > 0;
  }
}
