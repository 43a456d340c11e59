import type { Expression } from '../tree/chart-tree';
import type { Slot } from '../tree/slot';
import { mapInText } from '../values/json-text';
import { sameJson } from '../values/same-json';
import type { Json } from '../values/value-node';
import type { Call, Computed } from '../worlds/run';
import type { WorldValues } from '../worlds/world';
import type { LiftedPart, Lifting } from './lifting';
import { formOf, type EntryReading, type ItemReading, type Reading } from './reading';
import { liftedKey, Shapes } from './shape';

/** What lifting asked about the world in which it found something: elsewhere the same text may stand for another value. */
interface Question {
  readonly expression: Expression;
  readonly a: Json;
  readonly b: Json;
  readonly answer: boolean;
}

interface Variant {
  readonly asked: readonly Question[];
  readonly calls: readonly Call[];
  readonly reading: Reading;
}

type Holds = (expression: Expression, world: number, a: Json, b: Json) => boolean;

/** Reads the objects of worlds so that what several worlds have in common is there once. */
export class Readings {
  private readonly shapes = new Shapes();
  private readonly constants = new Map<Json, Reading>();
  private readonly structures = new Map<string, Reading>();
  private readonly variants = new Map<Json, Map<Json, Variant[]>>();
  private readonly opaqueMaps: readonly Opaque[];
  private readonly opaqueLists: readonly Opaque[];
  private readonly computed: (readonly Computed[])[] = [];
  private readonly calls: Computed[] = [];
  private asked: Question[] = [];
  private next = 0;

  constructor(
    values: WorldValues,
    private readonly lifting: Lifting,
    private readonly holds: Holds,
  ) {
    const opaque = values.slots.flatMap(slot => {
      const pair = values.opaqueOf(slot);
      return pair === undefined ? [] : [{ slot, ...pair, reading: this.spreadReading(slot) }];
    });
    this.opaqueMaps = opaque.filter(({ a }) => !Array.isArray(a));
    this.opaqueLists = opaque.filter(({ a }) => Array.isArray(a));
  }

  /** Tells what was computed in a world, before anything of it is read. */
  public begin(world: number, computed: readonly Computed[]): void {
    this.computed[world] = computed.map(call => {
      const known = this.calls.find(
        ({ name, a, b, inputs }) =>
          name === call.name &&
          sameJson(a, call.a) &&
          sameJson(b, call.b) &&
          inputs.length === call.inputs.length &&
          inputs.every((input, at) => sameJson(input.a, call.inputs[at]!.a) && sameJson(input.b, call.inputs[at]!.b)),
      );
      if (known === undefined) {
        this.calls.push(call);
      }
      return known ?? call;
    });
  }

  public read(world: number, a: Json, b: Json): Reading {
    if (typeof a !== 'object' || a === null) {
      return this.scalar(world, a, b);
    }
    return Array.isArray(a) ? this.list(world, a as readonly Json[], b) : this.map(world, a as Record<string, Json>, b);
  }

  private scalar(world: number, a: Json, b: Json): Reading {
    if (a === b) {
      let known = this.constants.get(a);
      if (known === undefined) {
        const parts = typeof a === 'string' ? (a === '' ? [] : [a]) : undefined;
        const document = this.documentOf(world, a, b);
        const shape = document === undefined ? this.shapes.scalar(a, parts) : this.shapes.document(document.shape);
        known = { id: this.next++, a, b, form: 'scalar', parts, document, shape };
        this.constants.set(a, known);
      }
      return known;
    }
    if (typeof a !== typeof b || (typeof a !== 'string' && typeof a !== 'number')) {
      return this.structure(`${JSON.stringify(a)}/${JSON.stringify(b)}`, () => ({
        a,
        b,
        shape: this.shapes.scalar(a, undefined),
      }));
    }
    return this.lifted(world, a, b);
  }

