import type { Chart } from 'cdk8s';
import type { z } from 'zod';
import { PlatformError } from '../core/platform-error';
import { emit } from './emit/emit';
import { slotsOf } from './tree/slot';
import { defaultValues } from './values/default-values';
import { mergeValues } from './values/merge-values';
import { crossRules, readContract, type ValuesSchema } from './values/read-contract';
import { releaseOf, type ChartIdentity, type Release } from './values/release';
import { ValueSamples, type Values } from './values/samples';
import type { Json, ObjectValue } from './values/value-node';
import { buildObjects, type Build } from './worlds/build-objects';
import { literalsOf } from './worlds/literals';
import { inOrderOf, objectsOf } from './worlds/run';
import type { ChartAbout } from './write/chart-about';
import { chartFiles, type ChartExtras } from './write/chart-files';
import { checkChartName } from './write/chart-name';
import { valuesSchema } from './write/values-schema';
import { writeChart, type ChartSummary } from './write/write-chart';
import { translate, type Translation } from './translate';

export interface HelmChartProps<Schema extends ValuesSchema> extends ChartAbout, ChartExtras {
  readonly name: string;
  readonly version: string;
  /** Version of what the chart installs. */
  readonly appVersion: string;
  /**
   * Versions of Kubernetes that it can be installed on.
   *
   * @default '>=1.29.0-0'
   */
  readonly kubeVersion?: string;
  /** The values that users give: a `z.strictObject()` whose fields are described and have defaults. */
  readonly values: Schema;
  /**
   * Builds the objects, from constructs that know nothing of Helm.
   *
   * It is run on very many values, so it must be a function of them: no clock, no randomness, no files.
   */
  readonly build: (chart: Chart, values: z.output<Schema>, release: Release) => void;
  /**
   * Greatest length of the full name of a release, so that names made of it stay within 63 characters.
   *
   * @default 63
   */
  readonly nameLength?: number;
}

/** Oldest Kubernetes that charts are for, unless they say otherwise: the first with sidecars on by default. */
export const KUBE_VERSION = '>=1.29.0-0';

/** Values for which templates and constructs are compared before a chart is written. */
const SAMPLES = 2000;

/**
 * A Helm chart whose templates are found by running constructs on many values, and proven to print what they build.
 */
export class HelmChart<Schema extends ValuesSchema = ValuesSchema> {
  public readonly name: string;
  public readonly version: string;
  /** What values.yaml says. */
  public readonly defaults: Values;
  /** Values at random, for tests. */
  public readonly samples: ValueSamples;
  private readonly contract: ObjectValue;
  private readonly identity: ChartIdentity;
  private readonly build: Build<Values>;
  private found?: Translation;
  private taken?: ReadonlyMap<string, string>;

  /** @throws PlatformError if the values are none that Helm could take */
  constructor(public readonly props: HelmChartProps<Schema>) {
    const { name, version, appVersion, nameLength, values, build, ci = {} } = props;
    checkChartName(name, version);
    this.name = name;
    this.version = version;
    this.identity = { name, version, appVersion, nameLength };
    this.contract = readContract(values);
    this.defaults = defaultValues(this.contract);
    this.samples = new ValueSamples(values, this.contract);
    this.build = build as unknown as Build<Values>;
    Object.entries(ci).forEach(([file, given]) => this.checkGiven(`${name}/ci/${file}-values.yaml`, given));
    if (this.asks && Object.keys(ci).length === 0) {
      throw new PlatformError(
        name,
        'the chart has values without default, but none to try it with',
        'give `ci` values: ci: { minimal: { ... } }',
      );
    }
  }

  /** Whether some values have no default, so that users must give them. */
  public get asks(): boolean {
    return !this.samples.accepts({});
  }

  /** values.schema.json: what Helm checks values with. */
  public get schema(): Values {
    return valuesSchema(this.contract, crossRules(this.props.values));
  }

  /** How many values it has: the more there are, the longer it takes to find the templates. */
  public get size(): number {
    return slotsOf(this.contract).length;
  }

  /**
   * How many values, gates, worlds and samples the templates were found with.
   *
   * @throws PlatformError if no templates say what the constructs do
   */
  public get figures(): Readonly<Record<'slots' | 'gates' | 'worlds' | 'samples', number>> {
    return this.translation.figures;
  }

  /**
   * Every file of the chart, by path.
   *
   * @throws PlatformError if no templates say what the constructs do
   */
  public files(): ReadonlyMap<string, string> {
    if (this.taken !== undefined) {
      return this.taken;
    }
    const { contract, props } = this;
    const templates = Object.entries(emit(this.translation.tree, this.identity, new Set(Object.keys(contract.fields))));
    return new Map([
      ...chartFiles({ kubeVersion: KUBE_VERSION, ...props }, contract, this.schema, this.asks),
      ...templates.map(([file, text]): [string, string] => [`templates/${file}`, text]),
    ]);
  }

  /** Takes the files that another process found for the same declaration, so that nothing is found and proven twice. */
  public take(files: ReadonlyMap<string, string>): void {
    this.taken = files;
  }

  /** The files of the chart's package. */
  public packagedFiles(): ReadonlyMap<string, string> {
    return this.files();
  }

  /**
   * What the constructs build, without Helm: the objects that a release with these values has.
   *
   * @param given values as a user gives them, beside the defaults
   */
  public synth(given: Values, { name, namespace }: Pick<Release, 'name' | 'namespace'>): Json[] {
    this.checkGiven(this.name, given);
    const values = mergeValues(this.defaults, given);
    const render = inOrderOf(this.contract, (each, release) => buildObjects(this.build, each as Values, release));
    return objectsOf(render, values, releaseOf(this.identity, { name, namespace }, values));
  }

  /**
   * Writes the chart into a folder of its name.
   *
   * @param charts the folder that holds charts
   * @throws PlatformError if no templates say what the constructs do, and then nothing is written
   */
  public write(charts: string): ChartSummary {
    return writeChart(this, charts);
  }

  /** @throws PlatformError if a user may not give these values */
  public checkGiven(where: string, given: Values): void {
    if (!this.samples.accepts(given)) {
      const { error } = this.props.values.safeParse(mergeValues(this.defaults, given));
      const issue = error?.issues[0];
      throw new PlatformError(
        where,
        `the chart does not take these values: ${issue === undefined ? 'null takes a value away' : `${['values', ...issue.path].join('.')}: ${issue.message}`}`,
        'give values that its schema allows',
      );
    }
  }

  private get translation(): Translation {
    return (this.found ??= this.translate());
  }

  private translate(): Translation {
    const { contract, defaults } = this;
    const [tried = {}] = Object.values(this.props.ci ?? {});
    try {
      return translate({
        chart: this.identity,
        values: contract,
        render: (values, release) => buildObjects(this.build, values as Values, release),
        defaults: this.asks ? mergeValues(defaults, tried) : defaults,
        accepts: given => this.samples.accepts(given as Values),
        samples: this.samples.drawn(SAMPLES) as readonly Json[],
        literals: literalsOf(this.build),
      });
    } catch (error) {
      const { name } = this;
      throw error instanceof PlatformError && !error.where.startsWith(name)
        ? error.at(`${name}: ${error.where}`)
        : error;
    }
  }
}
