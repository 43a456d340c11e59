import type { Test } from '../tree/condition';
import { scopesAround, type Slot } from '../tree/slot';

/** What a value is in a world, as far as the shape of objects may depend on it: given or not, which choice, how many. */
export type State = boolean | string | number;

/** A value that may change the shape of objects. */
export interface Gate {
  readonly slot: Slot;
  readonly states: readonly State[];
  /** Numbers above which an integer counts as another state. */
  readonly limits: readonly number[];
}

/** States by the number of the slot. */
export type Vector = ReadonlyMap<number, State>;

/** What samples taught about values that are no gates by their declaration. */
export interface Learned {
  /** Texts for which it matters whether they are empty. */
  readonly emptiness: ReadonlySet<Slot>;
  /** Limits of integers, ascending. */
  readonly limits: ReadonlyMap<Slot, readonly number[]>;
}

const ON_AND_OFF = [true, false];

/** The values that may change the shape of objects. */
export function gatesOf(slots: readonly Slot[], learned: Learned): Gate[] {
  return slots.flatMap((slot): Gate[] => {
    const states = statesOf(slot, learned);
    return states.length > 1 ? [{ slot, states, limits: learned.limits.get(slot) ?? [] }] : [];
  });
}

function statesOf(slot: Slot, { emptiness, limits }: Learned): readonly State[] {
  const { node } = slot;
  switch (node.kind) {
    case 'boolean':
      return ON_AND_OFF;
    case 'choice':
      return node.choices;
    case 'list':
      return node.minItems > 0 ? [true] : ON_AND_OFF;
    case 'map':
    case 'opaque':
      return ON_AND_OFF;
    case 'string':
      return node.default === '' || emptiness.has(slot) ? ON_AND_OFF : [true];
    case 'integer':
      return [...(limits.get(slot) ?? []), Infinity].map((_, index) => index);
  }
}

/** The numbers that belong to a state of an integer. */
export function intervalOf(slot: Slot, limits: readonly number[], state: number): [number, number] {
  const node = slot.node as { minimum: number; maximum: number };
  const lowest = state === 0 ? node.minimum : limits[state - 1]! + 1;
  return [lowest, state === limits.length ? node.maximum : limits[state]!];
}

/** The state that makes the value be there, or be its first choice. */
export const firstState = (gate: Gate): State => gate.states[0]!;

/** Whether a test holds in a world. What stands in an empty list has no states: no test about it holds. */
export function holds(test: Test, negated: boolean, vector: Vector): boolean {
  const state = vector.get(test.slot.id);
  const answer =
    test.kind === 'given'
      ? state !== false && state !== ''
      : test.kind === 'equals'
        ? state === test.text
        : test.kind === 'above' && (state as number) >= test.state;
  return answer !== negated;
}

/** Every question that a gate can answer; a choice of two needs but one. */
export function testsOf({ slot, states, limits }: Gate): Test[] {
  switch (slot.node.kind) {
    case 'choice':
      return states.map(text => ({ kind: 'equals', slot, text: text as string }));
    case 'integer':
      return limits.map((limit, index) => ({ kind: 'above', slot, limit, state: index + 1 }));
    default:
      return [{ kind: 'given', slot }];
  }
}

/** Equal texts for worlds in which nothing differs that is there at all. */
export function vectorKey(gates: readonly Gate[], vector: Vector): string {
  return gates.map(({ slot }) => (isThere(slot, vector) ? String(vector.get(slot.id)) : '-')).join('|');
}

/** Whether the lists and maps around a slot have items. */
export function isThere(slot: Slot, vector: Vector): boolean {
  return scopesAround(slot).every(scope => vector.get(scope.id) !== false);
}

/** A state in words. */
export const stateText = (state: State | undefined): string =>
  state === true ? 'on' : state === false ? 'off' : JSON.stringify(state);
