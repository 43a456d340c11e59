import { App, Chart } from 'cdk8s';
import { z } from 'zod';
import { KubeObject } from '../../lib/constructs/kube-object';
import { emit } from '../../lib/helm/emit/emit';
import type { ChartTree } from '../../lib/helm/tree/chart-tree';
import { defaultValues } from '../../lib/helm/values/default-values';
import { readContract, type ValuesSchema } from '../../lib/helm/values/read-contract';
import type { ChartIdentity, Release } from '../../lib/helm/values/release';
import { ValueSamples } from '../../lib/helm/values/samples';
import type { Json } from '../../lib/helm/values/value-node';
import type { ChartSource } from '../../lib/helm/worlds/chart-source';
import { literalsOf } from '../../lib/helm/worlds/literals';

export type Shape = Record<string, z.ZodType>;
export type Build<Values = any> = (chart: Chart, values: Values, release: Release) => void;

export const IDENTITY: ChartIdentity = { name: 'demo', version: '1.2.3', appVersion: '4.5.6' };

/** A chart of these values, with samples of them. */
export function sourceOf(shape: Shape, build: Build, samples = 2000): ChartSource {
  const schema = z.strictObject(shape) as unknown as ValuesSchema;
  const values = readContract(schema);
  const random = new ValueSamples(schema, values);
  return {
    chart: IDENTITY,
    values,
    defaults: defaultValues(values) as Json,
    samples: random.drawn(samples) as Json[],
    literals: literalsOf(build),
    accepts: given => random.accepts(given as never),
    render: (given, release) => {
      const chart = new Chart(new App(), 'chart', { namespace: release.namespace });
      build(chart, given, release);
      return chart.toJson() as object[];
    },
  };
}

/** The templates of a tree. */
export const printedBy = ({ chart, defaults }: ChartSource, tree: ChartTree): Record<string, string> =>
  emit(tree, chart, new Set(Object.keys(defaults as object)));

/** A ConfigMap, the object with the fewest rules. */
export function configMap(chart: Chart, name: string, data: Record<string, unknown>, more: object = {}): void {
  new KubeObject(chart, `object-${chart.node.children.length}`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: chart.namespace },
    ...({ data } as object),
    ...more,
  });
}

/** An object with a spec of any shape. */
export function thing(chart: Chart, release: Release, spec: unknown, metadata: object = {}): void {
  new KubeObject(chart, `object-${chart.node.children.length}`, {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name: release.fullname, namespace: chart.namespace, ...metadata },
    ...({ spec } as object),
  });
}
