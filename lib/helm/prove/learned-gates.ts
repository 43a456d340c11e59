import type { ChartTree } from '../tree/chart-tree';
import type { Slot } from '../tree/slot';
import { sampleRelease, type ChartIdentity } from '../values/release';
import type { Json, ObjectValue } from '../values/value-node';
import type { Exploration } from '../worlds/exploration';
import type { Learned, Vector } from '../worlds/gates';
import { accepts } from '../worlds/sentinels';
import { vectorsOf, withState } from '../worlds/world';
import { blame, slotAt, type Blamed } from './blame';
import { disagreement } from './refusals';
import { compare, type Difference, type Sample } from './sample';
import type { InRelease, SampledValues } from './sampled-values';

const LIMITS = 3;
const REMEMBERED = 30;

/** Values that turn out to change the shape of objects, though their declaration does not say so. */
export class LearnedGates implements Learned {
  public readonly emptiness = new Set<Slot>();
  public readonly limits = new Map<Slot, readonly number[]>();
  /** Worlds that are worth another look. */
  public readonly vectors: Vector[] = [];

  constructor(
    private readonly chart: ChartIdentity,
    private readonly values: ObjectValue,
    private readonly slots: readonly Slot[],
    private readonly samples: SampledValues,
  ) {}

  /** Learns which texts matter when they are empty from the tree of the first world, as far as that shows it. */
  public learnEmptiness(tree: ChartTree, { runs: [first], world }: Exploration): void {
    const { vector, valuesA } = first!;
    const sample = { release: sampleRelease(this.chart, 0) };
    if (!this.disagrees(tree, sample, valuesA)) {
      this.slots
        .filter(({ node }) => node.kind === 'string' && node.default !== '' && accepts(node, ''))
        .filter(slot => this.disagrees(tree, sample, world.build(withState(vector, slot, false), 'a')))
        .forEach(slot => this.emptiness.add(slot));
    }
  }

  /**
   * Learns from samples that no world is like.
   *
   * @throws PlatformError if there is nothing to learn
   */
  public learn(tree: ChartTree, disagreeing: readonly [Sample, Difference][], exploration: Exploration): void {
    const learned: Blamed[] = [];
    disagreeing.forEach(([sample, difference], index) => {
      const rest = learned.reduce(
        (values, { path, usual }) => withUsual(values, path.split('.'), usual!),
        sample.values,
      );
      if (index === 0 || this.disagrees(tree, sample, rest)) {
        const one = this.learnFrom(tree, { ...sample, values: rest }, difference, exploration, index === 0);
        learned.push(...(one === undefined || one.path.includes('[') ? [] : [one]));
      }
    });
  }

  /** @param isFirst whether there is nothing else to learn from, if this teaches nothing */
  private learnFrom(
    tree: ChartTree,
    sample: Sample,
    difference: Difference,
    exploration: Exploration,
    isFirst: boolean,
  ): Blamed | undefined {
    const [vector] = vectorsOf(sample.values, this.slots, exploration.gates);
    const usual = exploration.world.build(vector!, 'a');
    const disagrees = (values: Json): boolean => this.disagrees(tree, sample, values);
    const { values, blamed } = blame(this.values, sample.values, usual, disagrees);
    const [only] = blamed;
    const slot = blamed.length === 1 ? slotAt(this.slots, only!.path) : undefined;
    if (slot?.node.kind === 'string' && only!.value === '' && !this.emptiness.has(slot)) {
      this.emptiness.add(slot);
      return only;
    }
    if (slot?.node.kind === 'integer' && slot.scope === undefined && (this.limits.get(slot) ?? []).length < LIMITS) {
      this.limit(slot, only!, number => disagrees(withUsual(values, slot.steps, number)));
      this.vectors.push(...exploration.runs.map(run => run.vector).slice(0, REMEMBERED));
      return only;
    }
    if (isFirst) {
      const now = compare(tree, this.samples.like(sample, values)) ?? difference;
      throw disagreement(this.chart, now, blamed, slot);
    }
    return undefined;
  }

  private disagrees(tree: ChartTree, sample: InRelease, values: Json): boolean {
    try {
      return compare(tree, this.samples.like(sample, values)) !== undefined;
    } catch {
      return false;
    }
  }

  /** Finds the number above which the construct does something else. */
  private limit(slot: Slot, { value, usual }: Blamed, disagrees: (value: number) => boolean): void {
    let [known, other] = [usual as number, value as number];
    while (Math.abs(known - other) > 1) {
      const middle = Math.trunc((known + other) / 2);
      if (disagrees(middle)) {
        other = middle;
      } else {
        known = middle;
      }
    }
    const limits = new Set([...(this.limits.get(slot) ?? []), Math.min(known, other)]);
    this.limits.set(
      slot,
      [...limits].sort((one, another) => one - another),
    );
  }
}

/** Values with another one in a place. */
const withUsual = (values: Json, [step, ...rest]: readonly string[], value: Json): Json =>
  step === undefined
    ? value
    : { ...(values as object), [step]: withUsual((values as Record<string, Json>)[step]!, rest, value) };
