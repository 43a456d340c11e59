import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitError } from '../git-repository';
import { plainText } from '../plain-text';
import type { GitProgram } from './git-program';

/** Nobody holds a lock on a reference for so long: who made it was killed. */
const LOCK_SECONDS = 10;

/** The folder of a bare repository of our own, and of what is made beside it; several processes may use it at once. */
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
    return mkdtempSync(join(this.folder, `${kind}-${process.pid}-`));
  }

  /** Takes locks away that a killed process left. */
  public forgetLocks(): void {
    for (const folder of ['', 'refs/mlops']) {
      const path = join(this.repository, folder);
      for (const name of existsSync(path) ? readdirSync(path) : []) {
        const made = name.endsWith('.lock')
          ? statSync(join(path, name), { throwIfNoEntry: false })?.mtimeMs
          : undefined;
        if (made !== undefined && Date.now() - made > LOCK_SECONDS * 1000) {
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
      const [, pid] = /^(?:tree|index|new)-(\d+)-/.exec(name) ?? [];
      if (pid !== undefined && !(Number(pid) !== process.pid && isAlive(Number(pid)))) {
        rmSync(join(this.folder, name), { recursive: true, force: true });
      }
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
