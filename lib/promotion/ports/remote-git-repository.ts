import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, MOST_CHANGES, type Change, type Draft, type GitRepository, type PastText } from '../git-repository';
import { plainText } from '../plain-text';
import { authorized, protocolOf, refuseOddBranch, sshCommand, type GitAddress } from './git-address';
import { GitCache } from './git-cache';
import { blobsOf, oid, plainFiles, refuseOdd, textsOf } from './git-entries';
import { gitFailure } from './git-failure';
import { GitProgram } from './git-program';
import { LaidOutFiles } from './laid-out-files';

export interface RemoteGitRepositoryProps extends GitAddress {
  readonly branch: string;
  /** Folder for what is kept between runs. */
  readonly cache: string;
  /** Who commits. */
  readonly author: { readonly name: string; readonly email: string };
  /** Signs every commit, with the key that Git is configured for. */
  readonly sign?: boolean;
  /** Settings of Git besides, such as `user.signingKey`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder with the installed packages, which programs in laid out files find. */
  readonly nodeModules?: string;
}

const TIP = 'refs/mlops/tip';
/** Times that a fetch or a push is tried while another process has the reference locked. */
const TRIES = 5;

/** A branch on a server, through the git program and a bare repository of its own. Nobody's work tree is touched. */
export class RemoteGitRepository implements GitRepository {
  private readonly cache: GitCache;
  private readonly git: GitProgram;
  private files: LaidOutFiles | undefined;

  constructor(private readonly props: RemoteGitRepositoryProps) {
    const { url, branch, cache, author } = props;
    const protocol = protocolOf(url);
    refuseOddBranch(branch);
    const id = createHash('sha256').update(`${url}\n${branch}`).digest('hex').slice(0, 16);
    this.cache = new GitCache(join(cache, id));
    const who = (role: string) => ({ [`GIT_${role}_NAME`]: author.name, [`GIT_${role}_EMAIL`]: author.email });
    this.git = new GitProgram(
      this.cache.repository,
      { ...who('AUTHOR'), ...who('COMMITTER'), GIT_ALLOW_PROTOCOL: protocol, GIT_SSH_COMMAND: sshCommand(props) },
      () => ({ ...props.settings, ...authorized(props) }),
    );
  }

