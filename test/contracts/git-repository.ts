import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GitError,
  LONGEST_FILE,
  type Draft,
  type GitRepository,
  type PastText,
} from '../../lib/promotion/git-repository';

/** A branch `main` that is not there yet, and who writes to it. */
export interface SharedBranch {
  /** What a person pushes; undefined removes a file. */
  edit(files: Readonly<Record<string, string | undefined>>, message: string): string;
  /** Pushes a history that has nothing of the one before. */
  rewrite(files: Readonly<Record<string, string>>): void;
  /** Leaves a lock on the server, so that a branch cannot be written. */
  lock(name: string): void;
  open(): GitRepository;
}

const A = 'environments/production/fraud.yaml';
const B = 'dist/production/fraud.k8s.yaml';
const TIME = new Date('2026-03-01T10:00:00Z');

/**
 * What a cycle relies on wherever commits are. Every implementation of `GitRepository` passes this.
 *
 * @param make a new one for each test
 */
export function itIsAGitRepository(make: () => SharedBranch): void {
  describe('as a Git repository', () => {
    let branch: SharedBranch;
    let git: GitRepository;
    let first: string;
    beforeEach(() => {
      branch = make();
      git = branch.open();
      first = branch.edit({ [A]: 'a 1\n', [B]: 'b 1\n', 'main.ts': '// main\n' }, 'first\n\nwith a body');
    });
    afterEach(() => git.close());

    const draft = (parent: string, files: Readonly<Record<string, string | undefined>>): Draft => ({
      parent,
      files: new Map(
        Object.entries(files).map(([path, text]) => [path, text === undefined ? text : Buffer.from(text)]),
      ),
      message: 'promoted\n\nMlops-To: 2\n',
      time: TIME,
    });
    const past = async (commits: readonly string[], path: string) => {
      const texts: PastText[] = [];
      for await (const text of git.pastTexts(commits, path)) {
        texts.push(text);
      }
      return texts;
    };
    const faultOf = async (act: () => Promise<unknown>) => {
      const error = await act().catch((thrown: unknown) => thrown);
      return error instanceof GitError ? error.fault : error;
    };

    it('says what the newest commit is, whoever made it', async () => {
      expect(await git.fetch()).toBe(first);
      const second = branch.edit({ [A]: 'a 2\n' }, 'second');
      expect(await git.fetch()).toBe(second);
      expect(await git.fetch()).toBe(second);
    });

    it('tells that there is no such branch, and that its history was rewritten', async () => {
      expect(await faultOf(() => make().open().fetch())).toBe('missing');
      await git.fetch();
      branch.rewrite({ [A]: 'other\n' });
      expect(await faultOf(() => git.fetch())).toBe('rewritten');
    });

    it('reads files and folders of a commit, and leaves out what is not there', async () => {
      branch.edit({ [A]: 'a 2\n' }, 'second');
      await git.fetch();
      const files = await git.read(first, ['main.ts', 'environments', 'nothing', 'environments/nothing']);
      expect(Object.fromEntries(files)).toEqual({ 'main.ts': '// main\n', [A]: 'a 1\n' });
      expect((await git.read(first, ['nothing'])).size).toBe(0);
    });

    it('reads what a file was at several commits', async () => {
      const second = branch.edit({ [A]: '\u00e9\n\n', [B]: undefined }, 'second');
      await git.fetch();
      expect(await past([second, first], A)).toEqual(['\u00e9\n\n', 'a 1\n']);
      expect(await past([second, first], B)).toEqual([undefined, 'b 1\n']);
      expect(await past([first], 'environments')).toEqual([undefined]);
      expect(await past([], A)).toEqual([]);
    });

    it('reads that however much it is together, and tells of what is too long to be read', async () => {
      const long = branch.edit({ [A]: `${'a'.repeat(LONGEST_FILE - 1)}\n` }, 'long');
      const longer = branch.edit({ [A]: `${'a'.repeat(LONGEST_FILE)}\n` }, 'longer');
      await git.fetch();
      const lengths: unknown[] = [];
      for await (const text of git.pastTexts([longer, ...Array<string>(17).fill(long), first], A)) {
        lengths.push(typeof text === 'string' ? text.length : { bytes: text });
      }
      expect(lengths).toEqual([{ bytes: LONGEST_FILE + 1 }, ...Array<number>(17).fill(LONGEST_FILE), 4]);
    });

    it('lists the commits that changed a file, the newest first, with who made them and why', async () => {
      const second = branch.edit({ [A]: 'a 2\n' }, 'second');
      const third = branch.edit({ [B]: 'b 2\n' }, 'third');
      await git.fetch();
      const changes = await git.changes(third, A);
      expect(changes).toMatchObject([
        { commit: second, author: 'Anna', message: expect.stringMatching(/^second\n?$/) },
        { commit: first, message: expect.stringMatching(/^first\n\nwith a body\n?$/), time: expect.any(Date) },
      ]);
      expect((await git.changes(first, A)).map(({ commit }) => commit)).toEqual([first]);
      expect(await git.changes(third, 'nothing')).toEqual([]);
      expect((await git.changes(third, A, first)).map(({ commit }) => commit)).toEqual([second]);
      expect(await git.changes(third, A, second)).toEqual([]);
    });

    it('knows which commit is before another', async () => {
      const second = branch.edit({ [A]: 'a 2\n' }, 'second');
      await git.fetch();
      const known = await Promise.all([
        git.contains(first, second),
        git.contains(first, first),
        git.contains(second, first),
      ]);
      expect(known).toEqual([true, true, false]);
    });

    it('lays out a commit with changes, and tells what differs then', async () => {
      await git.fetch();
      const folder = await git.layOut(first, new Map([[A, Buffer.from('a 2\n')]]));
      expect([readFileSync(join(folder, A), 'utf8'), readFileSync(join(folder, B), 'utf8')]).toEqual([
        'a 2\n',
        'b 1\n',
      ]);
      rmSync(join(folder, B));
      writeFileSync(join(folder, 'new.yaml'), 'new\n');
      expect(Object.fromEntries(await git.changed())).toEqual({
        [A]: Buffer.from('a 2\n'),
        [B]: undefined,
        'new.yaml': Buffer.from('new\n'),
      });
      const diff = await git.diff();
      ['-a 1\n', '+a 2\n', '-b 1\n', '+new\n'].forEach(line => expect(diff).toContain(line));
    });

    it('lays out the next one as if nothing had been there', async () => {
      await git.fetch();
      const before = await git.layOut(first, new Map());
      rmSync(join(before, A));
      writeFileSync(join(before, 'left.yaml'), '');
      const after = await git.layOut(first, new Map());
      expect([existsSync(join(after, A)), existsSync(join(after, 'left.yaml'))]).toEqual([true, false]);
      expect((await git.changed()).size).toBe(0);
      await git.close();
      expect(existsSync(after)).toBe(false);
    });

    it('makes a commit that nobody sees until it is pushed', async () => {
      await git.fetch();
      const commit = await git.commit(draft(first, { [A]: 'a 2\n', [B]: undefined, 'c/d.yaml': 'new\n' }));
      expect(await branch.open().fetch()).toBe(first);
      expect(await git.push(commit)).toBe(true);
      const other = branch.open();
      expect(await other.fetch()).toBe(commit);
      expect(Object.fromEntries(await other.read(commit, [A, B, 'c', 'main.ts']))).toEqual({
        [A]: 'a 2\n',
        'c/d.yaml': 'new\n',
        'main.ts': '// main\n',
      });
      expect(await other.changes(commit, A)).toMatchObject([
        { commit, author: 'mlops', message: expect.stringMatching(/^promoted\n\nMlops-To: 2\n?$/), time: TIME },
        { commit: first },
      ]);
    });

    it('pushes nothing if somebody else was faster', async () => {
      await git.fetch();
      const commit = await git.commit(draft(first, { [A]: 'a 2\n' }));
      const faster = branch.edit({ [B]: 'b 2\n' }, 'faster');
      expect(await git.push(commit)).toBe(false);
      expect(await git.fetch()).toBe(faster);
      expect((await git.read(faster, [A])).get(A)).toBe('a 1\n');
    });

    it.each(['main', 'promotion/a'])('tells that %s cannot be written though nobody else was faster', async name => {
      await git.fetch();
      const commit = await git.commit(draft(first, { [A]: 'a 2\n' }));
      branch.lock(name);
      expect(await faultOf(() => git.push(commit, name))).toBe('refused');
      expect(await git.fetch()).toBe(first);
    });

    it('pushes to a branch beside, unless something else is on it', async () => {
      await git.fetch();
      const one = await git.commit(draft(first, { [A]: 'a 2\n' }));
      const other = await git.commit(draft(first, { [A]: 'a 3\n' }));
      expect(await git.push(one, 'promotion/a')).toBe(true);
      expect(await git.push(one, 'promotion/a')).toBe(true);
      expect(await git.push(other, 'promotion/a')).toBe(false);
      expect([...(await git.branches('promotion/'))]).toEqual([['promotion/a', one]]);
      expect((await git.branches('other/')).size).toBe(0);
      expect(await git.fetch()).toBe(first);
    });
  });
}
