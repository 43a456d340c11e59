import { createHash } from 'node:crypto';
import { PlatformError } from '../../core/platform-error';
import { packageChart, type PackagedChart } from './package-chart';

/** Digest of every package that was made, by chart and version: a version is packaged once. */
export type PackagedVersions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Reads the list of packages. */
export function parsePackagedVersions(where: string, text: string): PackagedVersions {
  try {
    return JSON.parse(text) as PackagedVersions;
  } catch {
    throw new PlatformError(where, 'the list of packages is no JSON', 'restore the file as it was committed');
  }
}

export const printPackagedVersions = (versions: PackagedVersions): string =>
  JSON.stringify(versions, undefined, 2) + '\n';

/** Whether a chart is another one than was packaged with its version. */
export function hasChanged(chart: PackagedChart, versions: PackagedVersions): boolean {
  const digest = versions[chart.name]?.[chart.version];
  return digest !== undefined && digest !== digestOf(chart);
}

/** @throws PlatformError if a chart changed and its version did not */
export function refuseChanged(chart: PackagedChart, versions: PackagedVersions): void {
  if (hasChanged(chart, versions)) {
    throw new PlatformError(
      chart.name,
      `the chart has changed since its version ${chart.version} was packaged`,
      'raise the version: who has installed it must be able to tell the two apart',
    );
  }
}

/** The list with the packages of these charts, too. */
export function withPackaged(versions: PackagedVersions, charts: readonly PackagedChart[]): PackagedVersions {
  return charts.reduce((all, chart) => {
    return { ...all, [chart.name]: { ...all[chart.name], [chart.version]: digestOf(chart) } };
  }, versions);
}

const digestOf = (chart: PackagedChart): string => createHash('sha256').update(packageChart(chart)).digest('hex');
