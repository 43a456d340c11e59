import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '../../core/platform-error';
import { GitError, type Change, type Draft, type GitFault, type GitRepository } from '../git-repository';
import { plainText } from '../plain-text';
import { GitProgram, type GitAnswer } from './git-program';

export interface RemoteGitRepositoryProps {
  /** Where the repository is: https, ssh, `git@host:path`, or a folder. */
  readonly url: string;
  readonly branch: string;
  /** Folder for what is kept between runs. */
  readonly cache: string;
  /** Who commits. */
  readonly author: { readonly name: string; readonly email: string };
  /** Value of the header Authorization, for https. */
  readonly authorization?: () => string | undefined;
  /** Private key for ssh; without one whatever ssh is set up for. */
  readonly sshKey?: string;
  /** Keys of known hosts for ssh; without one those of ssh. Unknown hosts are never trusted. */
  readonly knownHosts?: string;
  /** Signs every commit, with the key that Git is configured for. */
  readonly sign?: boolean;
  /** Settings of Git besides, such as `user.signingKey`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder with the installed packages, which programs in laid out files find. */
  readonly nodeModules?: string;
}

/** Longest file that is read. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Commits of a file that are looked at. */
const MOST_CHANGES = 500;
const TIP = 'refs/mlops/tip';
/** Times that a fetch is tried while another process fetches. */
const TRIES = 5;

/** A branch on a server, through the git program and a bare repository of its own. Nobody's work tree is touched. */
export class RemoteGitRepository implements GitRepository {
  private readonly folder: string;
  private readonly git: GitProgram;
  private tree: string | undefined;
  private ready = false;

  constructor(private readonly props: RemoteGitRepositoryProps) {
    const { url, branch, cache, author } = props;
    const protocol = protocolOf(url);
    if (!/^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/.test(branch) || /\.\.|\/\/|\.lock$|\/$/.test(branch)) {
      throw new PlatformError('Git', `"${plainText(branch)}" is no name of a branch`, 'name one such as main');
    }
    const id = createHash('sha256').update(`${url}\n${branch}`).digest('hex').slice(0, 16);
    this.folder = join(cache, id);
    const who = (role: string) => ({ [`GIT_${role}_NAME`]: author.name, [`GIT_${role}_EMAIL`]: author.email });
    this.git = new GitProgram(
      join(this.folder, 'git'),
      { ...who('AUTHOR'), ...who('COMMITTER'), GIT_ALLOW_PROTOCOL: protocol, GIT_SSH_COMMAND: sshCommand(props) },
      () => ({ ...props.settings, ...authorized(props) }),
    );
  }

  public async fetch(): Promise<string> {
    await this.init();
    const { url, branch } = this.props;
    const args = [
      'fetch',
      '--no-progress',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
      '--end-of-options',
    ];
    for (let left = TRIES; ; left--) {
      const answer = await this.git.call([...args, url, `refs/heads/${branch}:${TIP}`]);
      if (answer.code === 0) {
        return this.git.line(['rev-parse', '--verify', `${TIP}^{commit}`]);
      }
      if (/non-fast-forward/.test(answer.stderr)) {
        throw new GitError(
          'rewritten',
          `the history of ${branch} was rewritten: commits that were there are gone. ` +
            `Find out why; to go on with what is there now, remove the folder ${this.folder}`,
        );
      }
      if (left === 1 || !/cannot lock ref|\.lock/.test(answer.stderr)) {
        throw this.failed(answer, 'read');
      }
      await pause(50 * (TRIES - left + 1));
    }
  }

  public async read(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const listed = await this.git.run(['ls-tree', '-r', '-l', '-z', '--full-tree', oid(commit), '--', ...paths]);
    const files = entries(listed).map(({ mode, object, size, path }) => {
      if (mode !== '100644' && mode !== '100755') {
        throw new GitError(
          'odd',
          `${plainText(path)} is no plain file but ${KINDS[mode] ?? mode}: replace it by the file`,
        );
      }
      if (size > MOST_BYTES) {
        throw new GitError('odd', `${plainText(path)} has ${size} bytes, and ${MOST_BYTES} are read at most`);
      }
      return { path, object };
    });
    if (files.length === 0) {
      return new Map();
    }
    const input = files.map(({ object }) => `${object}\n`).join('');
    const batch = await this.git.run(['cat-file', '--batch'], { input });
    let at = 0;
    return new Map(
      files.map(({ path }) => {
        const end = batch.indexOf('\n', at);
        const size = Number(batch.subarray(at, end).toString('latin1').split(' ')[2]);
        const text = batch.subarray(end + 1, end + 1 + size).toString('utf8');
        at = end + size + 2;
        return [path, text];
      }),
    );
  }

