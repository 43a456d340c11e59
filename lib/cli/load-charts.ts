import { PlatformError } from '../core/platform-error';
import type { PackagedChart } from '../helm/write/package-chart';
import type { WrittenChart } from '../helm/write/write-chart';
import { loadModule } from './load-module';

/** A Helm chart, as the command knows it. */
export interface AnyChart extends PackagedChart, WrittenChart {
  /** How many values it has, if its templates have to be found. */
  readonly size?: number;
  /** Takes the files that another process found. */
  take?(files: ReadonlyMap<string, string>): void;
}

/**
 * Loads the module that declares the Helm charts.
 *
 * @throws PlatformError if there is none, if it cannot be read, or if it exports no charts
 */
export async function loadCharts(file: string): Promise<readonly AnyChart[]> {
  const charts = await loadModule(file, 'name the module that declares the Helm charts: --app helm.ts');
  // By what they do, for the app may hold a copy of this library of its own.
  if (
    !Array.isArray(charts) ||
    !charts.every(chart => typeof (chart as AnyChart | undefined)?.packagedFiles === 'function')
  ) {
    throw new PlatformError(file, 'the module exports no list of Helm charts', 'end it with: export default [chart];');
  }
  const names = (charts as AnyChart[]).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new PlatformError(file, `two charts have the name "${twice}"`, 'give one of them another name');
  }
  return charts as AnyChart[];
}
