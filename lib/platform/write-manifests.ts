import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '../core/platform-error';
import type { IsolationSummary } from './isolation';
import type { TemplateSummary } from './write-secret-templates';

/** What a synthesis did to a folder. */
export interface FileSummary {
  /** Files whose bytes changed, or that are new. */
  readonly written: readonly string[];
  /** Number of files that were right already. */
  readonly unchanged: number;
  /** Files that an earlier synthesis wrote and that nothing produces any more. */
  readonly removed: readonly string[];
}

/** What a synthesis did to the output folder, and to the folders beside it. */
export interface SynthSummary extends FileSummary {
  /** What was proven about the teams' networks. */
  readonly isolation: IsolationSummary;
  /** What happened to the OpenAPI documents; undefined if nothing did. */
  readonly openApi?: FileSummary;
  /** What happened to the templates of Secrets; undefined if there are none. */
  readonly templates?: TemplateSummary;
}

/** Which files of the folder are ours: committed with them, so that another machine knows it too. */
const INDEX = '.cdk8s-mlops.json';
const OWNED = /^[a-z0-9-]+\/[a-z0-9-]+\.k8s\.yaml$/;
/** Folder of what is laid aside, by the process that does. */
const STAGING = /^\.staged-(\d+)$/;

/**
 * Writes manifests into a folder that may hold other people's files.
 *
 * What changed is laid aside first and moved into place by `commit()`, so a mistake in the last unit leaves the folder
 * as it was, and memory holds one unit at a time.
 */
export class ManifestWriter {
  private readonly staging: string;
  private readonly index: string;
  private readonly owned: ReadonlySet<string>;
  private readonly produced = new Set<string>();
  private readonly staged: string[] = [];

  /**
   * @param dryRun whether to find out what would be written, and write nothing
   * @param pattern what paths of our files look like
   */
  constructor(
    private readonly outdir: string,
    private readonly dryRun = false,
    private readonly pattern = OWNED,
  ) {
    this.staging = join(outdir, `.staged-${process.pid}`);
    this.index = join(outdir, INDEX);
    this.owned = this.readIndex();
  }

  /**
   * Lays a file aside if its bytes differ from those in place.
   *
   * @throws PlatformError if something is in its place that no synthesis wrote, or if the folder cannot be written
   */
  public stage(file: string, text: string): void {
    this.produced.add(file);
    const bytes = Buffer.from(text);
    if (read(join(this.outdir, file))?.equals(bytes)) {
      return;
    }
    this.refuseObstacle(file);
    this.staged.push(file);
    if (!this.dryRun) {
      const place = join(this.staging, file);
      this.refuseReadOnly(() => mkdirSync(dirname(place), { recursive: true }));
      writeFileSync(place, bytes);
    }
  }

  /**
   * Moves what was laid aside into place.
   *
   * @param complete whether everything was produced, so that owned files which were not can go
   */
  public commit(complete: boolean): FileSummary {
    const removed = complete ? [...this.owned].filter(file => !this.produced.has(file) && this.isFile(file)) : [];
    const summary = { written: this.staged, unchanged: this.produced.size - this.staged.length, removed };
    if (this.dryRun) {
      return summary;
    }
    // First, so that the next run knows the files of a run that dies in between for ours.
    this.writeIndex(new Set([...this.owned, ...this.produced]));
    for (const folder of new Set(this.staged.map(dirname))) {
      mkdirSync(join(this.outdir, folder), { recursive: true });
    }
    this.staged.forEach((file, done) => this.moveIntoPlace(file, done));
    for (const file of removed) {
      rmSync(join(this.outdir, file), { force: true });
      parentsOf(file).forEach(folder => removeIfEmpty(join(this.outdir, folder)));
    }
    if (complete) {
      this.writeIndex(this.produced);
    }
    return summary;
  }