  public async changes(commit: string, path: string): Promise<readonly Change[]> {
    const format = '--format=%H%n%ct%n%an%n%B';
    const args = ['log', '-z', `--max-count=${MOST_CHANGES}`, format, '--no-show-signature', oid(commit), '--', path];
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
    await this.refuseOdd(commit, [...changed.keys()]);
    const tree = (this.tree ??= this.newTree());
    const call = this.inTree();
    await this.git.run(['read-tree', '--reset', '-u', oid(commit)], call);
    await this.git.run(['checkout-index', '--force', '--all', '--quiet'], call);
    await this.git.run(['clean', '-ffdxq', '--exclude=/node_modules'], call);
    changed.forEach((content, path) => {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), content);
    });
    return tree;
  }

  public async changed(): Promise<ReadonlyMap<string, Buffer | undefined>> {
    const tree = this.tree!;
    const list = async (...args: string[]) =>
      (await this.git.run(['ls-files', '-z', ...args], this.inTree())).toString('utf8').split('\0').filter(Boolean);
    const paths = [...(await list('--modified')), ...(await list('--others', '--exclude-standard'))];
    return new Map(
      [...new Set(paths)]
        .filter(path => path !== 'node_modules')
        .sort()
        .map(path => [path, plainFile(join(tree, path), path)]),
    );
  }

  public async diff(): Promise<string> {
    const call = this.inTree();
    await this.git.run(['add', '--intent-to-add', '--', '.'], call);
    return (await this.git.run(['diff', '--no-color', '--no-ext-diff', '--no-textconv'], call)).toString('utf8');
  }

  public async commit({ parent, files, message, time }: Draft): Promise<string> {
    await this.refuseOdd(parent, [...files.keys()]);
    const folder = mkdtempSync(join(this.folder, 'index-'));
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
      const sign = this.props.sign ? ['-S'] : ['--no-gpg-sign'];
      const date = `@${Math.floor(time.getTime() / 1000)} +0000`;
      const made = await this.git.call(['commit-tree', ...sign, '-p', oid(parent), '-F', '-', tree], {
        input: message,
        variables: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      });
      if (made.code !== 0) {
        throw new GitError(
          this.props.sign ? 'unsigned' : 'local',
          `the commit cannot be ${this.props.sign ? 'signed' : 'made'}: ${plainText(made.stderr.trim(), 500)}`,
        );
      }
      return oid(made.stdout.toString('latin1').trim());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  public async push(commit: string): Promise<boolean> {
    const { url, branch } = this.props;
    const args = ['push', '--porcelain', '--no-verify', '--no-signed', '--end-of-options'];
    const answer = await this.git.call([...args, url, `${oid(commit)}:refs/heads/${branch}`]);
    if (answer.code === 0) {
      return true;
    }
    const said = `${answer.stdout.toString('utf8')}\n${answer.stderr}`;
    if (/^!.*\[rejected\]/m.test(said) || /cannot lock ref|failed to update ref|incorrect old value/.test(said)) {
      return false;
    }
    // The server may have taken it before the line was cut: what it has now is what counts.
    const failure = this.failed({ ...answer, stderr: said }, 'written');
    const tip = await this.fetch().catch(() => undefined);
    if (tip !== undefined && (await this.contains(commit, tip))) {
      return true;
    }
    throw failure;
  }

  public async close(): Promise<void> {
    if (this.tree !== undefined) {
      rmSync(join(this.tree, '..'), { recursive: true, force: true });
      this.tree = undefined;
    }
  }

  private async init(): Promise<void> {
    if (this.ready) {
      return;
    }
    const folder = join(this.folder, 'git');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (!existsSync(join(folder, 'HEAD'))) {
      await this.git.run(['init', '--quiet', '--bare', '--template=', folder], { cwd: this.folder });
    }
    // These come before what a repository says of its files: nothing is converted, and no filter runs.
    mkdirSync(join(folder, 'info'), { recursive: true });
    writeFileSync(join(folder, 'info/attributes'), '* -text -eol -filter -ident -working-tree-encoding diff\n');
    this.ready = true;
  }

  /** A folder for laid out files, with an index beside it. */
  private newTree(): string {
    const tree = join(mkdtempSync(join(this.folder, 'tree-')), 'tree');
    mkdirSync(tree);
    if (this.props.nodeModules !== undefined) {
      symlinkSync(this.props.nodeModules, join(tree, 'node_modules'));
    }
    return tree;
  }

  private inTree() {
    const tree = this.tree!;
    return { cwd: tree, variables: { GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(tree, '..', 'index') } };
  }

  /** A link or a submodule on the way to a file would lead somewhere else. */
  private async refuseOdd(commit: string, paths: readonly string[]): Promise<void> {
    const prefixes = paths.flatMap(path =>
      path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/')),
    );
    const wanted = [...new Set(prefixes)];
    const listed = await this.git.run(['ls-tree', '-t', '-l', '-z', '--full-tree', oid(commit), '--', ...wanted]);
    for (const { mode, path } of entries(listed)) {
      const expected = paths.includes(path)
        ? ['100644', '100755']
        : ['040000', ...(wanted.includes(path) ? [] : [mode])];
      if (!expected.includes(mode)) {
        throw new GitError('odd', `${plainText(path)} is ${KINDS[mode] ?? mode}, which is not written to`);
      }
    }
  }

  private failed({ stderr }: GitAnswer, what: 'read' | 'written'): GitError {
    const { url, branch } = this.props;
    const [fault, , remedy] = FAILURES.find(([, pattern]) => pattern.test(stderr)) ?? ['unreachable', /./, 'is it up?'];
    const said = plainText(
      stderr
        .replace(/^(?:hint|remote: *$).*\n?/gm, '')
        .trim()
        .split('\n')
        .slice(-4)
        .join(' '),
      400,
    );
    return new GitError(fault, `${branch} of ${plainText(url)} cannot be ${what}: ${said}; ${remedy}`);
  }
}

