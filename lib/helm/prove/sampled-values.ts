import { shownJson } from '../values/json-text';
import { sampleRelease, type ChartIdentity, type Release } from '../values/release';
import type { Json } from '../values/value-node';
import { refusedByConstruct } from '../worlds/refused-by-construct';
import type { Render } from '../worlds/run';
import { sampleOf, type Sample } from './sample';

/** Characters of values in a message. */
const SHOWN = 300;

/** What belongs to a release. */
export interface InRelease {
  readonly release: Pick<Release, 'name' | 'namespace'>;
}

/** What the construct makes of values, each asked once. */
export class SampledValues {
  private readonly samples: Sample[] = [];
  private readonly probes = new Map<string, Sample | undefined>();

  /** @param given values to compare, complete, as users may give them */
  constructor(
    private readonly chart: ChartIdentity,
    private readonly render: Render,
    private readonly given: readonly Json[],
    /** Whether a user may give values. */
    private readonly accepts: (values: Json) => boolean,
  ) {}

  public get count(): number {
    return this.given.length;
  }

  /** @throws PlatformError if the construct refuses what the schema allows */
  public at(index: number): Sample {
    const values = this.given[index]!;
    try {
      return (this.samples[index] ??= sampleOf(this.chart, this.render, values, sampleRelease(this.chart, index)));
    } catch (error) {
      throw refusedByConstruct(this.chart, error, shownJson(values, SHOWN));
    }
  }

  /** Other values in the release of a sample. @throws what the construct throws */
  public like({ release }: InRelease, values: Json): Sample {
    return sampleOf(this.chart, this.render, values, release);
  }

  /** What the construct makes of values; undefined if the schema or the construct refuses them. */
  public probe(values: Json): Sample | undefined {
    const key = JSON.stringify(values);
    if (!this.probes.has(key)) {
      this.probes.set(key, this.tried(values));
    }
    return this.probes.get(key);
  }

  private tried(values: Json): Sample | undefined {
    try {
      return this.accepts(values) ? sampleOf(this.chart, this.render, values, sampleRelease(this.chart, 0)) : undefined;
    } catch {
      return undefined;
    }
  }
}
