import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError, PlatformErrors } from '../../core/platform-error';
import { packageChart, packageName } from '../../helm/write/package-chart';
import {
  hasChanged,
  parsePackagedVersions,
  printPackagedVersions,
  refuseChanged,
  withPackaged,
  type PackagedVersions,
} from '../../helm/write/packaged-versions';
import { ChartsWriter } from '../../helm/write/write-charts';
import { loadCharts, type AnyChart } from '../load-charts';
import { mistakeIn, proveCharts } from '../prove-charts';
import { print, type Output } from '../tables';

export interface HelmOptions {
  readonly app: string;
  readonly charts: string;
  readonly output: Output;
}

export interface HelmWriteOptions extends HelmOptions {
  readonly dryRun?: boolean;
}

export interface HelmPackageOptions extends HelmWriteOptions {
  readonly to: string;
}

/** Writes the Helm charts that changed. */
export async function helmWrite({ app, charts: folder, dryRun, output }: HelmWriteOptions): Promise<void> {
  const writer = new ChartsWriter(folder);
  const charts = await proven(app, loaded => writer.refuseForeign(loaded));
  const versions = packagedVersions(folder);
  if (dryRun) {
    const stale = writer.stale(charts);
    print(output, { stale }, () =>
      [...stale.map(file => `  would change ${file}`), `${folder}: ${stale.length} would change`].join('\n'),
    );
    return;
  }
  const { written, unchanged, removed } = writer.write(charts);
  print(output, { written, unchanged, removed }, () =>
    [
      ...written.map(file => `  written ${file}`),
      ...removed.map(file => `  removed ${file}`),
      `${folder}: ${written.length} written, ${unchanged} unchanged, ${removed.length} removed`,
    ].join('\n'),
  );
  for (const { name, version } of charts.filter(chart => hasChanged(chart, versions))) {
    console.error(`${name} has changed since ${version} was packaged: raise its version`);
  }
}

/**
 * Says whether the charts that lie there are those that are declared.
 *
 * @throws PlatformErrors if one is another one, or has changed while its version has not
 */
export async function helmCheck({ app, charts: folder, output }: HelmOptions): Promise<void> {
  const writer = new ChartsWriter(folder);
  const charts = await proven(app, loaded => writer.refuseForeign(loaded));
  const versions = packagedVersions(folder);
  const stale = writer.stale(charts).map(file => {
    return new PlatformError(join(folder, file), 'the file is not what is declared', 'run "mlops helm", and commit it');
  });
  refuseAll([...stale, ...errorsOf(charts, chart => refuseChanged(chart, versions))]);
  const names = charts.map(({ name }) => name);
  print(output, { charts: names }, () => `${folder}: ${charts.length} charts as declared`);
}

/** Packs the charts: the same bytes wherever that is done. */
export async function helmPackage({ app, charts: folder, to, dryRun, output }: HelmPackageOptions): Promise<void> {
  const charts = await proven(app);
  const versions = packagedVersions(folder);
  refuseAll(errorsOf(charts, chart => refuseChanged(chart, versions)));
  const packages = charts.map(chart => ({ chart, file: join(to, packageName(chart)) }));
  if (!dryRun) {
    mkdirSync(to, { recursive: true });
    packages.forEach(({ chart, file }) => writeFileSync(file, packageChart(chart)));
    mkdirSync(folder, { recursive: true });
    writeFileSync(packagesFile(folder), printPackagedVersions(withPackaged(versions, charts)));
  }
  const files = packages.map(({ file }) => file);
  print(output, { packages: files }, () => files.join('\n'));
}

/**
 * The charts, all of whose templates were found and proven.
 *
 * @param check what is to be refused before that, for it takes a while
 */
async function proven(
  app: string,
  check: (charts: readonly AnyChart[]) => void = () => undefined,
): Promise<readonly AnyChart[]> {
  const charts = await loadCharts(app);
  check(charts);
  refuseAll(await proveCharts(app, charts));
  return charts;
}

function errorsOf(charts: readonly AnyChart[], act: (chart: AnyChart) => unknown): PlatformError[] {
  return charts.flatMap(chart => {
    try {
      act(chart);
      return [];
    } catch (error) {
      return [mistakeIn(error)];
    }
  });
}

function refuseAll(errors: readonly PlatformError[]): void {
  if (errors.length > 0) {
    throw new PlatformErrors(errors);
  }
}

const packagesFile = (folder: string): string => join(folder, 'packages.json');

function packagedVersions(folder: string): PackagedVersions {
  const file = packagesFile(folder);
  return existsSync(file) ? parsePackagedVersions(file, readFileSync(file, 'utf8')) : {};
}