  /** A text or number that is made of values. */
  private lifted(world: number, a: string | number, b: Json): Reading {
    const variants = this.variantsOf(a, b);
    const calls = this.computed[world]!.filter(call =>
      typeof a === 'string'
        ? typeof call.a === 'string' && typeof call.b === 'string' && a.includes(call.a) && String(b).includes(call.b)
        : call.a === a && call.b === b,
    );
    const isSame = (variant: Variant): boolean =>
      variant.calls.length === calls.length &&
      variant.calls.every((call, index) => call === calls[index]) &&
      variant.asked.every(({ expression, a: one, b: other, answer }) => {
        return this.holds(expression, world, one, other) === answer;
      });
    const known = variants.find(isSame);
    if (known !== undefined) {
      this.asked.push(...known.asked);
      return known.reading;
    }
    const outer = this.asked;
    this.asked = [];
    const made = this.explained(world, a, b, calls);
    const variant = {
      asked: this.asked,
      calls,
      reading: variants.find(({ reading }) => sameReading(reading, made))?.reading ?? made,
    };
    variants.push(variant);
    outer.push(...this.asked);
    this.asked = outer;
    return variant.reading;
  }

  private variantsOf(a: Json, b: Json): Variant[] {
    const known = this.variants.get(a) ?? new Map<Json, Variant[]>();
    this.variants.set(a, known);
    const variants = known.get(b) ?? [];
    known.set(b, variants);
    return variants;
  }

  private explained(world: number, a: string | number, b: Json, computed: readonly Computed[]): Reading {
    const lift = (): readonly LiftedPart[] | undefined => {
      const seen = {
        computed,
        holds: (expression: Expression, one: Json, other: Json): boolean => {
          const answer = this.holds(expression, world, one, other);
          this.asked.push({ expression, a: one, b: other, answer });
          return answer;
        },
      };
      if (typeof a === 'string') {
        return this.lifting.text(a, b as string, seen);
      }
      const found = this.lifting.number(a, b as number, seen);
      return found === undefined ? undefined : [found];
    };
    const document = this.documentOf(world, a, b);
    if (document !== undefined) {
      const shape = this.shapes.document(document.shape);
      const asLines: { parts?: readonly LiftedPart[] } = {};
      return {
        id: this.next++,
        a,
        b,
        form: 'scalar',
        document,
        shape,
        get parts() {
          return (asLines.parts ??= lift());
        },
      };
    }
    const parts = lift();
    const shape = this.shapes.scalar(a, parts ?? (typeof a === 'number' ? ['?'] : undefined));
    return { id: this.next++, a, b, form: 'scalar', parts, shape };
  }

  private documentOf(world: number, a: Json, b: Json): Reading | undefined {
    const [one, other] = [mapInText(a), mapInText(b)];
    return one === undefined || other === undefined ? undefined : this.map(world, one as Record<string, Json>, other);
  }

  private list(world: number, a: readonly Json[], b: Json): Reading {
    const other = Array.isArray(b) ? (b as readonly Json[]) : [];
    const items: ItemReading[] = [];
    for (let index = 0; index < a.length; index++) {
      const spread = this.opaqueLists.find(
        opaque =>
          (opaque.a as readonly Json[]).length > 0 &&
          (opaque.a as readonly Json[]).every((item, at) => sameJson(a[index + at], item)),
      );
      items.push({ index, reading: spread?.reading ?? this.read(world, a[index]!, other[index] ?? null) });
      index += spread === undefined ? 0 : (spread.a as readonly Json[]).length - 1;
    }
    const rest = Array.isArray(b) ? `${b.length}` : JSON.stringify(b);
    return this.structure(`[${items.map(({ reading }) => reading.id).join()}|${rest}`, () => ({
      a: a as unknown as Json,
      b,
      items,
      opaque: this.opaqueLists.find(opaque => sameJson(opaque.a, a as unknown as Json) && sameJson(opaque.b, b))?.slot,
      shape: this.shapes.list(items.map(({ reading }) => reading.shape)),
    }));
  }

