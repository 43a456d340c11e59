import type { Slot } from '../tree/slot';
import type { Json, ObjectValue } from '../values/value-node';
import { firstState, vectorKey, type Gate, type State, type Vector } from './gates';
import type { KnownRuns } from './known-runs';
import type { Render, Run } from './run';
import type { SentinelPlan } from './sentinels';
import { objectsOf } from './run';
import { vectorOf, withState, WorldValues } from './world';

const RANDOM = 80;

/** The worlds that were run, and how to run more. */
export class Exploration {
  public readonly runs: Run[] = [];
  public readonly world: WorldValues;
  /** What the construct said of the first world that it refused. */
  public refusal: unknown;
  private readonly tried = new Map<string, boolean>();
  private readonly doubles = new Map<string, readonly Json[] | undefined>();
  private seed = 7;

  constructor(
    private readonly values: ObjectValue,
    private readonly slots: readonly Slot[],
    public readonly gates: readonly Gate[],
    private readonly render: Render,
    private readonly known: KnownRuns,
    private readonly plan: SentinelPlan,
  ) {
    this.world = new WorldValues(values, slots, gates, plan);
  }

  /** One with the same sentinels and other gates, before any world is run. */
  public withGates(gates: readonly Gate[]): Exploration {
    return new Exploration(this.values, this.slots, gates, this.render, this.known, this.plan);
  }

  /** Runs a world unless it was run. @returns whether the construct accepts it */
  public accepts(vector: Vector): boolean {
    const key = vectorKey(this.gates, vector);
    const known = this.tried.get(key);
    if (known !== undefined) {
      return known;
    }
    try {
      this.runs.push(this.known.run(this.world, vector));
      this.tried.set(key, true);
      return true;
    } catch (error) {
      this.refusal ??= error;
      this.tried.set(key, false);
      return false;
    }
  }

  /** @returns whether a new world was accepted */
  public add(vector: Vector): boolean {
    const before = this.runs.length;
    return this.accepts(vector) && this.runs.length > before;
  }

  /** Everything given, nothing given, what the defaults say, or else any world: what of it the construct accepts. */
  public ground(defaults: Vector): readonly Vector[] {
    const accepted = this.bases(defaults).filter(base => this.accepts(base));
    return accepted.length > 0 ? accepted : this.search();
  }

  /** The ground; each value changed alone; and some at random. */
  public start(defaults: Vector): void {
    const [ground] = this.ground(defaults);
    if (ground === undefined) {
      return;
    }
    const grounds = this.bases(defaults).map(base => this.towards(base, ground));
    for (const base of grounds) {
      this.vary(base);
    }
    for (let turn = 0; turn < RANDOM; turn++) {
      this.towards(this.random(), ground);
    }
  }

  /** The objects of a world in which a list or map has two items. */
  public doubled(each: Run, scope: Slot): readonly Json[] | undefined {
    const key = `${vectorKey(this.gates, each.vector)} ${scope.id}`;
    if (!this.doubles.has(key)) {
      let objects: readonly Json[] | undefined;
      try {
        const values = this.world.buildDoubled(each.vector, 'a', scope);
        objects = objectsOf(this.render, values, this.world.releaseIn('a'));
      } catch {
        objects = undefined;
      }
      this.doubles.set(key, objects);
    }
    return this.doubles.get(key);
  }

  /** As many states of a vector as the construct accepts, starting from one that it does accept: half by half. */
  private towards(wanted: Vector, from: Vector, gates: readonly Gate[] = this.gates): Vector {
    const next = new Map(from);
    gates.forEach(({ slot }) => next.set(slot.id, wanted.get(slot.id)!));
    if (this.accepts(next)) {
      return next;
    }
    const middle = Math.floor(gates.length / 2);
    return middle === 0
      ? from
      : this.towards(wanted, this.towards(wanted, from, gates.slice(0, middle)), gates.slice(middle));
  }

  private bases(defaults: Vector): readonly Vector[] {
    const last = (gate: Gate): State => gate.states.at(-1)!;
    return [vectorOf(this.gates, firstState), vectorOf(this.gates, last), defaults];
  }

  private vary(base: Vector): void {
    for (const { slot, states } of this.gates) {
      states.forEach(state => this.accepts(withState(base, slot, state)));
    }
  }

  /** Any world that the construct accepts. */
  private search(): Vector[] {
    for (let turn = 0; turn < RANDOM; turn++) {
      const vector = this.random();
      if (this.accepts(vector)) {
        return [vector];
      }
    }
    return [];
  }

  private random(): Vector {
    return vectorOf(this.gates, ({ states }) => states[Math.floor(this.next() * states.length)]!);
  }

  /** The same numbers each time, so that the same chart comes of the same construct. */
  private next(): number {
    this.seed = (this.seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.seed / 2 ** 31;
  }
}
