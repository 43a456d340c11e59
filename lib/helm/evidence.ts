import { valueAt, worldsOf, type Bound, type Case } from './case';
import type { Expression, Node } from './chart-tree';
import { isThere, stateText, type Gate } from './gates';
import { evaluate, evaluateExpression, type Environment } from './interpret';
import { Learner, type Worlds } from './learner';
import { Lifting, type LiftedPart, type Seen } from './lifting';
import type { Run } from './run';
import { Shapes } from './shape';
import { scopesAround, slotName, type Slot } from './slot';
import { untranslatable, type Place } from './untranslatable';
import type { Json } from './value-node';
import type { Family, WorldValues } from './world';

const DIFFERENCES = 6;
const LONG = 80;

/** What was seen in all worlds, and what a template would see there. */
export class Evidence {
  public readonly learner: Learner;
  public readonly lifting: Lifting;
  public readonly seen: readonly Seen[];
  public readonly shapes: readonly Shapes[];
  private readonly environments = new Map<string, Environment>();

  constructor(
    public readonly runs: readonly Run[],
    gates: readonly Gate[],
    public readonly values: WorldValues,
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
  }

  public partsOf({ world, a, b }: Case): readonly LiftedPart[] | undefined {
    if (typeof a === 'string' && typeof b === 'string') {
      return this.lifting.text(a, b, this.seen[world]);
    }
    if (typeof a === 'number' && typeof b === 'number' && a !== b) {
      const found = this.lifting.number(a, b, this.seen[world]!);
      return found === undefined ? undefined : [found];
    }
    return undefined;
  }

  /** What stands in a place if a list or map has two items there instead of one. */
  public doubledAt({ world, at }: Case, scope: Slot): Json | undefined {
    return at === undefined ? undefined : valueAt(this.doubled(this.runs[world]!, scope), at);
  }

  /** Whether a node prints what stands in every case, with both families. */
  public explains(node: Node, cases: readonly Case[], bound: Bound): boolean {
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

  public valueIn(slot: Slot, values: Json, world: number, family: Family): Json | undefined {
    const from = slot.scope === undefined ? values : this.environment(world, family).turns.get(slot.scope)?.item;
    return slot.steps.reduce<any>((value, step) => value?.[step], from);
  }

  /** Values that stand in the values once, or in an item that a loop is at. */
  public reachable(bound: Bound): Slot[] {
    return this.values.slots.filter(slot => scopesAround(slot).every(scope => bound.has(scope)));
  }

  public worldsWith(care: Worlds, scopes: readonly Slot[]): Worlds {
    return this.runs.reduce(
      (worlds, each, index) => (scopes.every(scope => isOn(scope, each)) ? worlds : worlds & ~(1n << BigInt(index))),
      care,
    );
  }

  public slotsOf(cases: readonly Case[]): ReadonlySet<Slot> {
    const slots = new Set<Slot>();
    for (const { world, a, b } of cases.slice(0, 4)) {
      this.shapes[world]!.of(a, b).slots.forEach(slot => slots.add(slot));
    }
    return slots;
  }

  public unexplained(groups: readonly (readonly Case[])[], place: Place): Error {
    const [here] = groups;
    const worlds = worldsOf(here!);
    const twins = this.nearest(worlds);
    return untranslatable(
      place,
      `no simple condition tells when this is there${twins}`,
      'declare a boolean or a choice among the values that says it',
    );
  }

  public foreign({ a, b }: Case, place: Place): Error {
    return untranslatable(
      place,
      `${quoted(a)} and ${quoted(b)} are computed from values in a way that a template cannot repeat`,
      'use the value as it is, or a text around it, or declare the result as a value of its own',
    );
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
    return best === undefined || best.difference.length === 0 || best.difference.length > DIFFERENCES
      ? ''
      : `; it is with ${best.difference.join('; ')}`;
  }
}

/** Whether a list or map has items in a world. */
export const isOn = (scope: Slot, { vector }: Run): boolean => vector.get(scope.id) !== false && isThere(scope, vector);

function quoted(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > LONG ? `${text.slice(0, LONG)}...` : text;
}
