import { isDeepStrictEqual } from 'node:util';
import { PlatformError } from '../core/platform-error';
import { blame, slotAt, type Blamed } from './blame';
import type { ChartTree } from './chart-tree';
import { withExceptions } from './collisions';
import { Exploration } from './exploration';
import { gatesOf, isThere, stateText, type Gate, type Learned, type Vector } from './gates';
import { Evidence } from './evidence';
import { Inference } from './infer';
import { sampleRelease, type ChartIdentity } from './release';
import { disagreement, impure } from './refusals';
import { inOrderOf, objectsOf, type Render } from './run';
import { compare, sampleOf, type Difference, type Sample } from './sample';
import type { SentinelPlan } from './sentinels';
import { scopesAround, slotName, slotsOf, type Slot } from './slot';
import { soughtSamples } from './sought-samples';
import { usedSlots } from './used-slots';
import { charactersOf } from './pattern-characters';
import type { Json, ObjectValue, TextRules } from './value-node';
import { stateOf, vectorsOf } from './world';

/** What a chart is translated from. */
export interface ChartSource {
  readonly chart: ChartIdentity;
  readonly values: ObjectValue;
  readonly render: Render;
  /** What values.yaml says, complete. */
  readonly defaults: Json;
  /** Complete values as users may give them. */
  readonly samples: readonly Json[];
  /** Whether a user may give these values. */
  readonly accepts: (values: Json) => boolean;
}

/** A tree that is proven to say what the construct says. */
export interface Translation {
  readonly tree: ChartTree;
  readonly figures: {
    readonly slots: number;
    readonly gates: number;
    readonly worlds: number;
    readonly samples: number;
  };
}

/** Values that name the release: constructs see them as part of its full name. */
const NAMES = ['nameOverride', 'fullnameOverride'];
const ROUNDS = 40;
const BATCH = 30;
const LIMITS = 3;

/**
 * Finds the templates of a chart.
 *
 * @throws PlatformError if no templates say what the construct does, with the place and what to do about it
 */
export function translate(source: ChartSource): Translation {
  return new Translator(source).translate();
}

class Translator {
  private readonly slots: readonly Slot[];
  private readonly render: Render;
  /** Values to compare: the samples, and what the construct may look for beside them. */
  private readonly given: readonly Json[];
  private readonly samples: Sample[] = [];
  private readonly vectors: Vector[] = [];
  private readonly emptiness = new Set<Slot>();
  private readonly limits = new Map<Slot, readonly number[]>();

  constructor(private readonly source: ChartSource) {
    this.slots = slotsOf(source.values).filter(slot => !NAMES.includes(slotName(slot)));
    this.render = inOrderOf(source.values, source.render);
    this.given = [...soughtSamples(source, this.slots), ...source.samples];
  }

  public translate(): Translation {
    for (;;) {
      const learned: Learned = { emptiness: this.emptiness, limits: this.limits };
      const gates = gatesOf(this.slots, learned);
      const exploration = this.explore(gates);
      const tree = this.inferPure(exploration);
      if (tree !== undefined) {
        this.checkUse(tree);
        return {
          tree,
          figures: {
            slots: this.slots.length,
            gates: gates.length,
            worlds: exploration.runs.length,
            samples: this.samples.length,
          },
        };
      }
    }
  }

  /** Runs the first worlds, with the sentinels that the construct takes. */
  private explore(gates: readonly Gate[]): Exploration {
    const { values, defaults } = this.source;
    const free = this.slots.filter(({ node }) => node.kind === 'string' && !node.sentinels && mayHoldQuotes(node));
    const open = (plan: SentinelPlan): Exploration => new Exploration(values, this.slots, gates, this.render, plan);
    const start = (exploration: Exploration): Exploration => {
      exploration.start(new Map(gates.map(gate => [gate.slot.id, this.defaultState(gate, defaults)])));
      this.vectors.forEach(vector => exploration.accepts(completed(vector, gates)));
      return exploration;
    };
    const plain = start(open({ quoted: new Set(), descending: false }));
    const explored = plain.runs.length > 0 ? plain : start(open({ quoted: new Set(), descending: true }));
    if (explored.runs.length === 0) {
      throw this.refused(explored.refusal, 'any values that were tried');
    }
    this.checkStates(explored);
    const texts = this.quotable(free, explored, open);
    return texts.size === 0 ? explored : start(open({ quoted: texts, descending: explored !== plain }));
  }

