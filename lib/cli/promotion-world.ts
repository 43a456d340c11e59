import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PlatformError } from '../core/platform-error';
import type { Surroundings } from '../promotion/cycle';
import type { ModelRegistry } from '../promotion/model-registry';
import type { RegistryRules } from '../promotion/rules';
import { credential, credentialsIn } from '../promotion/ports/credentials';
import { MlflowRegistry } from '../promotion/ports/mlflow-registry';
import { prometheus } from '../promotion/ports/prometheus';
import { plainText } from '../promotion/plain-text';
import { RemoteGitRepository } from '../promotion/ports/remote-git-repository';
import { synthesis } from '../promotion/ports/synthesis';
import { progress } from './progress';
import type { Output } from './tables';

/** What all commands about promotions take. */
export interface PromotionOptions {
  readonly repository?: string;
  readonly branch: string;
  readonly credentials?: string;
  readonly cache?: string;
  readonly prometheus?: string;
  readonly propose?: boolean;
  readonly output: Output;
}

export interface World extends Surroundings {
  readonly git: RemoteGitRepository;
  /** Who runs the command. */
  readonly person: string;
}

/** The world as options describe it. */
export function worldOf(
  { repository, branch, credentials, cache, prometheus: metrics, propose }: PromotionOptions,
  onRequest?: (status: number | undefined) => void,
): World {
  const within = folderWith(credentials);
  const settings = gitSettings();
  const make = synthesis(ownCommand());
  const author = {
    name: settings['user.name'] ?? 'mlops',
    email: settings['user.email'] ?? 'mlops@localhost',
  };
  const git = new RemoteGitRepository({
    url: repositoryUrl(repository, settings['remote.origin.url']),
    branch,
    cache: cacheFolder(cache),
    author,
    authorization: basicOrNone(within('git')),
    sshKey: within('git/ssh-key'),
    knownHosts: within('git/known_hosts'),
    sign: signsCommits(process.cwd()),
    settings: Object.fromEntries(
      ['gpg.format', 'user.signingkey', 'gpg.ssh.program', 'gpg.program'].flatMap(key =>
        settings[key] === undefined ? [] : [[key, settings[key]]],
      ),
    ),
    nodeModules: nodeModules(process.cwd()),
  });
  return {
    git,
    person: author.name === 'mlops' ? userInfo().username : `${author.name} <${author.email}>`,
    registry: registriesBy(credentials, onRequest),
    synthesize: (folder, unit) => {
      progress(`synthesizing ${unit}`);
      return make(folder, unit);
    },
    measure:
      metrics === undefined
        ? undefined
        : prometheus({ url: metrics.replace(/\/+$/, ''), authorization: credentialsIn(within('prometheus')) }),
    propose,
    now: () => new Date(),
    pause,
  };
}

/** The registries that the rules name, each asked with its own credentials. */
export function registriesBy(
  credentials: string | undefined,
  onRequest?: (status: number | undefined) => void,
): (rules: RegistryRules) => ModelRegistry {
  const within = folderWith(credentials);
  const registries = new Map<string, ModelRegistry>();
  return ({ name, url }) => {
    let known = registries.get(name);
    if (known === undefined) {
      known = new MlflowRegistry({ url, authorization: credentialsIn(within(name)), onRequest });
      registries.set(name, known);
    }
    return known;
  };
}

/** Finds what is there in the folder of all credentials. */
function folderWith(credentials: string | undefined): (name: string) => string | undefined {
  if (credentials !== undefined && !existsSync(credentials)) {
    throw new PlatformError(
      '--credentials',
      `there is no folder "${credentials}"`,
      'name the folder with those of each registry',
      'credentials',
    );
  }
  return name => credentials && onlyIfThere(join(credentials, name));
}

/** How to start this command again. */
export const ownCommand = (): readonly string[] => [process.execPath, ...process.execArgv, process.argv[1]!];

/** Where what can be found anew is kept. */
export const cacheFolder = (given: string | undefined): string =>
  given ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mlops');

const onlyIfThere = (path: string): string | undefined => (existsSync(path) ? path : undefined);

/** A folder for ssh has no user and password. */
const basicOrNone = (folder: string | undefined): (() => string | undefined) | undefined =>
  folder !== undefined && ['token', 'password'].some(name => existsSync(join(folder, name)))
    ? gitCredentials(folder)
    : undefined;

/** Git servers take a token as the password of any user. */
function gitCredentials(folder: string): () => string | undefined {
  return () => {
    const token = credential(join(folder, 'token'));
    return token === undefined ? credentialsIn(folder)() : `Basic ${Buffer.from(`git:${token}`).toString('base64')}`;
  };
}

/** The settings of Git here, by their names in lower case. */
function gitSettings(): Readonly<Record<string, string>> {
  try {
    const text = execFileSync('git', ['config', '--list', '-z'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Object.fromEntries(
      text
        .split('\0')
        .filter(line => line.includes('\n'))
        .map(line => [line.slice(0, line.indexOf('\n')), line.slice(line.indexOf('\n') + 1)]),
    );
  } catch {
    return {};
  }
}

/**
 * Whether commits are signed, by what Git is configured for in a folder.
 *
 * @throws PlatformError if Git cannot tell
 */
export function signsCommits(folder: string): boolean {
  // Git knows more words for yes than one.
  const args = ['config', '--type=bool', '--get', 'commit.gpgSign'];
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  if (status === 128) {
    const why = plainText(stderr.trim(), 300);
    throw new PlatformError('Git', `its setting commit.gpgSign cannot be read: ${why}`, 'write true or false');
  }
  return status === 0 && stdout.trim() === 'true';
}

function repositoryUrl(given: string | undefined, origin: string | undefined): string {
  const url = given ?? origin;
  if (url === undefined) {
    throw new PlatformError(
      'Git',
      'this folder belongs to no repository with a remote "origin"',
      'run the command there, or name the repository: --repository https://git.example.com/ml/platform.git',
    );
  }
  return /^[\w.+-]+:[/:]|^[\w.-]+@[\w.-]+:/.test(url) || isAbsolute(url) ? url : resolve(url);
}

/** The nearest folder with packages: what `main.ts` imports is there. */
function nodeModules(folder: string): string | undefined {
  const here = join(folder, 'node_modules');
  const above = dirname(folder);
  return existsSync(here) ? here : above === folder ? undefined : nodeModules(above);
}