const FAILURES: readonly (readonly [GitFault, RegExp, string])[] = [
  ['missing', /couldn't find remote ref|Could not find remote branch/, 'push a first commit, or name another branch'],
  [
    'denied',
    /Authentication failed|could not read (?:Username|Password)|Permission denied|HTTP 40[13]|error: 40[13]|Host key verification failed/,
    'check the credentials, the known hosts, and who may push',
  ],
  ['refused', /\[remote rejected\]|pre-receive hook declined|protected branch/, 'let the committer push to the branch'],
  ['missing', /does not appear to be a git repository|not found/, 'check the URL'],
];
const KINDS: Readonly<Record<string, string>> = { '120000': 'a link', '160000': 'a submodule', '040000': 'a folder' };

interface Entry {
  readonly mode: string;
  readonly object: string;
  readonly size: number;
  readonly path: string;
}

const entries = (listed: Buffer): Entry[] =>
  listed
    .toString('utf8')
    .split('\0')
    .filter(line => line !== '')
    .map(line => {
      const [, mode, object, size, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line)!;
      return { mode: mode!, object: object!, size: Number(size), path: path! };
    });

/** A name of a commit that can be nothing else. */
function oid(text: string): string {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) {
    throw new GitError('local', `"${plainText(text)}" is no commit`);
  }
  return text;
}

function plainFile(file: string, path: string): Buffer | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) {
    throw new GitError('odd', `${plainText(path)} is no plain file`);
  }
  return stats && readFileSync(file);
}

/** The one protocol of a URL. */
function protocolOf(url: string): string {
  const [, scheme] = /^([a-z]+):\/\/[^-]/.exec(url) ?? [];
  const protocol = scheme ?? (/^[\w.-]+@[\w.-]+:(?!:)/.test(url) ? 'ssh' : url.startsWith('/') ? 'file' : '');
  const mistake = (problem: string, remedy: string) => new PlatformError('Git', problem, remedy);
  if (!['https', 'http', 'ssh', 'file'].includes(protocol) || /[\0-\x20\x7f]/.test(url)) {
    throw mistake(
      `"${plainText(url)}" is no address of a repository`,
      'use https://…, ssh://…, git@host:path or a folder',
    );
  }
  if (/^https?:/.test(url) && (!URL.canParse(url) || new URL(url).password !== '' || new URL(url).username !== '')) {
    throw mistake('the address of the repository holds credentials', 'put them into files: --git-credentials <folder>');
  }
  return protocol;
}

function sshCommand({ sshKey, knownHosts }: RemoteGitRepositoryProps): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    'ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oConnectTimeout=10',
    ...(sshKey === undefined ? [] : [`-oIdentitiesOnly=yes -i ${quoted(sshKey)}`]),
    ...(knownHosts === undefined ? [] : [`-oUserKnownHostsFile=${quoted(knownHosts)}`]),
  ].join(' ');
}

/** Credentials for this server alone. */
function authorized({ url, authorization }: RemoteGitRepositoryProps): Record<string, string> {
  const value = authorization?.();
  return value === undefined || !/^https?:/.test(url)
    ? {}
    : { [`http.${new URL(url).origin}/.extraHeader`]: `Authorization: ${value}` };
}

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));