  /** @throws PlatformError if the construct refuses every world in which a value is what the schema allows */
  private checkStates({ gates, runs, refusal }: Exploration): void {
    for (const { slot, states } of gates) {
      const seen = runs.filter(({ vector }) => isThere(slot, vector));
      const missing = states.find(state => !seen.some(({ vector }) => vector.get(slot.id) === state));
      if (missing !== undefined) {
        throw this.refused(refusal, `whatever else is given with ${slotName(slot)} ${stateText(missing)}`);
      }
    }
  }

  /** The texts in which the construct takes a quotation mark. */
  private quotable(
    free: readonly Slot[],
    { runs }: Exploration,
    open: (plan: SentinelPlan) => Exploration,
  ): ReadonlySet<Slot> {
    const accepted = (slots: readonly Slot[]): boolean => {
      const exploration = open({ quoted: new Set(slots), descending: false });
      return runs.slice(0, 3).every(({ vector }) => exploration.accepts(vector));
    };
    if (free.length === 0 || accepted(free)) {
      return new Set(free);
    }
    return new Set(free.filter(slot => accepted([slot])));
  }

  private defaultState(gate: Gate, defaults: Json): Gate['states'][number] {
    const value =
      scopesAround(gate.slot).length > 0
        ? undefined
        : gate.slot.steps.reduce<any>((current, step) => current?.[step], defaults);
    return value === undefined ? gate.states[0]! : stateOf(gate, value as Json);
  }

  /** What looks wrong may only be another result of the same values. */
  private inferPure(exploration: Exploration): ChartTree | undefined {
    try {
      return this.infer(exploration);
    } finally {
      this.checkPurity(exploration);
    }
  }

  /** Adds worlds until the tree that explains them explains the samples too; undefined if new gates were learned. */
  private infer(exploration: Exploration): ChartTree | undefined {
    const evidence = new Evidence(exploration.runs, exploration.gates, exploration.world, (each, scope) =>
      exploration.doubled(each, scope),
    );
    for (let round = 0; round < ROUNDS; round++) {
      evidence.update();
      let tree = new Inference(evidence).chart();
      if (evidence.learner.questions.filter(vector => exploration.add(vector)).length > 0) {
        continue;
      }
      tree = withExceptions(
        tree,
        this.source,
        this.render,
        exploration.runs.slice(0, BATCH).map(({ valuesA }) => valuesA),
      );
      const disagreeing: [Sample, Difference][] = [];
      const total = this.given.length;
      for (let index = 0; index < total && disagreeing.length < BATCH; index++) {
        const sample = this.sample(index);
        const difference = compare(tree, sample);
        if (difference !== undefined) {
          disagreeing.push([sample, difference]);
        }
      }
      if (disagreeing.length === 0) {
        return tree;
      }
      const vectors = disagreeing.flatMap(([sample]) => vectorsOf(sample.values, this.slots, exploration.gates));
      const added = vectors.filter(vector => exploration.add(vector));
      this.vectors.push(...added);
      if (added.length === 0) {
        this.learn(tree, disagreeing, exploration);
        return undefined;
      }
    }
    throw new PlatformError(
      this.source.chart.name,
      'no templates were found that agree with the construct',
      'make the chart smaller, or its values more independent of each other',
    );
  }

  private sample(index: number): Sample {
    const { chart } = this.source;
    const values = this.given[index]!;
    try {
      return (this.samples[index] ??= sampleOf(chart, this.render, values, sampleRelease(chart, index)));
    } catch (error) {
      throw this.refused(error, shown(values));
    }
  }

