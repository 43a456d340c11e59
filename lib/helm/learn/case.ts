import type { Item, Node } from '../tree/chart-tree';
import type { Condition } from '../tree/condition';
import { scopesAround, slotName, type Slot } from '../tree/slot';
import type { Worlds } from './learner';
import type { LiftedPart } from './lifting';
import type { Place } from './untranslatable';
import type { At, Step } from './at';
import type { Reading } from './reading';

/** What stands in a place in some worlds; there is one of these for a reading. */
export interface Case {
  readonly reading: Reading;
  readonly worlds: Worlds;
  /** The first of the worlds. */
  readonly world: number;
  /** Where it is in the objects of which worlds; nothing for what is printed nowhere. */
  readonly sights: ReadonlyMap<At, Worlds>;
}

/** Collects cases: the worlds in which a reading was seen before are added to those of that case. */
export class Cases {
  private readonly byReading = new Map<Reading, { -readonly [field in keyof Case]: Case[field] }>();

  public get list(): readonly Case[] {
    return [...this.byReading.values()];
  }

  public add({ reading, worlds, world, sights }: Case): void {
    const known = this.byReading.get(reading);
    if (known === undefined) {
      this.byReading.set(reading, { reading, worlds, world, sights });
      return;
    }
    known.worlds |= worlds;
    const all = new Map(known.sights);
    sights.forEach((seen, at) => all.set(at, seen | (all.get(at) ?? 0n)));
    known.sights = all;
  }

  public addBelow(outer: Case, step: Step, reading: Reading): void {
    this.add(below(outer, step, reading));
  }
}

/** What is in a place below that of a case. */
export function below({ worlds, world, sights }: Case, step: Step, reading: Reading): Case {
  const inner = new Map<At, Worlds>();
  if (reading.spread === undefined) {
    sights.forEach((seen, at) => inner.set(at.child(step), seen));
  }
  return { reading, worlds, world, sights: inner };
}

/** One case for each reading. */
export function merged(cases: readonly Case[]): readonly Case[] {
  if (cases.length < 2) {
    return cases;
  }
  const all = new Cases();
  cases.forEach(each => all.add(each));
  return all.list;
}

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
export const worldsOf = (cases: readonly Case[]): Worlds => cases.reduce((worlds, each) => worlds | each.worlds, 0n);

/** The number of the first world. */
export const firstOf = (worlds: Worlds): number => numbersOf(worlds & -worlds)[0]!;

/** The numbers of worlds. */
export function numbersOf(worlds: Worlds): number[] {
  const bits = worlds.toString(2);
  const numbers: number[] = [];
  for (let number = 0; number < bits.length; number++) {
    if (bits[bits.length - 1 - number] === '1') {
      numbers.push(number);
    }
  }
  return numbers;
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
