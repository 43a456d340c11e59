/** A change of a file in the history of the branch. */
export interface Change {
  readonly commit: string;
  readonly time: Date;
  readonly author: string;
  readonly message: string;
}

/** A commit that is to be made. */
export interface Draft {
  readonly parent: string;
  /** New content of files, by path; undefined removes the file. */
  readonly files: ReadonlyMap<string, Buffer | undefined>;
  readonly message: string;
  /** When it is made. */
  readonly time: Date;
}

/** Commits of a file that are looked at. */
export const MOST_CHANGES = 10_000;
/** Longest file that is read. */
export const LONGEST_FILE = 4 * 1024 * 1024;

/** What a file was: its text; how many bytes it had, if those are too many to be read; undefined if it was not there. */
export type PastText = string | number | undefined;

/** One branch of a repository that others write to as well. */
export interface GitRepository {
  /**
   * Asks the server for the branch.
   *
   * @returns its newest commit
   */
  fetch(): Promise<string>;
  /**
   * The texts of files, by path.
   *
   * @param paths files, or folders with everything below them; what is not there is left out
   * @throws GitError if one of them is no plain file, such as a link
   */
  read(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** What a file was at several commits, in their order; for a link where it leads. Few are read ahead. */
  pastTexts(commits: readonly string[], path: string): AsyncIterable<PastText>;
  /**
   * The commits up to this one that changed a file, the newest first, on whichever side of a merge they are; none comes
   * before one that builds on it.
   *
   * @param after only those that are not among this commit and the ones before it
   */
  changes(commit: string, path: string, after?: string): Promise<readonly Change[]>;
  /** Whether the first commit is the second one, or one before it. */
  contains(earlier: string, later: string): Promise<boolean>;
  /**
   * Lays the files of a commit out in a folder, just as they are in it, but for these.
   *
   * @throws GitError if a link or a folder is in the way of one
   */
  layOut(commit: string, changed: ReadonlyMap<string, Buffer>): Promise<string>;
  /** What differs in that folder now, by path from there. */
  changed(): Promise<ReadonlyMap<string, Buffer | undefined>>;
  /** What differs in that folder now, for people. */
  diff(): Promise<string>;
  /** Makes a commit that nothing refers to yet. */
  commit(draft: Draft): Promise<string>;
  /** The newest commits of branches whose names begin like this, by name. */
  branches(prefix: string): Promise<ReadonlyMap<string, string>>;
  /**
   * Puts a commit on the branch, if its parent is the newest one there.
   *
   * @param branch another branch, which may not be there yet
   * @returns whether it is on the branch; not if somebody else was faster
   * @throws GitError if the server does not take it though nobody was
   */
  push(commit: string, branch?: string): Promise<boolean>;
  /** Removes the folder. */
  close(): Promise<void>;
}

/** Why Git did not do what it was asked; `outrun` is that others were faster all the time. */
export type GitFault =
  | 'unreachable'
  | 'anonymous'
  | 'denied'
  | 'refused'
  | 'rewritten'
  | 'outrun'
  | 'missing'
  | 'odd'
  | 'unsigned'
  | 'local';

/** A repository that cannot be read or written. */
export class GitError extends Error {
  public override readonly name = 'GitError';

  constructor(
    public readonly fault: GitFault,
    message: string,
  ) {
    super(message);
  }
}

/** That others were faster this many times. */
export const outrun = (races: number): GitError =>
  new GitError('outrun', `others pushed ${races} times while this was at work; try again later`);