  private refused(error: unknown, values: string): PlatformError {
    return new PlatformError(
      this.source.chart.name,
      `the schema allows values that the construct refuses: ${error instanceof Error ? error.message : String(error)} (with ${values})`,
      'say the rule in the schema too, with a pattern, bounds or a choice',
    );
  }

  /** Learns from samples that no world is like. @throws PlatformError if there is nothing to learn */
  private learn(tree: ChartTree, disagreeing: readonly [Sample, Difference][], exploration: Exploration): void {
    const [[sample, difference]] = disagreeing as [[Sample, Difference]];
    const [vector] = vectorsOf(sample.values, this.slots, exploration.gates);
    const usual = exploration.world.build(vector!, 'a');
    const disagrees = (values: Json): boolean => {
      try {
        return compare(tree, this.like(sample, values)) !== undefined;
      } catch {
        return false;
      }
    };
    const { values, blamed } = blame(this.source.values, sample.values, usual, disagrees);
    const [only] = blamed;
    const slot = blamed.length === 1 ? slotAt(this.slots, only!.path) : undefined;
    if (slot?.node.kind === 'string' && only!.value === '' && !this.emptiness.has(slot)) {
      this.emptiness.add(slot);
      return;
    }
    if (slot?.node.kind === 'integer' && slot.scope === undefined && (this.limits.get(slot) ?? []).length < LIMITS) {
      this.limit(slot, only!, exploration, number => disagrees(withNumber(values, slot, number)));
      return;
    }
    const now = compare(tree, this.like(sample, values)) ?? difference;
    throw disagreement(this.source.chart, now, blamed, slot);
  }

  private like({ release }: Sample, values: Json): Sample {
    return sampleOf(this.source.chart, this.render, values, release);
  }

  /** Finds the number above which the construct does something else. */
  private limit(
    slot: Slot,
    { value, usual }: Blamed,
    exploration: Exploration,
    disagrees: (value: number) => boolean,
  ): void {
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
    this.vectors.push(...exploration.runs.map(({ vector }) => vector).slice(0, BATCH));
  }

  /** A construct whose objects are others each time cannot be proven. */
  private checkPurity({ runs, world }: Exploration): void {
    for (const { vector, a } of [runs[0]!, runs.at(-1)!]) {
      const again = objectsOf(this.render, world.build(vector, 'a'), world.releaseIn('a'));
      if (!isDeepStrictEqual(again, a)) {
        throw impure(this.source.chart);
      }
    }
  }

  private checkUse(tree: ChartTree): void {
    const used = usedSlots(tree);
    const idle = this.slots.find(
      slot => !isRead(slot, used) && !this.slots.some(inner => used.has(inner) && scopesAround(inner).includes(slot)),
    );
    if (idle !== undefined) {
      throw new PlatformError(
        this.source.chart.name,
        `the value \`${slotName(idle)}\` changes nothing in the chart's objects`,
        'use it in the construct, or take it out of the schema',
      );
    }
  }
}

/** Texts whose escapes have to be seen. */
const mayHoldQuotes = (rules: TextRules): boolean => charactersOf(rules)('"');

/** A vector of earlier gates, with the usual states of those learned since. */
const completed = (vector: Vector, gates: readonly Gate[]): Vector =>
  new Map(gates.map(gate => [gate.slot.id, stateFor(gate, vector.get(gate.slot.id))]));

const stateFor = (gate: Gate, state: Gate['states'][number] | undefined): Gate['states'][number] =>
  state !== undefined && gate.states.includes(state) ? state : gate.states[0]!;

/** An item that is only counted, or only its key printed, is read with its list or map. */
const isRead = (slot: Slot, used: ReadonlySet<Slot>): boolean =>
  used.has(slot) || (slot.scope !== undefined && slot.steps.length === 0 && used.has(slot.scope));

const withNumber = (values: Json, { steps }: Pick<Slot, 'steps'>, number: number): Json =>
  steps.length === 0
    ? number
    : {
        ...(values as object),
        [steps[0]!]: withNumber((values as any)[steps[0]!] as Json, { steps: steps.slice(1) }, number),
      };

const shown = (values: Json): string => {
  const text = JSON.stringify(values);
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
};
