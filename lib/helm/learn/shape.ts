import { partKey } from '../tree/part-key';
import { scopesAround, type Slot } from '../tree/slot';
import type { Json } from '../values/value-node';
import type { LiftedPart } from './lifting';

/** What a part of an object looks like apart from the sentinels in it; there is one of these for a look. */
export interface Shape {
  readonly id: number;
  /** Lists and maps whose items are in it. */
  readonly scopes: ReadonlySet<Slot>;
  readonly slots: ReadonlySet<Slot>;
  /** Paths with what stands there, to tell how much two shapes have in common. */
  readonly leaves: ReadonlySet<string>;
}

/** Shapes of what was read in all worlds. */
export class Shapes {
  private readonly known = new Map<string, Shape>();

  public scalar(value: Json, parts: readonly LiftedPart[] | undefined): Shape {
    const key = parts === undefined ? JSON.stringify(value) : `"${parts.map(liftedKey).join('')}"`;
    return this.shape(key, () => ({
      slots: new Set((parts ?? []).flatMap(slotsIn)),
      scopes: scopesOf(parts ?? []),
      leaves: () => [`=${key}`],
    }));
  }

  /** A structure of the user's. */
  public spread(slot: Slot): Shape {
    return this.shape(`spread ${slot.id}`, () => ({ slots: new Set([slot]), scopes: new Set(), leaves: () => [] }));
  }

  /** A text that holds a map. */
  public document(map: Shape): Shape {
    return this.joined('document', [{ name: '', parts: [], shape: map }]);
  }

  public list(items: readonly Shape[]): Shape {
    return this.joined(
      '[',
      items.map(shape => ({ name: '-', parts: [], shape })),
    );
  }

  public map(
    entries: readonly { readonly name: string; readonly parts: readonly LiftedPart[]; shape: Shape }[],
  ): Shape {
    return this.joined(
      '{',
      [...entries].sort((one, two) => (one.name < two.name ? -1 : 1)),
    );
  }

  private joined(
    open: string,
    members: readonly { readonly name: string; readonly parts: readonly LiftedPart[]; readonly shape: Shape }[],
  ): Shape {
    return this.shape(`${open}${members.map(({ name, shape }) => `${name}:${shape.id}`).join(',')}`, () => ({
      slots: new Set(members.flatMap(({ parts, shape }) => [...shape.slots, ...parts.flatMap(slotsIn)])),
      scopes: new Set(members.flatMap(({ parts, shape }) => [...shape.scopes, ...scopesOf(parts)])),
      leaves: () => members.flatMap(({ name, shape }) => [...shape.leaves].map(leaf => `${name}.${leaf}`)),
    }));
  }

  private shape(
    key: string,
    make: () => Pick<Shape, 'slots' | 'scopes'> & { readonly leaves: () => readonly string[] },
  ): Shape {
    let shape = this.known.get(key);
    if (shape === undefined) {
      const { slots, scopes, leaves } = make();
      let found: ReadonlySet<string> | undefined;
      shape = {
        id: this.known.size,
        slots,
        scopes,
        get leaves() {
          return (found ??= new Set(leaves()));
        },
      };
      this.known.set(key, shape);
    }
    return shape;
  }
}

/** Equal texts for equal parts. */
export const liftedKey = (part: LiftedPart): string =>
  typeof part !== 'string' && part.kind === 'call' ? `\u0001call ${part.name}\u0002` : partKey(part);

function slotsIn(part: LiftedPart): Slot[] {
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
