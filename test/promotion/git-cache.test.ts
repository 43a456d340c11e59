import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { GitCache } from '../../lib/promotion/ports/git-cache';
import { GitProgram } from '../../lib/promotion/ports/git-program';
import { SharedRepository } from './shared-repository';

const HOUR = 3_600_000;

describe('a cache that several hosts share', () => {
  const repository = new SharedRepository({ 'notes.txt': 'a' });
  const folder = join(repository.root, 'cache');
  afterAll(() => repository.remove());

  /** Names that are there after another process has begun. */
  async function sweep(): Promise<string[]> {
    const cache = new GitCache(folder);
    await cache.init(new GitProgram(cache.repository, {}, () => ({})));
    return readdirSync(folder).sort();
  }
  function left(name: string, hoursAgo = 0): string {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    const time = new Date(Date.now() - hoursAgo * HOUR);
    utimesSync(path, time, time);
    return name;
  }
  const gone = spawnSync('true').pid;
  const own = basename(new GitCache(repository.root).newFolder('tree')).replace(/-\d+-\w+$/, '');

  beforeEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has the name of the host in its folders', () => expect(own).toBe(`tree-${hostname()}`));

  it('loses what a process of this host left', async () => {
    [`${own}-${gone}-abc`, `${own}-${process.pid}-abc`].forEach(name => left(name, 1));
    const alive = left(`${own}-${process.ppid}-abc`, 100);
    expect(await sweep()).toEqual(['git', alive]);
  });

  it('keeps what a process of another host is at: whether that lives cannot be known here', async () => {
    const others = [left(`tree-other-0-${gone}-abc`, 23), left(`index-other-1-${process.pid}-abc`)].sort();
    expect(await sweep()).toEqual(['git', ...others].sort());
  });

  it('loses what another host left a day ago', async () => {
    [`tree-other-0-${gone}-abc`, `new-other-0-1-abc`].forEach(name => left(name, 25));
    expect(await sweep()).toEqual(['git']);
  });

  it('makes its files anew if another host took them away', async () => {
    const git = repository.open({ cache: folder });
    const commit = await git.fetch();
    const tree = await git.layOut(commit, new Map());
    rmSync(join(tree, '..'), { recursive: true });
    expect(existsSync(join(await git.layOut(commit, new Map()), 'notes.txt'))).toBe(true);
  });
});
