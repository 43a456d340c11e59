import { gzip } from './gzip';
import { tarArchive } from './tar-archive';

/** A chart as it is packaged. */
export interface PackagedChart {
  readonly name: string;
  readonly version: string;
  /** Texts by path, with those of the charts that it brings along below `charts/`. */
  packagedFiles(): ReadonlyMap<string, string>;
}

/** The name of a chart's package, as `helm package` gives it. */
export const packageName = ({ name, version }: PackagedChart): string => `${name}-${version}.tgz`;

/** A chart's package, which Helm installs and registries keep. */
export function packageChart(chart: PackagedChart): Buffer {
  const files = [...chart.packagedFiles()].sort(([one], [other]) => (one < other ? -1 : 1));
  // Helm and registries look for Chart.yaml first.
  const first = files.filter(([path]) => path === 'Chart.yaml');
  const rest = files.filter(([path]) => path !== 'Chart.yaml');
  return gzip(tarArchive(new Map([...first, ...rest].map(([path, text]) => [`${chart.name}/${path}`, text]))));
}
