import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RemoteGitRepository, type RemoteGitRepositoryProps } from '../../lib/promotion/ports/remote-git-repository';

/** A repository that several write to: a bare one, and the work tree of a person. */
export class SharedRepository {
  public readonly root = mkdtempSync(join(tmpdir(), 'promotion-'));
  public readonly bare = join(this.root, 'platform.git');
  public readonly work = join(this.root, 'work');
  private readonly opened: RemoteGitRepository[] = [];

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.git(this.root, 'init', '--quiet', '--bare', '--initial-branch=main', this.bare);
    this.git(this.root, 'clone', '--quiet', this.bare, this.work);
    this.git(this.work, 'checkout', '--quiet', '-B', 'main');
    if (Object.keys(files).length > 0) {
      this.edit(files);
    }
  }

  /** The repository as a controller sees it. */
  public open(props: Partial<RemoteGitRepositoryProps> = {}): RemoteGitRepository {
    const repository = new RemoteGitRepository({
      url: this.bare,
      branch: 'main',
      cache: join(this.root, `cache-${this.opened.length}`),
      author: { name: 'mlops', email: 'mlops@example.com' },
      ...props,
    });
    this.opened.push(repository);
    return repository;
  }

  /** What a person commits and pushes; returns the commit. */
  public edit(files: Readonly<Record<string, string | undefined>>, message = 'edit'): string {
    this.pull();
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.work, path);
      mkdirSync(dirname(file), { recursive: true });
      if (text === undefined) {
        rmSync(file, { force: true });
      } else {
        writeFileSync(file, text);
      }
    }
    return this.push(message);
  }

  /** Commits what lies in the work tree of the person, and pushes. */
  public push(message: string): string {
    this.git(this.work, 'add', '--all', '.');
    this.git(this.work, 'commit', '--quiet', '--allow-empty', `--message=${message}`);
    this.git(this.work, 'push', '--quiet', 'origin', 'HEAD:main');
    return this.tip();
  }

  public pull(): void {
    if (this.git(this.root, '--git-dir', this.bare, 'for-each-ref', 'refs/heads/main') !== '') {
      this.git(this.work, 'fetch', '--quiet', 'origin', 'main');
      this.git(this.work, 'reset', '--quiet', '--hard', 'FETCH_HEAD');
    }
  }

  public tip(): string {
    return this.git(this.bare, 'rev-parse', 'main');
  }

  /** Subjects of all commits, the oldest first. */
  public subjects(): string[] {
    return this.git(this.bare, 'log', '--reverse', '--format=%s', 'main').split('\n');
  }

  public message(commit = 'main'): string {
    return this.git(this.bare, 'log', '-1', '--format=%B', commit);
  }

  /** Files that a commit changed. */
  public changed(commit = 'main'): string[] {
    return this.git(this.bare, 'show', '--name-only', '--format=', commit).split('\n').filter(Boolean);
  }

  public read(path: string, commit = 'main'): string {
    return execFileSync('git', ['show', `${commit}:${path}`], { cwd: this.bare, encoding: 'utf8' });
  }

  /** Whether no commit has two parents. */
  public linear(): boolean {
    return this.git(this.bare, 'rev-list', '--min-parents=2', 'main') === '';
  }

  public git(cwd: string, ...args: string[]): string {
    const identity = ['-c', 'user.name=Anna', '-c', 'user.email=anna@example.com', '-c', 'commit.gpgSign=false'];
    return execFileSync('git', [...identity, ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  public hook(name: string, script: string): void {
    writeFileSync(join(this.bare, 'hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Leaves a lock on a branch, as a server does that is stopped while it writes. */
  public lock(branch: string): string {
    const file = join(this.bare, 'refs/heads', `${branch}.lock`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    return file;
  }

  public readCache(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  public async remove(): Promise<void> {
    await Promise.all(this.opened.map(one => one.close()));
    rmSync(this.root, { recursive: true, force: true });
  }
}
