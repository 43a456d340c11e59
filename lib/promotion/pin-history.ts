import { isDeepStrictEqual } from 'node:util';
import { parsePins, type Pin } from '../core/pins';
import { outcomeOf, type Recorded } from './commit-message';
import { FilePast, type FileChange, type Promoted } from './file-past';
import type { GitRepository } from './git-repository';
import { UNPINNED } from './plan';
import { pinFile } from './repository-state';
import { placeText, type Place, type Recording } from './wanted';

/** A change of one pin. */
export interface PinChange extends FileChange {
  /** The pin after it; undefined if it was removed. */
  readonly pin: Omit<Pin, 'line'> | undefined;
  /** What the commit says of it, if it pins that; undefined for what a person did by hand, whatever else they quote. */
  readonly record: Recorded | undefined;
}

/** Texts of the past that are read at once; less at first, for most questions are about the last change. */
const MOST_AT_ONCE = 64;

/** How the pins of a branch came to be. What was read is kept: the past does not change. */
export class PinHistory {
  private readonly files = new Map<string, Promise<FilePast>>();
  private readonly texts = new Map<string, string | undefined>();

  constructor(
    private readonly git: GitRepository,
    private readonly commit: string,
    past?: PinHistory,
    /** Files that may have changed since. */
    touched: (path: string) => boolean = () => true,
  ) {
    past?.files.forEach((changes, path) => touched(path) || this.files.set(path, changes));
    past?.texts.forEach((text, key) => this.texts.set(key, text));
  }

  /** Commits that say that they promoted something there, the newest first. */
  public async promotions(place: Place): Promise<readonly Promoted[]> {
    return (await this.past(place)).promotions(place);
  }

  /** Changes of the pin itself, the newest first, as far back as they are asked for. */
  public async *ofPin(place: Place): AsyncGenerator<PinChange> {
    const { changes } = await this.past(place);
    let newer: PinChange | undefined;
    for (let read = 0, some = 1; read < changes.length; read += some, some = Math.min(2 * some, MOST_AT_ONCE)) {
      const next = changes.slice(read, read + some);
      await this.readAhead(next, pinFile(place));
      for (const change of next) {
        const pin = await this.pinAt(change.commit, place);
        // What nobody could read took no effect.
        if (pin === 'unreadable') {
          continue;
        }
        const older = { ...change, pin, record: recordOf(change, place, pin) };
        if (newer && !isDeepStrictEqual(newer.pin, older.pin)) {
          yield newer;
        }
        newer = older;
      }
    }
    if (newer?.pin) {
      yield newer;
    }
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
    const recordings: Recording[] = [];
    for (const { commit, to } of await this.promotions(place)) {
      const pin = to === version ? await this.pinAt(commit, place) : undefined;
      const pinned = pin === 'unreadable' ? [] : [pin, pin?.canary];
      const mlmodel = pinned.find(one => one?.version === version)?.mlmodel;
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
          return (await this.has(this.commit, place, version)) ? undefined : promoted;
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
    if (await this.has(this.commit, place, version)) {
      return undefined;
    }
    const { changes } = await this.past(place);
    const newer = changes.slice(
      0,
      changes.findIndex(({ commit }) => commit === promotion.commit),
    );
    for (const change of [...newer].reverse()) {
      // What others did meanwhile on a branch without the promotion took nothing back.
      if (
        !(await this.has(change.commit, place, version)) &&
        (await this.git.contains(promotion.commit, change.commit))
      ) {
        return change;
      }
    }
    // A merge that took the other side's file is no change of it.
    return newer[0] ?? promotion;
  }

  private async has(commit: string, place: Place, version: number): Promise<boolean> {
    const pin = await this.pinAt(commit, place);
    return pin !== 'unreadable' && (pin?.version === version || pin?.canary?.version === version);
  }

  /** What is known of the file that holds a pin. */
  private past(place: Place): Promise<FilePast> {
    const path = pinFile(place);
    let past = this.files.get(path);
    if (past === undefined) {
      past = this.git.changes(this.commit, path).then(changes => new FilePast(changes));
      this.files.set(path, past);
    }
    return past;
  }

  private async pinAt(commit: string, place: Place): Promise<PinChange['pin'] | 'unreadable'> {
    const path = pinFile(place);
    await this.readAhead([{ commit }], path);
    return parsed(this.texts.get(textKey(commit, path)), path, place.model);
  }

  private async readAhead(changes: readonly Pick<FileChange, 'commit'>[], path: string): Promise<void> {
    const commits = changes.map(({ commit }) => commit).filter(commit => !this.texts.has(textKey(commit, path)));
    const texts = commits.length === 0 ? [] : await this.git.pastTexts(commits, path);
    commits.forEach((commit, index) => this.texts.set(textKey(commit, path), texts[index]));
  }
}

function recordOf({ records }: FileChange, place: Place, pin: PinChange['pin']): Recorded | undefined {
  const record = outcomeOf(records.filter(one => placeText(one) === placeText(place)));
  return record && [pin?.version ?? UNPINNED, pin?.canary?.version].includes(record.to) ? record : undefined;
}

const textKey = (commit: string, path: string): string => `${commit} ${path}`;

function parsed(text: string | undefined, path: string, model: string): PinChange['pin'] | 'unreadable' {
  if (text === undefined) {
    return undefined;
  }
  try {
    const { line: _line, ...pin } = parsePins(text, path).models.get(model) ?? { line: 0 };
    return 'version' in pin ? pin : undefined;
  } catch {
    return 'unreadable';
  }
}