  public async fetch(): Promise<string> {
    // Whoever was told to remove the folder need not start this anew.
    if (!existsSync(this.cache.repository)) {
      await this.close();
    }
    await this.cache.init(this.git);
    const { url, branch } = this.props;
    const options = ['--no-progress', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
    const args = ['fetch', ...options, '--end-of-options', url, `refs/heads/${branch}:${TIP}`];
    for (let left = TRIES; ; left--) {
      const { code, stderr } = await this.git.call(args);
      if (code === 0) {
        return this.git.line(['rev-parse', '--verify', `${TIP}^{commit}`]);
      }
      if (/non-fast-forward/.test(stderr)) {
        throw new GitError(
          'rewritten',
          `the history of ${branch} was rewritten: commits that were there are gone. ` +
            `Find out why; to go on with what is there now, remove the folder ${this.cache.folder}`,
        );
      }
      if (left === 1 || !/cannot lock ref|\.lock/.test(stderr)) {
        throw gitFailure(stderr, this.props, 'read');
      }
      this.cache.forgetLocks();
      await pause(50 * (TRIES - left + 1));
    }
  }

  public async read(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const files = await plainFiles(this.git, commit, paths);
    const texts = new Map<string, string>();
    for await (const text of textsOf(this.git, files)) {
      texts.set(files[texts.size]!.path, text as string);
    }
    return texts;
  }

  public async *pastTexts(commits: readonly string[], path: string): AsyncGenerator<PastText> {
    const names = commits.map(commit => `${oid(commit)}:${path}`);
    yield* textsOf(this.git, await blobsOf(this.git, names));
  }

  public async changes(commit: string, path: string, after?: string): Promise<readonly Change[]> {
    // By default Git leaves out what a merge has the same as one of its parents: a promotion and its rollback.
    const options = ['-z', '--full-history', '--date-order', `--max-count=${MOST_CHANGES}`, '--no-show-signature'];
    const commits = [oid(commit), ...(after === undefined ? [] : [`^${oid(after)}`])];
    const args = ['log', ...options, '--format=%H%n%ct%n%an%n%B', ...commits, '--', path];
    const text = (await this.git.run(args)).toString('utf8');
    return text
      .split('\0')
      .filter(part => part !== '')
      .map(part => {
        const [hash, time, author, ...message] = part.split('\n');
        return { commit: hash!, time: new Date(Number(time) * 1000), author: author!, message: message.join('\n') };
      });
  }

  public async contains(earlier: string, later: string): Promise<boolean> {
    const { code } = await this.git.call(['merge-base', '--is-ancestor', oid(earlier), oid(later)]);
    return code === 0;
  }

  public async layOut(commit: string, changed: ReadonlyMap<string, Buffer>): Promise<string> {
    await refuseOdd(this.git, commit, [...changed.keys()]);
    if (!this.files?.isThere) {
      this.files = new LaidOutFiles(this.git, this.cache.newFolder('tree'), this.props.nodeModules);
    }
    return this.files.show(commit, changed);
  }

  public changed(): Promise<ReadonlyMap<string, Buffer | undefined>> {
    return this.files!.changed();
  }

  public diff(): Promise<string> {
    return this.files!.diff();
  }

  public async commit({ parent, files, message, time }: Draft): Promise<string> {
    await refuseOdd(this.git, parent, [...files.keys()]);
    const folder = this.cache.newFolder('index');
    const call = { variables: { GIT_INDEX_FILE: join(folder, 'index') } };
    try {
      await this.git.run(['read-tree', oid(parent)], call);
      const lines: string[] = [];
      for (const [path, content] of files) {
        const object =
          content && (await this.git.line(['hash-object', '-w', '--no-filters', '--stdin'], { input: content }));
        lines.push(object === undefined ? `0 ${'0'.repeat(40)}\t${path}\0` : `100644 ${object}\t${path}\0`);
      }
      await this.git.run(['update-index', '-z', '--index-info'], { ...call, input: lines.join('') });
      const tree = await this.git.line(['write-tree'], call);
      const { sign } = this.props;
      const date = `@${Math.floor(time.getTime() / 1000)} +0000`;
      const args = ['commit-tree', sign ? '-S' : '--no-gpg-sign', '-p', oid(parent), '-F', '-', tree];
      const variables = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
      const { code, stdout, stderr } = await this.git.call(args, { input: message, variables });
      if (code !== 0) {
        const why = `the commit cannot be ${sign ? 'signed' : 'made'}: ${plainText(stderr.trim(), 500)}`;
        throw new GitError(sign ? 'unsigned' : 'local', why);
      }
      return oid(stdout.toString('latin1').trim());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  public async branches(prefix: string): Promise<ReadonlyMap<string, string>> {
    const { url } = this.props;
    const args = ['ls-remote', '--end-of-options', url, `refs/heads/${prefix}*`];
    const { code, stdout, stderr } = await this.git.call(args);
    if (code !== 0) {
      throw gitFailure(stderr, this.props, 'read');
    }
    const found = [...stdout.toString('utf8').matchAll(/^([0-9a-f]+)\trefs\/heads\/(.+)$/gm)];
    return new Map(found.map(([, commit, name]) => [name!, commit!]));
  }

  public async push(commit: string, branch = this.props.branch): Promise<boolean> {
    const { url } = this.props;
    const options = ['--porcelain', '--no-verify', '--no-signed', '--end-of-options'];
    const args = ['push', ...options, url, `${oid(commit)}:refs/heads/${branch}`];
    for (let left = TRIES; ; left--) {
      const { code, stdout, stderr } = await this.git.call(args);
      if (code === 0) {
        return true;
      }
      const said = `${stdout.toString('utf8')}\n${stderr}`;
      if (/^!.*\[rejected\]/m.test(said)) {
        return false;
      }
      // The server may have taken it before the line was cut: what it has now is what counts.
      const tip = await this.tipOf(branch).catch(() => undefined);
      if (tip !== undefined && (await this.contains(commit, tip))) {
        return true;
      }
      const isLocked = /cannot lock ref|failed to update ref|incorrect old value/.test(said);
      if (isLocked && tip !== undefined && !(await this.contains(tip, commit))) {
        return false;
      }
      // Somebody may be about to write it; a lock that stays is nobody's.
      if (!isLocked || left === 1) {
        throw gitFailure(said, { ...this.props, branch }, 'written');
      }
      await pause(50 * (TRIES - left + 1));
    }
  }

  public async close(): Promise<void> {
    this.files?.remove();
    this.files = undefined;
  }

  private async tipOf(branch: string): Promise<string | undefined> {
    return branch === this.props.branch ? this.fetch() : (await this.branches(branch)).get(branch);
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));
