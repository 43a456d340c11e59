import type { Expression, Node } from '../tree/chart-tree';
import { evaluate, evaluateExpression, type Environment } from '../tree/interpret';
import type { Slot } from '../tree/slot';
import type { Json } from '../values/value-node';
import type { Run } from '../worlds/run';
import type { Family, WorldValues } from '../worlds/world';
import type { Bound } from './case';

/** What a template would see in each world, in the one turn of each loop. */
export class VisibleValues {
  private readonly environments = new Map<string, Environment>();
  private readonly collections: readonly Slot[];

  constructor(
    private readonly values: WorldValues,
    private readonly runs: readonly Run[],
  ) {
    this.collections = values.slots.filter(({ node }) => node.kind === 'list' || node.kind === 'map');
  }

  /** Whether an expression has these results in a world. */
  public holds(expression: Expression, world: number, a: Json, b: Json): boolean {
    try {
      return (
        evaluateExpression(expression, this.environment(world, 'a')) === a &&
        evaluateExpression(expression, this.environment(world, 'b')) === b
      );
    } catch {
      return false;
    }
  }

  /** Whether a node prints this in a world, within loops. */
  public prints(node: Node, world: number, a: Json, b: Json, bound: Bound): boolean {
    const [one, other] = [this.environment(world, 'a'), this.environment(world, 'b')];
    if ([...bound].some(scope => !one.turns.has(scope))) {
      return false;
    }
    try {
      return evaluate(node, one) === a && evaluate(node, other) === b;
    } catch {
      return false;
    }
  }

  public valueOf(slot: Slot, world: number, family: Family): Json | undefined {
    const { values, turns } = this.environment(world, family);
    const from = slot.scope === undefined ? values : turns.get(slot.scope)?.item;
    return slot.steps.reduce<any>((value, step) => value?.[step], from);
  }

  private environment(world: number, family: Family): Environment {
    const key = `${world}${family}`;
    let known = this.environments.get(key);
    if (known === undefined) {
      const values = family === 'a' ? this.runs[world]!.valuesA : this.runs[world]!.valuesB;
      const turns = new Map<Slot, { key: string; item: Json }>();
      for (const slot of this.collections) {
        const from = slot.scope === undefined ? values : turns.get(slot.scope)?.item;
        const [entry] = Object.entries(slot.steps.reduce<any>((value, step) => value?.[step], from) ?? {});
        if (entry !== undefined) {
          turns.set(slot, { key: entry[0], item: entry[1] as Json });
        }
      }
      known = { values, release: this.values.releaseIn(family), turns };
      this.environments.set(key, known);
    }
    return known;
  }
}
