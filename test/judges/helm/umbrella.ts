import { join } from 'node:path';
import * as fc from 'fast-check';
import { HelmChart } from '../../../lib/helm/helm-chart';
import type { HelmUmbrella, UmbrellaPart } from '../../../lib/helm/helm-umbrella';
import { mergeValues } from '../../../lib/helm/values/merge-values';
import type { Values } from '../../../lib/helm/values/samples';
import type { Json } from '../../../lib/helm/values/value-node';
import { filesIn } from './chart-folder';
import type { Synthesized } from './parity';

const nameOf = ({ alias, chart }: UmbrellaPart): string => alias ?? chart.name;

/** A chart of charts, together with those that lie beside it. */
export class AssembledUmbrella implements Synthesized {
  public readonly name: string;

  /** @param charts the folder that holds all of them */
  constructor(
    private readonly umbrella: HelmUmbrella,
    private readonly charts: string,
  ) {
    this.name = umbrella.name;
  }

  /** The keys of its values. */
  public get partNames(): readonly string[] {
    return this.umbrella.props.parts.map(nameOf);
  }

  public files(): ReadonlyMap<string, string> {
    const parts = new Set(this.umbrella.props.parts.map(({ chart }) => chart.name));
    return new Map([
      ...filesIn(join(this.charts, this.name)),
      ...[...parts].flatMap(part =>
        [...filesIn(join(this.charts, part))].map(([path, text]) => [`charts/${part}/${path}`, text] as const),
      ),
    ]);
  }

  /** Values at random, in which some parts are off. */
  public sample(count: number, seed: number): Values[] {
    const parts = this.umbrella.props.parts.map(part => {
      const given = part.chart.samples
        .given()
        .filter(values => part.chart.samples.accepts(mergeValues(part.values ?? {}, values)));
      const off = { enabled: false, ...part.chart.samples.least() };
      // Whoever gives two parts one name has two objects of that name.
      const on = given.map(({ nameOverride: _, fullnameOverride: __, ...values }) => ({ enabled: true, ...values }));
      return [nameOf(part), fc.oneof({ arbitrary: on, weight: 2 }, fc.constant(off))] as const;
    });
    return fc.sample(fc.record(Object.fromEntries(parts), { noNullPrototype: true }), { numRuns: count, seed });
  }

  /** What the constructs build: the objects of all parts that are on. */
  public synth(given: Values, release: Parameters<HelmChart['synth']>[1]): Json[] {
    return this.umbrella.props.parts.flatMap(part => {
      const { enabled = part.enabled ?? true, ...values } = mergeValues(
        part.values ?? {},
        (given[nameOf(part)] ?? {}) as Values,
      ) as Values;
      const chart = new HelmChart({ ...part.chart.props, name: nameOf(part) });
      return enabled === true ? chart.synth(values, release) : [];
    });
  }
}
