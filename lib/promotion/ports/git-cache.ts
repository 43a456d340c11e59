import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { GitError } from '../git-repository';
import { plainText } from '../plain-text';
import type { GitProgram } from './git-program';

/** Nobody holds a lock on a reference for so long: who made it was killed. */
const LOCK_SECONDS = 10;
/** Nothing is at work for so long: what another host left is rubbish by then. */
const RUBBISH_SECONDS = 24 * 60 * 60;
/** A number of a process means something on its own host alone; containers have names of their own. */
const HOST = hostname().replace(/[^\w.-]/g, '_');

/**
 * The folder of a bare repository of our own, and of what is made beside it; several processes may use it at once, of
 * several hosts too.
 */
export class GitCache {
  /** The bare repository. */
  public readonly repository: string;
  private ready = false;

  constructor(public readonly folder: string) {
    this.repository = join(folder, 'git');
  }

  /**
   * Makes the repository, unless there is one.
   *
   * @throws GitError `local` if the folder cannot be made
   */
  public async init(git: GitProgram): Promise<void> {
    if (this.ready && existsSync(this.repository)) {
      return;
    }
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      this.sweep();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      throw new GitError(
        'local',
        `the folder ${plainText(this.folder)} cannot be used: ${code}; name another: --cache`,
      );
    }
    if (!existsSync(this.repository)) {
      await this.make(git);
    }
    this.ready = true;
  }

  /** A new folder that is this process' own. */
  public newFolder(kind: 'tree' | 'index' | 'new'): string {
    return mkdtempSync(join(this.folder, `${kind}-${HOST}-${process.pid}-`));
  }

  /** Takes locks away that a killed process left. */
  public forgetLocks(): void {
    for (const folder of ['', 'refs/mlops']) {
      const path = join(this.repository, folder);
      for (const name of existsSync(path) ? readdirSync(path) : []) {
        if (name.endsWith('.lock') && isOlder(join(path, name), LOCK_SECONDS)) {
          rmSync(join(path, name), { force: true });
        }
      }
    }
  }

  /** Half a repository is none: it gets its name when it is whole. */
  private async make(git: GitProgram): Promise<void> {
    const folder = this.newFolder('new');
    const made = join(folder, 'git');
    await git.run(['init', '--quiet', '--bare', '--template=', made], { cwd: folder, variables: { GIT_DIR: made } });
    // These come before what a repository says of its files: nothing is converted, and no filter runs.
    mkdirSync(join(made, 'info'), { recursive: true });
    writeFileSync(join(made, 'info/attributes'), '* -text -eol -filter -ident -working-tree-encoding diff\n');
    try {
      renameSync(made, this.repository);
    } catch (error) {
      // Another process was faster.
      if (!existsSync(this.repository)) {
        throw error;
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Removes folders of processes that are gone; one with our own number was another one. */
  private sweep(): void {
    for (const name of readdirSync(this.folder)) {
      const [, host, pid] = /^(?:tree|index|new)-(.+)-(\d+)-[^-]+$/.exec(name) ?? [];
      const path = join(this.folder, name);
      if (pid !== undefined && (host === HOST ? isGone(Number(pid)) : isOlder(path, RUBBISH_SECONDS))) {
        rmSync(path, { recursive: true, force: true });
      }
    }
  }
}

function isGone(pid: number): boolean {
  if (pid === process.pid) {
    return true;
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code !== 'EPERM';
  }
}

/** Whether something is there, and nothing was done in it for so long. */
function isOlder(path: string, seconds: number): boolean {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return changed !== undefined && Date.now() - changed > seconds * 1000;
}
