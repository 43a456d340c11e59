import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '../../core/platform-error';
import type { Change, Journal } from '../change';

/** How to undo the last change of one kind: the objects, and the pin file if that was changed. */
export interface UndoRecord extends Change {
  readonly pins?: { readonly file: string; readonly before: string; readonly after: string };
}

/** What is changed: a platform, and the cluster that it is applied to. */
export interface UndoWorld {
  /** The folder that declares it. */
  readonly platform: string;
  /** What tells it from others of the same name. */
  readonly cluster: string;
}

/** Remembers for each cluster and place the last change, in a folder of the user's alone. */
export class UndoRecords {
  constructor(
    private readonly folder: string,
    private readonly world: UndoWorld,
  ) {}

  /** Remembers a change once it is begun; if it is undone, what was remembered before. */
  public journal(key: readonly string[], pins?: UndoRecord['pins']): Journal {
    const earlier = this.find(key);
    return {
      begun: change => this.keep(key, { ...change, ...(pins && { pins }) }),
      undone: () => (earlier ? this.keep(key, earlier) : this.forget(key)),
    };
  }

  private find(key: readonly string[]): UndoRecord | undefined {
    const file = this.file(key);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as UndoRecord) : undefined;
  }

  /** @throws PlatformError if nothing is remembered, or of another cluster alone */
  public read(key: readonly string[]): UndoRecord {
    const record = this.find(key);
    if (record !== undefined) {
      return record;
    }
    throw this.isElsewhere(key)
      ? new PlatformError(
          key.join(' '),
          'the last --apply from this folder changed another cluster',
          'name that one: --context; if it was made anew, nothing is left to undo',
        )
      : new PlatformError(
          key.join(' '),
          'nothing is known that could be undone',
          'only the last --apply from this folder is',
        );
  }

  public forget(key: readonly string[]): void {
    rmSync(this.file(key), { force: true });
  }

  private keep(key: readonly string[], record: UndoRecord): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const file = this.file(key);
    writeFileSync(`${file}.tmp`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }

  private isElsewhere(key: readonly string[]): boolean {
    const names = existsSync(this.folder) ? readdirSync(this.folder) : [];
    return names.some(name => name.startsWith(`${this.place(key)}-`) && name.endsWith('.json'));
  }

  private file(key: readonly string[]): string {
    return join(this.folder, `${this.place(key)}-${digest(this.world.cluster)}.json`);
  }

  private place(key: readonly string[]): string {
    return digest(JSON.stringify([this.world.platform, ...key]));
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);
