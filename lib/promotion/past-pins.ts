import { parsePins, type Pins } from '../core/pins';
import type { GitRepository, PastText } from './git-repository';

/** What a pin file pinned at a commit. */
export type PastFile = Pins['models'] | 'unreadable';

/** Characters of files whose pins are kept. */
const MOST_KEPT = 16 * 1024 * 1024;
/** What an absent file counts for. */
const LEAST = 200;

interface Kept {
  readonly pins: PastFile;
  readonly size: number;
}

/** Reads what pin files pinned at commits. What was asked for last is kept, for the past does not change. */
export class PastPins {
  private readonly kept = new Map<string, Kept>();
  private size = 0;

  constructor(private readonly git: GitRepository) {}

  /** What a file pinned at several commits, in their order. */
  public async *of(commits: readonly string[], path: string): AsyncGenerator<PastFile> {
    // What is read now may push out what is known.
    const known = commits.map(commit => this.kept.get(keyOf(commit, path))?.pins);
    const unknown = commits.filter((_, index) => known[index] === undefined);
    const texts = unknown.length > 0 ? this.git.pastTexts(unknown, path)[Symbol.asyncIterator]() : undefined;
    for (const [index, commit] of commits.entries()) {
      yield known[index] ?? this.keep(keyOf(commit, path), (await texts!.next()).value as PastText, path);
    }
  }

  private keep(key: string, text: PastText, path: string): PastFile {
    const pins = parsed(text, path);
    const size = LEAST + (typeof text === 'string' ? text.length : 0);
    this.size += size - (this.kept.get(key)?.size ?? 0);
    this.kept.delete(key);
    this.kept.set(key, { pins, size });
    for (const [oldest, { size: freed }] of this.kept) {
      if (this.size <= MOST_KEPT) {
        break;
      }
      this.kept.delete(oldest);
      this.size -= freed;
    }
    return pins;
  }
}

const keyOf = (commit: string, path: string): string => `${commit} ${path}`;

function parsed(text: PastText, path: string): PastFile {
  if (typeof text === 'number') {
    return 'unreadable';
  }
  try {
    return parsePins(text ?? '', path).models;
  } catch {
    return 'unreadable';
  }
}
