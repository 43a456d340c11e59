import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '../../core/platform-error';
import type { Change, Journal } from '../change';

/** How to undo the last change of one kind: the objects, and the pin file if that was changed. */
export interface UndoRecord extends Change {
  readonly pins?: { readonly file: string; readonly before: string; readonly after: string };
}

/** Remembers for each cluster and place the last change, in a folder of the user's alone. */
export class UndoRecords {
  constructor(private readonly folder: string) {}

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

  /** @throws PlatformError if nothing is remembered */
  public read(key: readonly string[]): UndoRecord {
    const record = this.find(key);
    if (record === undefined) {
      throw new PlatformError(key.join(' '), 'nothing is known that could be undone', 'only the last --apply is');
    }
    return record;
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

  private file(key: readonly string[]): string {
    return join(this.folder, `${createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24)}.json`);
  }
}
