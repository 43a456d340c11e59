import type { Values } from '../values/samples';
import type { ObjectValue } from '../values/value-node';
import { chartReadme } from './chart-readme';
import { chartYaml, type ChartYaml } from './chart-yaml';
import { HELM_IGNORE } from './helm-ignore';
import { plainYaml } from './plain-yaml';
import { valuesTable } from './values-table';
import { valuesYaml } from './values-yaml';

/** What stands beside a chart's templates. */
export interface ChartExtras {
  /** NOTES.txt: a template for what Helm says after an installation. */
  readonly notes?: string;
  /** Templates of test hooks, by file name: `helm test` runs their pods. */
  readonly tests?: Readonly<Record<string, string>>;
  /** Values with which the chart is tried, by name: each is a file `ci/<name>-values.yaml`. */
  readonly ci?: Readonly<Record<string, Values>>;
  /** Registry with the packages, such as `oci://registry.example.com/charts`. */
  readonly registry?: string;
  /** Sentences about what must be there before, beside Kubernetes and Helm. */
  readonly prerequisites?: readonly string[];
}

/** A chart's files but for its templates, by path. */
export function chartFiles(
  about: ChartYaml & ChartExtras,
  contract: ObjectValue,
  schema: Values,
  asks: boolean,
): [path: string, text: string][] {
  return [
    ...commonFiles(about, valuesYaml(contract), schema, valuesTable(contract), asks),
    ...ciFiles(about.ci ?? {}),
    ...(about.notes === undefined ? [] : [['templates/NOTES.txt', about.notes] as [string, string]]),
    ...Object.entries(about.tests ?? {}).map(([file, text]): [string, string] => [`templates/tests/${file}`, text]),
  ];
}

/** What every chart has, also one that only brings others along. */
export function commonFiles(
  about: ChartYaml & ChartExtras,
  values: string,
  schema: Values,
  table: string,
  asks: boolean,
): [path: string, text: string][] {
  return [
    ['.helmignore', HELM_IGNORE],
    ['Chart.yaml', chartYaml(about)],
    ['README.md', chartReadme({ ...about, asks, valuesTable: table })],
    ['values.schema.json', JSON.stringify(schema, undefined, 2) + '\n'],
    ['values.yaml', values],
  ];
}

/** Values with which a chart is tried, as files. */
export const ciFiles = (ci: Readonly<Record<string, Values>>): [path: string, text: string][] =>
  Object.entries(ci).map(([name, values]) => [`ci/${name}-values.yaml`, plainYaml(values)]);
