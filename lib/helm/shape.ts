import type { Expression } from './chart-tree';
import type { Call, LiftedPart, Lifting, Seen } from './lifting';
import { scopesAround, type Slot } from './slot';
import type { Json } from './value-node';

/** What a part of an object looks like apart from the sentinels in it. */
export interface Shape {
  /** Equal for parts that are the same in all worlds. */
  readonly key: string;
  /** Paths with what stands there, to tell how much two parts have in common. */
  readonly leaves: ReadonlySet<string>;
  /** Lists and maps whose items are in it. */
  readonly scopes: ReadonlySet<Slot>;
  readonly slots: ReadonlySet<Slot>;
}

/** Shapes of parts of the objects of one world. */
export class Shapes {
  private readonly known = new WeakMap<object, Shape>();

  constructor(
    private readonly lifting: Lifting,
    private readonly seen: Seen,
  ) {}

  public of(a: Json, b: Json): Shape {
    if (typeof a !== 'object' || a === null) {
      return this.scalar(a, b);
    }
    const known = this.known.get(a);
    if (known !== undefined) {
      return known;
    }
    const shape = Array.isArray(a) ? this.list(a, b) : this.map(a as Record<string, Json>, b);
    this.known.set(a, shape);
    return shape;
  }

  private scalar(a: Json, b: Json): Shape {
    const parts =
      typeof a === 'string' && typeof b === 'string'
        ? this.lifting.text(a, b, this.seen)
        : typeof a === 'number' && typeof b === 'number' && a !== b
          ? [this.lifting.number(a, b, this.seen) ?? '?']
          : undefined;
    const key = parts === undefined ? JSON.stringify(a) : `"${parts.map(partKey).join('')}"`;
    const slots = new Set((parts ?? []).flatMap(part => slotsIn(part)));
    return { key, leaves: new Set([`=${key}`]), slots, scopes: scopesOf(parts ?? []) };
  }

  private list(a: readonly Json[], b: Json): Shape {
    const other = Array.isArray(b) ? (b as readonly Json[]) : [];
    return join(
      '[',
      a.map((item, index) => ['-', this.of(item, other[index] ?? null)]),
    );
  }

  private map(a: Record<string, Json>, b: Json): Shape {
    const other = typeof b === 'object' && b !== null && !Array.isArray(b) ? (b as Record<string, Json>) : {};
    const parts = pairKeys(a, other, this.lifting).map(({ a: keyA, b: keyB, parts }): [string, Shape] => {
      const value = this.of(a[keyA]!, other[keyB] ?? null);
      return [
        parts.map(partKey).join(''),
        {
          ...value,
          scopes: new Set([...value.scopes, ...scopesOf(parts)]),
          slots: new Set([...value.slots, ...parts.flatMap(slotsIn)]),
        },
      ];
    });
    return join(
      '{',
      parts.sort(([one], [two]) => (one < two ? -1 : 1)),
    );
  }
}

function join(open: string, parts: readonly (readonly [string, Shape])[]): Shape {
  return {
    key: `${open}${parts.map(([name, { key }]) => `${name}:${key}`).join(',')}`,
    leaves: new Set(parts.flatMap(([name, { leaves }]) => [...leaves].map(leaf => `${name}.${leaf}`))),
    scopes: new Set(parts.flatMap(([, { scopes }]) => [...scopes])),
    slots: new Set(parts.flatMap(([, { slots }]) => [...slots])),
  };
}

/** Keys of a map in both families, with what they are made of. */
export function pairKeys(
  a: Record<string, Json>,
  b: Record<string, Json>,
  lifting: Lifting,
): { readonly a: string; readonly b: string; readonly parts: readonly LiftedPart[] }[] {
  const left = Object.keys(b).filter(key => !Object.hasOwn(a, key));
  return Object.keys(a).map(key => {
    if (Object.hasOwn(b, key)) {
      return { a: key, b: key, parts: [key] };
    }
    const found = left
      .map(other => ({ other, parts: lifting.text(key, other) }))
      .find(({ parts }) => parts !== undefined);
    return found === undefined ? { a: key, b: key, parts: [key] } : { a: key, b: found.other, parts: found.parts! };
  });
}

/** Equal texts for equal parts. */
export function partKey(part: LiftedPart): string {
  if (typeof part === 'string') {
    return part;
  }
  return part.kind === 'call' ? `\u0001call ${part.name}\u0002` : `\u0001${expressionKey(part)}\u0002`;
}

function expressionKey(expression: Expression): string {
  switch (expression.kind) {
    case 'value':
      return `value ${expression.slot.id}`;
    case 'key':
      return `key ${expression.scope.id}`;
    case 'release':
      return expression.field;
    case 'text':
      return JSON.stringify(expression.text);
    case 'format':
      return expression.parts.map(partKey).join('');
    case 'default':
      return `${expressionKey(expression.value)}|${expressionKey(expression.otherwise)}`;
    case 'sum':
      return `${expression.terms.map(({ slot, factor }) => `${factor}*${slot.id}`).join('+')}+${expression.constant}`;
    case 'derived':
      return `${expression.name}(${JSON.stringify(expression.inputs, slotsAsIds)})`;
    case 'json':
      return `json ${expressionKey(expression.of)}`;
  }
}

/** For `JSON.stringify`: slots know each other, and are as different as their numbers. */
export function slotsAsIds(this: unknown, name: string, value: unknown): unknown {
  return ['slot', 'scope'].includes(name) && typeof value === 'object' ? (value as Slot).id : value;
}

function slotsIn(part: LiftedPart | Call): Slot[] {
  if (typeof part === 'string' || part.kind === 'call') {
    return [];
  }
  switch (part.kind) {
    case 'value':
      return [part.slot];
    case 'sum':
      return part.terms.map(({ slot }) => slot);
    case 'json':
      return slotsIn(part.of);
    case 'key':
      return [part.scope];
    default:
      return [];
  }
}

function scopesOf(parts: readonly LiftedPart[]): Set<Slot> {
  const scopes = parts.flatMap(part => {
    const own = typeof part !== 'string' && part.kind === 'key' ? [part.scope] : [];
    return [...own, ...slotsIn(part).flatMap(scopesAround)];
  });
  return new Set(scopes);
}
