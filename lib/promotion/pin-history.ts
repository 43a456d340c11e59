import { isDeepStrictEqual } from 'node:util';
import type { Pin, Pins } from '../core/pins';
import { outcomeOf, type Recorded } from './commit-message';
import { FilePast, type FileChange, type Promoted } from './file-past';
import type { GitRepository } from './git-repository';
import { PastPins } from './past-pins';
import { UNPINNED } from './plan';
import { pinFile } from './repository-state';
import { placeText, type Place, type Recording } from './wanted';

/** A change of one pin. */
export interface PinChange extends FileChange {
  readonly place: Place;
  /** The pin after it; undefined if it was removed. */
  readonly pin: Omit<Pin, 'line'> | undefined;
  /** What the commit says of it, if it pins that; undefined for what a person did by hand, whatever else they quote. */
  readonly record: Recorded | undefined;
}

/** Files of the past that are asked for at once; less at first, for most questions are about the last change. */
const MOST_AT_ONCE = 64;

/** What is known of a file up to a commit. */
interface Known {
  readonly past: FilePast;
  readonly upTo: string;
}

/** How the pins of a branch came to be, up to a commit. What was read is kept: the past does not change. */
export class PinHistory {
  private readonly files = new Map<string, Known>();
  private pins: PastPins;

  constructor(
    private readonly git: GitRepository,
    private readonly commit: string,
  ) {
    this.pins = new PastPins(git);
  }

  /** The same up to the next commit, which changed one of the files. */
  public grown(commit: string, path: string): PinHistory {
    const next = this.at(commit);
    this.files.forEach(({ past, upTo }, file) =>
      next.files.set(file, { past, upTo: file === path || upTo !== this.commit ? upTo : commit }),
    );
    return next;
  }

  /** The same up to another commit. */
  public at(commit: string): PinHistory {
    const next = new PinHistory(this.git, commit);
    next.pins = this.pins;
    return next;
  }

  /** Commits that say that they promoted something there, the newest first. */
  public async promotions(place: Place): Promise<readonly Promoted[]> {
    return (await this.past(pinFile(place))).promotions(place);
  }

  /** Changes of the pin itself, the newest first, as far back as they are asked for. */
  public ofPin(place: Place): AsyncGenerator<PinChange> {
    return this.ofPins(pinFile(place), [place]);
  }

  /** Changes of several pins in one file, which is read once. */
  public async *ofPins(path: string, places: readonly Place[]): AsyncGenerator<PinChange> {
    const { changes } = await this.past(path);
    const newer = new Map<Place, PinChange>();
    for await (const [change, models] of this.states(changes, path)) {
      for (const place of places) {
        const pin = pinOf(models, place);
        const known = newer.get(place);
        if (known && !isDeepStrictEqual(known.pin, pin)) {
          yield known;
        }
        newer.set(place, { ...change, place, pin, record: recordOf(change, place, pin) });
      }
    }
    yield* [...newer.values()].filter(({ pin }) => pin !== undefined);
  }

  /** The last change of the pin. */
  public async last(place: Place): Promise<PinChange | undefined> {
    for await (const change of this.ofPin(place)) {
      return change;
    }
    return undefined;
  }

  /** Since when the pin has had a version without a pause; undefined if it has not. */
  public async since(place: Place, version: number): Promise<Date | undefined> {
    let since: Date | undefined;
    for await (const { pin, time } of this.ofPin(place)) {
      if (pin?.version !== version) {
        break;
      }
      since = time;
    }
    return since;
  }

  /** The commit, if the version that it pinned has been there ever since. */
  public async lasting(place: Place, commit: string): Promise<FileChange | undefined> {
    let version: number | undefined;
    for await (const change of this.ofPin(place)) {
      version ??= change.pin?.version;
      if (change.pin?.version !== version) {
        return undefined;
      }
      if (change.commit === commit) {
        return change;
      }
    }
    return undefined;
  }

