import type { Slot } from '../tree/slot';
import type { Json } from '../values/value-node';
import type { LiftedPart } from './lifting';
import type { Shape } from './shape';

/** What stands in a place in both families. Places that hold the same, in whatever world, share one of these. */
export interface Reading {
  readonly id: number;
  readonly a: Json;
  readonly b: Json;
  readonly form: Form;
  readonly shape: Shape;
  /** What a text or number is made of; undefined if that is not to be found, or nothing of it is a value. */
  readonly parts?: readonly LiftedPart[];
  /** The map that a text holds as JSON. */
  readonly document?: Reading;
  readonly entries?: readonly EntryReading[];
  readonly items?: readonly ItemReading[];
  /** The structure of the user's that this is. */
  readonly opaque?: Slot;
  /** The structure of the user's that is spread among neighbours here. */
  readonly spread?: Slot;
}

export interface EntryReading {
  readonly key: string;
  /** Equal for keys that are made of the same values. */
  readonly id: string;
  readonly parts: readonly LiftedPart[];
  readonly reading: Reading;
}

export interface ItemReading {
  readonly index: number;
  readonly reading: Reading;
}

/** What a value is, as far as a template prints it in another way. */
export type Form = 'scalar' | 'map' | 'list' | 'empty map' | 'empty list';

export function formOf(value: Json): Form {
  if (typeof value !== 'object' || value === null) {
    return 'scalar';
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? 'empty list' : 'list';
  }
  return Object.keys(value).length === 0 ? 'empty map' : 'map';
}
