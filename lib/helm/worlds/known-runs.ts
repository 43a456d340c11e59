import type { Vector } from './gates';
import { run, type Render, type Run } from './run';
import type { WorldValues } from './world';

type Outcome = { readonly run: Run } | { readonly refusal: unknown };

/** Runs worlds, each set of values once, however often the search for templates begins again. */
export class KnownRuns {
  private readonly outcomes = new Map<string, Outcome>();

  constructor(private readonly render: Render) {}

  /** @throws what the construct throws */
  public run(world: WorldValues, vector: Vector): Run {
    const values = { a: world.build(vector, 'a'), b: world.build(vector, 'b') };
    const key = JSON.stringify([values, world.release]);
    const outcome = this.outcomes.get(key) ?? this.outcomeOf(world, vector);
    this.outcomes.set(key, outcome);
    if ('refusal' in outcome) {
      throw outcome.refusal;
    }
    return { ...outcome.run, vector };
  }

  private outcomeOf(world: WorldValues, vector: Vector): Outcome {
    try {
      return { run: run(this.render, world, vector) };
    } catch (refusal) {
      return { refusal };
    }
  }
}
