import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { PlatformError } from '../../core/platform-error';

/** Which files of a chart's folder are ours: committed with them, so that another machine knows it too. */
export const INDEX = '.cdk8s-mlops.json';

/** A chart as it is written. */
export interface WrittenChart {
  readonly name: string;
  /** Texts by path. */
  files(): ReadonlyMap<string, string>;
}

/** What writing a chart did to its folder. */
export interface ChartSummary {
  readonly written: readonly string[];
  readonly unchanged: number;
  readonly removed: readonly string[];
}

/**
 * Writes a chart into a folder of its name, beside others. The chart is made complete beside the old one and takes its
 * place in one step, so it is never half written; files that did not change stay the same files.
 *
 * @throws PlatformError if the folder holds something that was not written here
 */
export function writeChart(chart: WrittenChart, charts: string): ChartSummary {
  const folder = join(charts, chart.name);
  const { files, paths, written, removed } = changes(chart, folder);
  if (written.length + removed.length > 0) {
    replace(folder, files, path => !written.includes(path));
  }
  return {
    written: written.filter(isChart),
    unchanged: paths.filter(path => isChart(path) && !written.includes(path)).length,
    removed,
  };
}

/** Files of a chart that writing would change. */
export function staleFiles(chart: WrittenChart, charts: string): string[] {
  const { written, removed } = changes(chart, join(charts, chart.name));
  return [...written, ...removed].filter(isChart).sort();
}

/** Removes a chart that is no longer made. */
export function removeChart(folder: string): void {
  refuseForeign(folder);
  rmSync(folder, { recursive: true });
}

const isChart = (path: string): boolean => path !== INDEX;

/** @throws PlatformError if the folder holds something that was not written here */
function changes(chart: WrittenChart, folder: string) {
  refuseForeign(folder);
  const made = chart.files();
  const files = new Map([...made, [INDEX, indexOf(made)]]);
  const present = filesBelow(folder);
  const paths = [...files.keys()].sort();
  const isSame = (path: string): boolean => present.includes(path) && read(join(folder, path)) === files.get(path);
  return {
    files,
    paths,
    written: paths.filter(path => !isSame(path)),
    removed: present.filter(path => !files.has(path)),
  };
}

function replace(folder: string, files: ReadonlyMap<string, string>, isSame: (path: string) => boolean): void {
  const staged = join(dirname(folder), `.staged-${process.pid}`);
  const retired = join(dirname(folder), `.retired-${process.pid}`);
  try {
    for (const [path, text] of files) {
      const place = join(staged, path);
      mkdirSync(dirname(place), { recursive: true });
      if (isSame(path)) {
        linkSync(join(folder, path), place);
      } else {
        writeFileSync(place, text);
      }
    }
    if (existsSync(folder)) {
      renameSync(folder, retired);
    }
    renameSync(staged, folder);
  } catch (error) {
    if (!existsSync(folder) && existsSync(retired)) {
      renameSync(retired, folder);
    }
    throw new PlatformError(
      folder,
      `the chart cannot be written: ${(error as Error).message}`,
      'make it a folder that can be written',
    );
  } finally {
    [staged, retired].forEach(left => rmSync(left, { recursive: true, force: true }));
  }
}

/** @throws PlatformError if a folder holds something that was not written here, or is none */
export function refuseForeign(folder: string): void {
  const entry = lstatSync(folder, { throwIfNoEntry: false });
  if (entry !== undefined && !entry.isDirectory()) {
    throw new PlatformError(folder, 'something is in the way that is no folder, or a link to one', 'move it away');
  }
  const ours = new Set([INDEX, ...generatedFiles(folder)]);
  const foreign = filesBelow(folder).filter(path => !ours.has(path));
  if (foreign.length > 0) {
    throw new PlatformError(
      folder,
      `the folder holds files that were not generated: ${foreign.slice(0, 5).join(', ')}`,
      'move them away: the folder of a chart is replaced as a whole',
    );
  }
}

const indexOf = (files: ReadonlyMap<string, string>): string =>
  JSON.stringify({ files: [...files.keys()].sort() }, undefined, 2) + '\n';

/** The files of a chart that an earlier run wrote. */
export function generatedFiles(folder: string): readonly string[] {
  const place = join(folder, INDEX);
  if (!existsSync(place)) {
    return [];
  }
  try {
    return (JSON.parse(read(place)) as { files: string[] }).files.map(String);
  } catch {
    throw new PlatformError(place, 'the list of generated files cannot be read', 'restore it, or remove the folder');
  }
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

const read = (file: string): string => readFileSync(file, 'utf8');