  private map(world: number, a: Record<string, Json>, b: Json): Reading {
    const isMap = typeof b === 'object' && b !== null && !Array.isArray(b);
    const other = isMap ? (b as Record<string, Json>) : {};
    const spread = this.spreadKeys(a, other);
    const done = new Set<Slot>();
    const entries: EntryReading[] = [];
    for (const key of Object.keys(a)) {
      const opaque = spread?.get(key);
      if (opaque === undefined) {
        entries.push(this.entry(world, key, a, other));
      } else if (!done.has(opaque.slot)) {
        done.add(opaque.slot);
        entries.push({ key, id: `spread ${opaque.slot.id}`, parts: [], reading: opaque.reading });
      }
    }
    const rest = isMap ? `${Object.keys(other).length}` : JSON.stringify(b);
    return this.structure(
      `{${entries.map(({ key, id, reading }) => `${key}/${id}:${reading.id}`).join()}|${rest}`,
      () => ({
        a,
        b,
        entries,
        opaque: this.opaqueMaps.find(opaque => sameJson(opaque.a, a) && sameJson(opaque.b, b))?.slot,
        shape: this.shapes.map(entries.map(({ id, parts, reading }) => ({ name: id, parts, shape: reading.shape }))),
      }),
    );
  }

  private entry(world: number, key: string, a: Record<string, Json>, b: Record<string, Json>): EntryReading {
    const twin = Object.hasOwn(b, key)
      ? key
      : Object.keys(b).find(each => !Object.hasOwn(a, each) && this.lifting.text(key, each) !== undefined);
    const parts = twin === undefined || twin === key ? [key] : (this.scalar(world, key, twin).parts ?? [key]);
    const reading = this.read(world, a[key]!, (twin === undefined ? undefined : b[twin]) ?? null);
    return { key, id: twin === key ? key : parts.map(liftedKey).join(''), parts, reading };
  }

  /** The keys of a map that belong to structures of the user's. */
  private spreadKeys(a: Record<string, Json>, b: Record<string, Json>): Map<string, Opaque> | undefined {
    let spread: Map<string, Opaque> | undefined;
    for (const opaque of this.opaqueMaps) {
      const entries = Object.entries(opaque.a as Record<string, Json>);
      if (
        entries.length > 0 &&
        entries.every(([name, value]) => Object.hasOwn(a, name) && sameJson(a[name], value)) &&
        entries.some(([name]) => !Object.hasOwn(b, name))
      ) {
        spread ??= new Map();
        entries.forEach(([name]) => spread!.set(name, opaque));
      }
    }
    return spread;
  }

  private spreadReading(slot: Slot): Reading {
    return { id: this.next++, a: null, b: null, form: 'scalar', spread: slot, shape: this.shapes.spread(slot) };
  }

  private structure(key: string, make: () => Omit<Reading, 'id' | 'form'>): Reading {
    let known = this.structures.get(key);
    if (known === undefined) {
      const made = make();
      known = { id: this.next++, form: formOf(made.a), ...made };
      this.structures.set(key, known);
    }
    return known;
  }
}

interface Opaque {
  readonly slot: Slot;
  readonly a: Json;
  readonly b: Json;
  readonly reading: Reading;
}

/** Whether two readings of one pair of texts or numbers say the same. */
function sameReading(one: Reading, other: Reading): boolean {
  if (one.document !== undefined || other.document !== undefined) {
    return one.document === other.document;
  }
  const [mine, theirs] = [one.parts, other.parts];
  return (
    mine?.length === theirs?.length &&
    (mine ?? []).every((part, index) => {
      const twin = theirs![index]!;
      return typeof part === 'string' || part.kind === 'call' ? part === twin : liftedKey(part) === liftedKey(twin);
    })
  );
}