  /** What commits recorded of a version's files, the newest first. */
  public async recorded(place: Place, version: number): Promise<Recording[]> {
    const promotions = (await this.promotions(place)).filter(({ to }) => to === version);
    const recordings: Recording[] = [];
    for await (const [{ commit }, models] of this.states(promotions, pinFile(place))) {
      const pin = pinOf(models, place);
      const mlmodel = [pin, pin?.canary].find(one => one?.version === version)?.mlmodel;
      const where = `commit ${commit.slice(0, 12)} of ${place.environment}`;
      recordings.push(...(mlmodel === undefined ? [] : [{ mlmodel, where }]));
    }
    return recordings;
  }

  /**
   * The commit that took a version back, or pinned another one, while the alias pointed to that version already. What
   * a person did by the command says where the alias was; where it does not, what was promoted last counts.
   */
  public async takenBack(place: Place, version: number): Promise<FileChange | undefined> {
    for (const promoted of await this.promotions(place)) {
      const { to, by, aliasAt, removed } = promoted;
      if (by === 'canary') {
        if (removed === version) {
          return (await this.has(place, version)) ? undefined : promoted;
        }
        continue;
      }
      if (to === version) {
        return this.replaced(place, version, promoted);
      }
      if (aliasAt === version) {
        return promoted;
      }
      // A person without a trailer tells nothing of the alias: what was promoted before does.
      if (by === 'alias' || aliasAt !== undefined) {
        return undefined;
      }
    }
    return undefined;
  }

  /** What took a version away that a commit promoted; undefined if it is still pinned, or tried as a canary. */
  private async replaced(place: Place, version: number, promotion: FileChange): Promise<FileChange | undefined> {
    if (await this.has(place, version)) {
      return undefined;
    }
    const { changes } = await this.past(pinFile(place));
    const index = changes.findIndex(({ commit }) => commit === promotion.commit);
    const newer = changes.slice(0, index === -1 ? undefined : index);
    for await (const [change, models] of this.states([...newer].reverse(), pinFile(place))) {
      // What others did meanwhile on a branch without the promotion took nothing back.
      if (!serves(pinOf(models, place), version) && (await this.git.contains(promotion.commit, change.commit))) {
        return change;
      }
    }
    // A merge that took the other side's file is no change of it.
    return newer[0] ?? promotion;
  }

  /** Whether a version is pinned, or tried as a canary. */
  private async has(place: Place, version: number): Promise<boolean> {
    for await (const [, models] of this.states([{ commit: this.commit }], pinFile(place))) {
      return serves(pinOf(models, place), version);
    }
    return false;
  }

  /** What a file pinned at commits, in their order. What nobody could read took no effect, and is left out. */
  private async *states<T extends Pick<FileChange, 'commit'>>(changes: readonly T[], path: string) {
    for (let read = 0, some = 1; read < changes.length; read += some, some = Math.min(2 * some, MOST_AT_ONCE)) {
      const next = changes.slice(read, read + some);
      const commits = next.map(({ commit }) => commit);
      let index = 0;
      for await (const models of this.pins.of(commits, path)) {
        const change = next[index++]!;
        if (models !== 'unreadable') {
          yield [change, models] as const;
        }
      }
    }
  }

  /** What is known of a file up to the commit; what is not yet is read. */
  private async past(path: string): Promise<FilePast> {
    const known = this.files.get(path);
    if (known?.upTo === this.commit) {
      return known.past;
    }
    const past = new FilePast(await this.git.changes(this.commit, path, known?.upTo), known?.past);
    this.files.set(path, { past, upTo: this.commit });
    return past;
  }
}

function pinOf(models: Pins['models'], { model }: Place): PinChange['pin'] {
  const found = models.get(model);
  if (found === undefined) {
    return undefined;
  }
  const { line: _line, ...pin } = found;
  return pin;
}

const serves = (pin: PinChange['pin'], version: number): boolean =>
  pin?.version === version || pin?.canary?.version === version;

function recordOf({ records }: FileChange, place: Place, pin: PinChange['pin']): Recorded | undefined {
  const record = outcomeOf(records.filter(one => placeText(one) === placeText(place)));
  return record && [pin?.version ?? UNPINNED, pin?.canary?.version].includes(record.to) ? record : undefined;
}
