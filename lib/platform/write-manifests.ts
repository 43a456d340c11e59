import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '../core/platform-error';
import type { TemplateSummary } from './write-secret-templates';

/** What a synthesis did to the output folder. */
export interface SynthSummary {
  /** Files whose bytes changed, or that are new. */
  readonly written: readonly string[];
  /** Number of files that were right already. */
  readonly unchanged: number;
  /** Files that an earlier synthesis wrote and that nothing produces any more. */
  readonly removed: readonly string[];
  /** What happened to the templates of Secrets; undefined if there are none. */
  readonly templates?: TemplateSummary;
}

/** Which files of the folder are ours: committed with them, so that another machine knows it too. */
const INDEX = '.cdk8s-mlops.json';
const OWNED = /^[a-z0-9-]+\/[a-z0-9-]+\.k8s\.yaml$/;

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

  constructor(private readonly outdir: string) {
    this.staging = join(outdir, `.staged-${process.pid}`);
    this.index = join(outdir, INDEX);
    this.owned = this.readIndex();
  }

  /**
   * Lays a file aside if its bytes differ from those in place.
   *
   * @throws PlatformError if another file is in its place that no synthesis wrote
   */
  public stage(file: string, text: string): void {
    this.produced.add(file);
    const bytes = Buffer.from(text);
    const current = read(join(this.outdir, file));
    if (current?.equals(bytes)) {
      return;
    }
    if (current && !this.owned.has(file)) {
      throw new PlatformError(
        join(this.outdir, file),
        'the file is in the way: it is not in the list of files that synthesis wrote',
        'move it away, or remove it if it may be replaced',
      );
    }
    const place = join(this.staging, file);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
    this.staged.push(file);
  }

  /**
   * Moves what was laid aside into place.
   *
   * @param complete whether everything was produced, so that owned files which were not can go
   */
  public commit(complete: boolean): SynthSummary {
    for (const folder of new Set(this.staged.map(dirname))) {
      mkdirSync(join(this.outdir, folder), { recursive: true });
    }
    for (const file of this.staged) {
      renameSync(join(this.staging, file), join(this.outdir, file));
    }
    const removed = complete ? [...this.owned].filter(file => !this.produced.has(file)) : [];
    for (const file of removed) {
      rmSync(join(this.outdir, file), { force: true });
      removeIfEmpty(join(this.outdir, dirname(file)));
    }
    this.writeIndex(complete ? this.produced : new Set([...this.owned, ...this.produced]));
    this.discard();
    return { written: this.staged, unchanged: this.produced.size - this.staged.length, removed };
  }

  /** Forgets what was laid aside. */
  public discard(): void {
    rmSync(this.staging, { recursive: true, force: true });
  }

  private readIndex(): Set<string> {
    const text = read(this.index)?.toString();
    if (text === undefined) {
      return new Set();
    }
    const files: unknown = parseJson(text)?.files;
    if (!Array.isArray(files) || !files.every(file => typeof file === 'string' && OWNED.test(file))) {
      throw new PlatformError(
        this.index,
        'the list of written files cannot be read',
        'restore it from Git, or remove it together with the files in the folder',
      );
    }
    return new Set(files);
  }

  private writeIndex(files: ReadonlySet<string>): void {
    const text = JSON.stringify({ files: [...files].sort() }, null, 2) + '\n';
    if (read(this.index)?.toString() !== text) {
      mkdirSync(this.outdir, { recursive: true });
      writeFileSync(`${this.index}.tmp`, text);
      renameSync(`${this.index}.tmp`, this.index);
    }
  }
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
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