  /** Writes what goes with the manifests beside them, unless it holds that text already. */
  public keep(name: string, text: string): void {
    if (!this.dryRun && read(join(this.outdir, name))?.toString() !== text) {
      const place = join(this.staging, name);
      this.refuseReadOnly(() => mkdirSync(this.staging, { recursive: true }));
      writeFileSync(place, text);
      renameSync(place, join(this.outdir, name));
    }
  }

  /** Forgets what was laid aside, by this run and by runs that were killed. */
  public discard(): void {
    for (const name of this.dryRun ? [] : list(this.outdir)) {
      const pid = Number(STAGING.exec(name)?.[1]);
      if (pid === process.pid || (pid > 0 && !isRunning(pid))) {
        rmSync(join(this.outdir, name), { recursive: true, force: true });
      }
    }
  }

  private moveIntoPlace(file: string, done: number): void {
    try {
      renameSync(join(this.staging, file), join(this.outdir, file));
    } catch (cause) {
      const left = `${join(this.outdir, file)} cannot be replaced, after ${done} of ${this.staged.length} files were`;
      throw new Error(`${left}; each file is either old or new, and the next run completes it`, { cause });
    }
  }

  /** Ours are plain files in plain folders: what lies behind a link is somebody else's. */
  private refuseObstacle(file: string): void {
    const path = join(this.outdir, file);
    const parents = parentsOf(file).map(folder => join(this.outdir, folder));
    const obstacle = parents.find(folder => entry(folder)?.isDirectory() === false);
    if (obstacle !== undefined) {
      throw new PlatformError(obstacle, 'what is in the way is no folder, or a link to one', 'move it away');
    }
    const current = entry(path);
    if (current?.isDirectory()) {
      throw new PlatformError(path, 'a folder is in the way of the file', 'move it away');
    }
    if (current && !this.owned.has(file)) {
      throw new PlatformError(
        path,
        'the file is in the way: it is not in the list of files that synthesis wrote',
        'move it away, or remove it if it may be replaced',
      );
    }
    const innermost = parents.find(folder => entry(folder));
    if (innermost !== undefined) {
      this.refuseReadOnly(() => accessSync(innermost, constants.W_OK));
    }
  }

  private refuseReadOnly(step: () => void): void {
    try {
      step();
    } catch (error) {
      throw new PlatformError(this.outdir, (error as Error).message, 'make it a folder that can be written');
    }
  }

  /** Whether an owned file is still there, and ours. */
  private isFile(file: string): boolean {
    const path = join(this.outdir, file);
    const inFolders = parentsOf(file).every(folder => entry(join(this.outdir, folder))?.isDirectory());
    return inFolders && entry(path)?.isDirectory() === false;
  }

  private readIndex(): Set<string> {
    if (entry(this.index) === undefined) {
      return new Set();
    }
    const files: unknown = parseJson(read(this.index)?.toString() ?? '')?.files;
    if (!Array.isArray(files) || !files.every(file => typeof file === 'string' && this.pattern.test(file))) {
      throw new PlatformError(
        this.index,
        'the list of written files cannot be read',
        'restore it from Git, or remove it together with the files in the folder',
      );
    }
    return new Set(files);
  }

  private writeIndex(files: ReadonlySet<string>): void {
    if (files.size === 0) {
      rmSync(this.index, { force: true });
      removeIfEmpty(this.outdir);
      return;
    }
    this.keep(INDEX, JSON.stringify({ files: [...files].sort() }, null, 2) + '\n');
  }
}

/** The folders that a file is in, from the innermost one to the outermost one. */
function parentsOf(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...parentsOf(folder)];
}

/** The file's content, if there is a file. */
const read = (path: string): Buffer | undefined => ifThere(() => readFileSync(path));

/** What stands at the path itself; links are not followed. */
const entry = (path: string): Stats | undefined => ifThere(() => lstatSync(path));

function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return undefined;
    }
    throw error;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // There is none: the first run, or a run that was refused.
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function parseJson(text: string): { files?: unknown } | undefined {
  try {
    return JSON.parse(text) as { files?: unknown };
  } catch {
    return undefined;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Other files are in it, or it is gone already.
  }
}
