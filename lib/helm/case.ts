import type { Condition } from './condition';
import type { Item, Node } from './chart-tree';
import type { Worlds } from './learner';
import type { LiftedPart } from './lifting';
import { scopesAround, slotName, type Slot } from './slot';
import type { Place } from './untranslatable';
import { mapInText } from './json-text';
import type { Json } from './value-node';

/** A part of an object as one world has it. */
export interface Case {
  readonly world: number;
  readonly a: Json;
  readonly b: Json;
  /** Where it is in the objects of that world; undefined for what is printed nowhere. */
  readonly at: At | undefined;
}

/** Indexes, keys, the separators of texts that are read as lists, and the step into a text that is read as JSON. */
export type At = readonly (number | string | { readonly separator: string } | 'json()')[];

/** Lists and maps that loops around are at an item of. */
export type Bound = ReadonlySet<Slot>;

/** How nodes of each kind are inferred; they hold each other. */
export interface Inferring {
  node(cases: readonly Case[], place: Place, bound: Bound): Node;
  scalar(cases: readonly Case[], place: Place, bound: Bound): Node;
  items(cases: readonly Case[], place: Place, bound: Bound): Item[];
  choice(
    groups: readonly (readonly Case[])[],
    cases: readonly Case[],
    place: Place,
    bound: Bound,
    make: (group: readonly Case[]) => Node,
  ): Node;
  /** When something is there, of the turns of its loops. */
  presence(
    cases: readonly Case[],
    care: Worlds,
    loops: readonly Slot[],
    bound: Bound,
    liked: ReadonlySet<Slot>,
    place: Place,
  ): { readonly when?: Condition };
}

/** The worlds that cases are of. */
export const worldsOf = (cases: readonly Case[]): Worlds =>
  cases.reduce((worlds, { world }) => worlds | (1n << BigInt(world)), 0n);

/** What stands in a place of the objects of a world. */
export const valueAt = (objects: readonly Json[] | undefined, at: At): Json | undefined =>
  at.reduce<any>(
    (value, step) =>
      typeof step === 'object'
        ? String(value).split(step.separator)
        : step === 'json()'
          ? mapInText(value as Json)
          : value?.[step],
    objects,
  );

/** What a value is, as far as a template prints it in another way. */
export function formOf(value: Json): string {
  if (typeof value !== 'object' || value === null) {
    return 'scalar';
  }
  const isEmpty = Object.keys(value).length === 0;
  return `${isEmpty ? 'empty ' : ''}${Array.isArray(value) ? 'list' : 'map'}`;
}

/** Lists and maps that the parts of a text are about, without those that loops are at. */
export function loopsOf(parts: readonly LiftedPart[], bound: Bound): Slot[] {
  const scopes = new Set<Slot>();
  for (const part of parts) {
    if (typeof part !== 'string' && part.kind === 'key') {
      scopesAround(part.scope).forEach(scope => scopes.add(scope));
      scopes.add(part.scope);
    } else if (typeof part !== 'string' && part.kind === 'value') {
      scopesAround(part.slot).forEach(scope => scopes.add(scope));
    } else if (typeof part !== 'string' && part.kind === 'json') {
      loopsOf([part.of], bound).forEach(scope => scopes.add(scope));
    } else if (typeof part !== 'string' && part.kind === 'sum') {
      part.terms.forEach(({ slot }) => scopesAround(slot).forEach(scope => scopes.add(scope)));
    }
  }
  return inOrder(scopes, bound);
}

/** Lists and maps around values, without those that loops are at. */
export function freeScopes(slots: readonly Slot[], bound: Bound): Slot[] {
  return inOrder(new Set(slots.flatMap(scopesAround)), bound);
}

/** Scopes that no loop is at yet, those around others first. */
export const inOrder = (scopes: ReadonlySet<Slot>, bound: Bound): Slot[] =>
  [...scopes].filter(scope => !bound.has(scope)).sort((one, other) => one.id - other.id);

/** What is lifted, in messages. */
export function titleOf(parts: readonly LiftedPart[]): string {
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
