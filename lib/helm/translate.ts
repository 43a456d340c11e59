import { isDeepStrictEqual } from 'node:util';
import { PlatformError } from '../core/platform-error';
import { Evidence } from './learn/evidence';
import { Inference } from './learn/infer';
import { Agreements } from './prove/agreements';
import { withExceptions } from './prove/collisions';
import { LearnedGates } from './prove/learned-gates';
import { impure } from './prove/refusals';
import type { Difference, Sample } from './prove/sample';
import { SampledValues } from './prove/sampled-values';
import { soughtSamples, usualSamples } from './prove/sought-samples';
import type { ChartTree } from './tree/chart-tree';
import { scopesAround, slotName, slotsOf, type Slot } from './tree/slot';
import { usedSlots } from './tree/used-slots';
import { NAME_VALUES } from './values/name-values';
import type { ChartSource } from './worlds/chart-source';
import type { Exploration } from './worlds/exploration';
import { firstWorlds, groundWorlds } from './worlds/first-worlds';
import { gatesOf } from './worlds/gates';
import { KnownRuns } from './worlds/known-runs';
import { inOrderOf, objectsOf, type Render, type Run } from './worlds/run';
import { vectorsOf } from './worlds/world';

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

const ROUNDS = 40;
const BATCH = 30;

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
  private readonly samples: SampledValues;
  private readonly learned: LearnedGates;
  private readonly agreements: Agreements;
  private readonly runs: KnownRuns;
  /** Number of the sample that is compared first. */
  private start = 0;

  constructor(private readonly source: ChartSource) {
    const { chart, values } = source;
    this.slots = slotsOf(values).filter(slot => !NAME_VALUES.includes(slotName(slot)));
    this.render = inOrderOf(values, source.render);
    this.runs = new KnownRuns(this.render);
    this.agreements = new Agreements(this.slots);
    const given = [...soughtSamples(source, this.slots), ...source.samples, ...usualSamples(source, this.slots)];
    this.samples = new SampledValues(chart, this.render, given, source.accepts);
    this.learned = new LearnedGates(chart, values, this.slots, this.samples);
  }

  public translate(): Translation {
    const ground = groundWorlds(this.source, this.render, this.runs, this.slots, gatesOf(this.slots, this.learned));
    this.learnFrom(ground);
    for (;;) {
      const gates = gatesOf(this.slots, this.learned);
      const exploration = firstWorlds(this.source, ground, gates, this.learned.vectors);
      const tree = this.inferPure(exploration);
      if (tree !== undefined) {
        this.checkUse(tree);
        return {
          tree,
          figures: {
            slots: this.slots.length,
            gates: gates.length,
            worlds: exploration.runs.length,
            samples: this.samples.count,
          },
        };
      }
    }
  }

  /** What one world shows need not be found out with many. */
  private learnFrom(ground: Exploration): void {
    try {
      const evidence = this.evidenceOf(ground, ground.runs.slice(0, 1));
      evidence.update();
      this.learned.learnEmptiness(new Inference(evidence).chart(), ground);
    } catch (error) {
      // More worlds may explain what one does not.
      if (!(error instanceof PlatformError)) {
        throw error;
      }
    }
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
    const { runs, gates } = exploration;
    const evidence = this.evidenceOf(exploration, runs);
    for (let round = 0; round < ROUNDS; round++) {
      evidence.update();
      const found = new Inference(evidence).chart();
      if (evidence.learner.questions.filter(vector => exploration.add(vector)).length > 0) {
        continue;
      }
      const bases = runs.slice(0, BATCH).map(({ valuesA }) => valuesA);
      const tree = withExceptions(found, this.source, this.samples, this.agreements, bases);
      const disagreeing = this.disagreeing(tree);
      if (disagreeing.length === 0) {
        return tree;
      }
      const vectors = disagreeing.flatMap(([sample]) => vectorsOf(sample.values, this.slots, gates));
      const added = vectors.filter(vector => exploration.add(vector));
      this.learned.vectors.push(...added);
      if (added.length === 0) {
        this.learned.learn(tree, disagreeing, exploration);
        return undefined;
      }
    }
    throw new PlatformError(
      this.source.chart.name,
      'no templates were found that agree with the construct',
      'make the chart smaller, or its values more independent of each other',
    );
  }

  private evidenceOf(exploration: Exploration, runs: readonly Run[]): Evidence {
    const { gates, world } = exploration;
    return new Evidence(runs, gates, world, (each, scope) => exploration.doubled(each, scope));
  }

  /** Samples of which the tree says something else than the construct: all are asked, those that did so last first. */
  private disagreeing(tree: ChartTree): [Sample, Difference][] {
    const found: [Sample, Difference][] = [];
    const { count } = this.samples;
    const start = this.start;
    for (let turn = 0; turn < count && found.length < BATCH; turn++) {
      const index = (start + turn) % count;
      const sample = this.samples.at(index);
      const difference = this.agreements.compare(tree, sample);
      if (difference !== undefined) {
        this.start = found.length === 0 ? index : this.start;
        found.push([sample, difference]);
      }
    }
    return found;
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

/** An item that is only counted, or only its key printed, is read with its list or map. */
const isRead = (slot: Slot, used: ReadonlySet<Slot>): boolean =>
  used.has(slot) || (slot.scope !== undefined && slot.steps.length === 0 && used.has(slot.scope));
