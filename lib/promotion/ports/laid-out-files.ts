import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainLines } from '../../core/plain-lines';
import { GitError } from '../git-repository';
import { plainText } from '../plain-text';
import { oid } from './git-entries';
import type { GitProgram } from './git-program';

/** The files of a commit in a folder, for programs that need them there. Git's index is beside them, not in it. */
export class LaidOutFiles {
  private readonly tree: string;

  /**
   * @param folder an empty folder
   * @param nodeModules folder with the installed packages, which programs find
   */
  constructor(
    private readonly git: GitProgram,
    private readonly folder: string,
    nodeModules: string | undefined,
  ) {
    this.tree = join(folder, 'tree');
    mkdirSync(this.tree);
    if (nodeModules !== undefined) {
      symlinkSync(nodeModules, join(this.tree, 'node_modules'));
    }
  }

  /** Whether they are still there: another host may take them for rubbish. */
  public get isThere(): boolean {
    return existsSync(this.tree);
  }

  public async show(commit: string, changed: ReadonlyMap<string, Buffer>): Promise<string> {
    // The folder is this process' own: a lock in it is of a Git that was killed.
    rmSync(join(this.folder, 'index.lock'), { force: true });
    await this.git.run(['read-tree', '--reset', '-u', oid(commit)], this.call);
    await this.git.run(['clean', '-ffdxq', '--exclude=/node_modules'], this.call);
    changed.forEach((content, path) => {
      mkdirSync(dirname(join(this.tree, path)), { recursive: true });
      writeFileSync(join(this.tree, path), content);
    });
    return this.tree;
  }

  public async changed(): Promise<ReadonlyMap<string, Buffer | undefined>> {
    const listed = await this.git.run(['ls-files', '-z', '--modified', '--others', '--exclude-standard'], this.call);
    return new Map(
      [...new Set(listed.toString('utf8').split('\0'))]
        .filter(path => path !== '' && path !== 'node_modules')
        .sort()
        .map(path => [path, plainFile(join(this.tree, path), path)]),
    );
  }

  public async diff(): Promise<string> {
    await this.git.run(['add', '--intent-to-add', '--ignore-removal', '--', '.'], this.call);
    const diff = ['diff', '--no-color', '--no-ext-diff', '--no-textconv'];
    return plainLines((await this.git.run(diff, this.call)).toString('utf8'));
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get call() {
    return { cwd: this.tree, variables: { GIT_WORK_TREE: this.tree, GIT_INDEX_FILE: join(this.folder, 'index') } };
  }
}

function plainFile(file: string, path: string): Buffer | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) {
    throw new GitError('odd', `${plainText(path)} is no plain file`);
  }
  return stats && readFileSync(file);
}
