import type { Node } from '../tree/chart-tree';
import { scopesAround, slotName, type Slot } from '../tree/slot';
import { shownJson } from '../values/json-text';
import type { Json } from '../values/value-node';
import { isThere, stateText, type Gate } from '../worlds/gates';
import type { Run } from '../worlds/run';
import type { WorldValues } from '../worlds/world';
import { At, namedObjects, type Step } from './at';
import { Cases, numbersOf, worldsOf, type Bound, type Case } from './case';
import { Learner, type Worlds } from './learner';
import { Lifting } from './lifting';
import type { Reading } from './reading';
import { Readings } from './readings';
import { untranslatable, type Place } from './untranslatable';
import { VisibleValues } from './visible-values';

const DIFFERENCES = 6;
/** Characters of a value in a message. */
const SHOWN = 80;
/** Cases that are looked at to tell which values something is about. */
const LOOKED_AT = 4;

/** What was seen in all worlds, and what a template would see there. */
export class Evidence {
  public learner!: Learner;
  /** The objects of each world. */
  public readonly objects: (readonly Reading[])[] = [];
  public readonly root = At.ofObjects();
  private readonly readings: Readings;
  private readonly visible: VisibleValues;
  private readonly named = new WeakMap<readonly Json[], ReadonlyMap<string, Json>>();
  private readonly given = new Map<Slot, Worlds>();
  private readonly there = new Map<Slot, Worlds>();

  constructor(
    public readonly runs: readonly Run[],
    private readonly gates: readonly Gate[],
    public readonly values: WorldValues,
    /** The objects of a world if a list or map has two items; undefined if the construct refuses that. */
    private readonly doubled: (run: Run, scope: Slot) => readonly Json[] | undefined,
  ) {
    this.visible = new VisibleValues(values, runs);
    this.readings = new Readings(values, new Lifting(values), (expression, world, a, b) =>
      this.visible.holds(expression, world, a, b),
    );
  }

  /** Reads the worlds that were run since. */
  public update(): void {
    this.runs.slice(this.objects.length).forEach(({ a, b, computed }, index, fresh) => {
      const world = this.runs.length - fresh.length + index;
      this.readings.begin(world, computed);
      this.objects.push(a.map((object, at) => this.readings.read(world, object, b[at] ?? null)));
    });
    this.given.clear();
    this.there.clear();
    this.learner = new Learner(
      this.gates,
      this.runs.map(({ vector }) => vector),
    );
  }

  /** Other values than those that stand in objects, as they are in each world of a case. */
  public reread(cases: readonly Case[], pairOf: (each: Case) => readonly [Json, Json], step?: Step): readonly Case[] {
    const all = new Cases();
    for (const each of cases) {
      const [a, b] = pairOf(each);
      for (const world of numbersOf(each.worlds)) {
        const bit = 1n << BigInt(world);
        const sights = step === undefined ? [] : [...each.sights].filter(([, worlds]) => (worlds & bit) !== 0n);
        all.add({
          reading: this.readings.read(world, a, b),
          worlds: bit,
          world,
          sights: new Map(sights.map(([at]) => [at.child(step!), bit])),
        });
      }
    }
    return all.list;
  }

  /** Where a case is in one of its worlds. */
  public atIn({ sights }: Case, world: number): At | undefined {
    return [...sights].find(([, worlds]) => (worlds & (1n << BigInt(world))) !== 0n)?.[0];
  }

  /** What stands in a place. */
  public valueAt(world: number, at: At): Json | undefined {
    return at.read(this.namedIn(this.runs[world]!.a));
  }

  /** What stands in a place if a list or map has two items there instead of one. */
  public doubledAt(world: number, at: At | undefined, scope: Slot): Json | undefined {
    const objects = at === undefined ? undefined : this.doubled(this.runs[world]!, scope);
    return objects === undefined ? undefined : at!.read(this.namedIn(objects));
  }

  /** Whether a node prints what stands in every case, with both families. */
  public explains(node: Node, cases: readonly Case[], bound: Bound): boolean {
    return cases.every(({ reading: { a, b }, worlds }) =>
      numbersOf(worlds).every(world => this.visible.prints(node, world, a, b, bound)),
    );
  }

  public valueIn(slot: Slot, world: number): Json | undefined {
    return this.visible.valueOf(slot, world, 'a');
  }

  /** Values that stand in the values once, or in an item that a loop is at. */
  public reachable(bound: Bound): Slot[] {
    return this.values.slots.filter(slot => scopesAround(slot).every(scope => bound.has(scope)));
  }

  /** The worlds in which a value is given: a list or map has items, a text is not empty. */
  public whereGiven(slot: Slot): Worlds {
    return this.worldsIn(this.given, slot, ({ vector }) => vector.get(slot.id) !== false && isThere(slot, vector));
  }

  /** The worlds in which the lists and maps around a value have items. */
  public whereThere(slot: Slot): Worlds {
    return this.worldsIn(this.there, slot, ({ vector }) => isThere(slot, vector));
  }

  public slotsOf(cases: readonly Case[]): ReadonlySet<Slot> {
    return new Set(cases.slice(0, LOOKED_AT).flatMap(({ reading }) => [...reading.shape.slots]));
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

  public foreign({ reading: { a, b } }: Case, place: Place): Error {
    return untranslatable(
      place,
      `${shownJson(a, SHOWN)} and ${shownJson(b, SHOWN)} are computed from values in a way that a template cannot repeat`,
      'use the value as it is, or a text around it, or declare the result as a value of its own',
    );
  }

  private namedIn(objects: readonly Json[]): ReadonlyMap<string, Json> {
    const known = this.named.get(objects) ?? namedObjects(objects);
    this.named.set(objects, known);
    return known;
  }

  private worldsIn(known: Map<Slot, Worlds>, slot: Slot, has: (run: Run) => boolean): Worlds {
    let worlds = known.get(slot);
    if (worlds === undefined) {
      worlds = this.runs.reduce((all, run, world) => (has(run) ? all | (1n << BigInt(world)) : all), 0n);
      known.set(slot, worlds);
    }
    return worlds;
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
