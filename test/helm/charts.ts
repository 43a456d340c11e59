import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { KubeObject } from '../../lib/constructs/kube-object';
import { defaultValues } from '../../lib/helm/default-values';
import { emit } from '../../lib/helm/emit';
import { readContract, type ValuesSchema } from '../../lib/helm/read-contract';
import { releaseOf, type ChartIdentity, type Release } from '../../lib/helm/release';
import { inOrderOf, objectsOf } from '../../lib/helm/run';
import { byIdentity } from '../../lib/helm/sample';
import { ValueSamples } from '../../lib/helm/samples';
import type { ChartTree } from '../../lib/helm/chart-tree';
import type { ChartSource, Translation } from '../../lib/helm/translate';
import type { Json } from '../../lib/helm/value-node';

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
    samples: fc.sample(random.whole(), { numRuns: samples, seed: 1 }) as Json[],
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

let objects = 0;

/** A ConfigMap, the object with the fewest rules. */
export function configMap(chart: Chart, name: string, data: Record<string, unknown>, more: object = {}): void {
  new KubeObject(chart, `object-${objects++}`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: chart.namespace },
    ...({ data } as object),
    ...more,
  });
}

/** An object with a spec of any shape. */
export function thing(chart: Chart, release: Release, spec: unknown, metadata: object = {}): void {
  new KubeObject(chart, `object-${objects++}`, {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name: release.fullname, namespace: chart.namespace, ...metadata },
    ...({ spec } as object),
  });
}

/** A chart's files in a folder of its own, and Helm's answer for values. */
export class RenderedChart {
  public readonly folder = mkdtempSync(join(tmpdir(), 'chart-'));
  public readonly templates: Readonly<Record<string, string>>;

  constructor(
    private readonly source: ChartSource,
    { tree }: Translation,
  ) {
    const { chart, defaults } = source;
    this.templates = printedBy(source, tree);
    mkdirSync(join(this.folder, 'templates'));
    writeFileSync(
      join(this.folder, 'Chart.yaml'),
      `apiVersion: v2\nname: ${chart.name}\nversion: ${chart.version}\nappVersion: "${chart.appVersion}"\n`,
    );
    writeFileSync(join(this.folder, 'values.yaml'), JSON.stringify(defaults));
    Object.entries(this.templates).forEach(([file, text]) => writeFileSync(join(this.folder, 'templates', file), text));
  }

  /** The objects that Helm prints for complete values. */
  public helm(
    binary: string,
    values: Json,
    { name, namespace }: Pick<Release, 'name' | 'namespace'>,
  ): Map<string, Json> {
    const file = join(this.folder, 'given.json');
    writeFileSync(file, yamlQuotedJson(values));
    const { status, stdout, stderr } = spawnSync(binary, ['template', name, this.folder, '-n', namespace, '-f', file], {
      encoding: 'utf8',
    });
    if (status !== 0) {
      throw new Error(`helm: ${stderr}\n${Object.values(this.templates).join('\n')}`);
    }
    const documents = parseAllDocuments(stdout, { version: '1.1' }).map(document => document.toJS() as Json);
    return new Map(byIdentity(documents.filter(document => document !== null)));
  }

  /** The objects that the construct makes of the same values. */
  public synth(values: Json, named: Pick<Release, 'name' | 'namespace'>): Map<string, Json> {
    const { chart, values: contract, render } = this.source;
    const release = releaseOf(chart, named, values as never);
    return new Map(byIdentity(objectsOf(inOrderOf(contract, render), values, release)));
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** JSON that YAML reads too: without the line ends that only one of them knows. */
const yamlQuotedJson = (values: Json): string =>
  JSON.stringify(values).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
