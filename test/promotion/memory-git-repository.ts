import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import {
  GitError,
  LONGEST_FILE,
  type Change,
  type Draft,
  type GitRepository,
  type PastText,
} from '../../lib/promotion/git-repository';

type Files = ReadonlyMap<string, Buffer>;

interface Commit extends Change {
  readonly parent: string | undefined;
  readonly files: Files;
}

/** Branches that several write to, without Git. */
export class MemoryGitServer {
  public readonly commits = new Map<string, Commit>();
  public readonly branches = new Map<string, string>();
  /** Branches that cannot be written. */
  public readonly locked = new Set<string>();

  /** What a person pushes; undefined removes a file. */
  public edit(files: Readonly<Record<string, string | undefined>>, message = 'edit'): string {
    const changed = Object.entries(files).map(([path, text]) => [path, text === undefined ? text : Buffer.from(text)]);
    const draft = { files: new Map(changed as [string, Buffer | undefined][]), message, time: new Date() };
    const commit = this.add(this.branches.get('main'), draft, 'Anna');
    this.branches.set('main', commit);
    return commit;
  }

  /** Pushes a history that has nothing of the one before. */
  public rewrite(files: Readonly<Record<string, string>>): string {
    this.branches.delete('main');
    return this.edit(files, 'another history');
  }

  public add(parent: string | undefined, { files, message, time }: Omit<Draft, 'parent'>, author: string): string {
    const id = (this.commits.size + 1).toString(16).padStart(40, '0');
    const all = new Map(parent === undefined ? [] : this.get(parent).files);
    files.forEach((content, path) => (content === undefined ? all.delete(path) : all.set(path, content)));
    const seconds = new Date(Math.floor(time.getTime() / 1000) * 1000);
    this.commits.set(id, { commit: id, parent, files: all, message, time: seconds, author });
    return id;
  }

  public get(commit: string): Commit {
    const found = this.commits.get(commit);
    if (found === undefined) {
      throw new GitError('local', `there is no commit ${commit}`);
    }
    return found;
  }

  /** A commit and those before it, the newest first. */
  public *history(commit: string | undefined): Generator<Commit> {
    for (let at = commit; at !== undefined; at = this.get(at).parent) {
      yield this.get(at);
    }
  }

  public has(earlier: string, later: string): boolean {
    return [...this.history(later)].some(({ commit }) => commit === earlier);
  }

  public text(path: string, branch = 'main'): string | undefined {
    return this.get(this.branches.get(branch)!).files.get(path)?.toString();
  }

  /** Paths that a commit changed. */
  public changed(commit = this.branches.get('main')!): string[] {
    const { parent, files } = this.get(commit);
    return differences(parent === undefined ? new Map() : this.get(parent).files, files);
  }
}

/** One of those who write to it. */
export class MemoryGitRepository implements GitRepository {
  private seen: string | undefined;
  private shown: { readonly folder: string; readonly files: Files } | undefined;

  constructor(private readonly server: MemoryGitServer) {}

  public async fetch(): Promise<string> {
    const tip = this.server.branches.get('main');
    if (tip === undefined) {
      throw new GitError('missing', 'there is no branch main');
    }
    if (this.seen !== undefined && !this.server.has(this.seen, tip)) {
      throw new GitError('rewritten', 'the history of main was rewritten');
    }
    return (this.seen = tip);
  }

  public async read(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { files } = this.server.get(commit);
    const wanted = [...files].filter(([path]) => paths.some(one => path === one || path.startsWith(`${one}/`)));
    return new Map(wanted.map(([path, content]) => [path, content.toString()]));
  }

  public async *pastTexts(commits: readonly string[], path: string): AsyncGenerator<PastText> {
    for (const commit of commits) {
      const content = this.server.get(commit).files.get(path);
      yield content && content.length > LONGEST_FILE ? content.length : content?.toString();
    }
  }

  public async changes(commit: string, path: string, after?: string): Promise<readonly Change[]> {
    return [...this.server.history(commit)]
      .filter(one => after === undefined || !this.server.has(one.commit, after))
      .filter(one => this.server.changed(one.commit).includes(path))
      .map(({ commit: id, time, author, message }) => ({ commit: id, time, author, message }));
  }

  public async contains(earlier: string, later: string): Promise<boolean> {
    return this.server.has(earlier, later);
  }

  public async layOut(commit: string, changed: ReadonlyMap<string, Buffer>): Promise<string> {
    await this.close();
    const { files } = this.server.get(commit);
    const folder = mkdtempSync(join(tmpdir(), 'memory-git-'));
    for (const [path, content] of new Map([...files, ...changed])) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    this.shown = { folder, files };
    return folder;
  }

  public async changed(): Promise<ReadonlyMap<string, Buffer | undefined>> {
    const { folder, files } = this.shown!;
    const now = filesIn(folder);
    return new Map(differences(files, now).map(path => [path, now.get(path)]));
  }

  public async diff(): Promise<string> {
    const lines = (sign: string, content: Buffer | undefined) =>
      (content?.toString().trimEnd().split('\n') ?? []).map(line => `${sign}${line}\n`).join('');
    const changed = [...(await this.changed())];
    return changed
      .map(([path, now]) => `${path}\n${lines('-', this.shown!.files.get(path))}${lines('+', now)}`)
      .join('');
  }

  public async commit({ parent, ...draft }: Draft): Promise<string> {
    return this.server.add(parent, draft, 'mlops');
  }

  public async branches(prefix: string): Promise<ReadonlyMap<string, string>> {
    return new Map([...this.server.branches].filter(([name]) => name.startsWith(prefix)));
  }

  public async push(commit: string, branch = 'main'): Promise<boolean> {
    const tip = this.server.branches.get(branch);
    const goesOn = tip === undefined || this.server.has(tip, commit);
    if (goesOn && this.server.locked.has(branch)) {
      throw new GitError('refused', `${branch} is locked`);
    }
    if (goesOn) {
      this.server.branches.set(branch, commit);
    }
    return goesOn;
  }

  public async close(): Promise<void> {
    if (this.shown) {
      rmSync(this.shown.folder, { recursive: true });
      this.shown = undefined;
    }
  }
}

/** Paths whose content differs, in order. */
function differences(before: Files, after: Files): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths.filter(path => before.get(path)?.toString() !== after.get(path)?.toString()).sort();
}

const filesIn = (folder: string): Files =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(file => [relative(folder, file), readFileSync(file)]),
  );
