import { GitError } from '../git-repository';
import { plainText } from '../plain-text';
import type { GitProgram } from './git-program';

/** Longest file that is read. */
const MOST_BYTES = 4 * 1024 * 1024;
const KINDS: Readonly<Record<string, string>> = { '120000': 'a link', '160000': 'a submodule', '040000': 'a folder' };
const PLAIN = ['100644', '100755'];

interface Entry {
  readonly mode: string;
  readonly object: string;
  readonly size: number;
  readonly path: string;
}

/** A name of a commit that can be nothing else. */
export function oid(text: string): string {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) {
    throw new GitError('local', `"${plainText(text)}" is no commit`);
  }
  return text;
}

/**
 * The plain files of a commit at these paths and below them.
 *
 * @throws GitError if there is anything else
 */
export async function plainFiles(git: GitProgram, commit: string, paths: readonly string[]): Promise<Entry[]> {
  const found = await list(git, ['-r', '-l', '-z', '--full-tree', oid(commit), '--', ...paths]);
  for (const { mode, path, size } of found) {
    if (!PLAIN.includes(mode)) {
      throw new GitError(
        'odd',
        `${plainText(path)} is no plain file but ${KINDS[mode] ?? mode}: replace it by the file`,
      );
    }
    if (size > MOST_BYTES) {
      throw new GitError('odd', `${plainText(path)} has ${size} bytes, and ${MOST_BYTES} are read at most`);
    }
  }
  return found;
}

/** The texts of objects by their names, in one process; undefined for what is not there, or is no file. */
export async function textsOf(git: GitProgram, names: readonly string[]): Promise<(string | undefined)[]> {
  if (names.length === 0) {
    return [];
  }
  const batch = await git.run(['cat-file', '--batch'], { input: names.map(name => `${name}\n`).join('') });
  let at = 0;
  return names.map(() => {
    const end = batch.indexOf('\n', at);
    const [, kind, size] = /^[0-9a-f]+ ([a-z]+) (\d+)$/.exec(batch.subarray(at, end).toString('latin1')) ?? [];
    const start = end + 1;
    at = size === undefined ? start : start + Number(size) + 1;
    return kind === 'blob' ? batch.subarray(start, at - 1).toString('utf8') : undefined;
  });
}

/**
 * A link or a submodule on the way to a file would lead somewhere else.
 *
 * @throws GitError if one of these paths is no plain file, or leads through anything but folders
 */
export async function refuseOdd(git: GitProgram, commit: string, paths: readonly string[]): Promise<void> {
  const prefixes = paths.flatMap(path => path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/')));
  const wanted = [...new Set(prefixes)];
  for (const { mode, path } of await list(git, ['-t', '-l', '-z', '--full-tree', oid(commit), '--', ...wanted])) {
    const expected = paths.includes(path) ? PLAIN : ['040000', ...(wanted.includes(path) ? [] : [mode])];
    if (!expected.includes(mode)) {
      throw new GitError('odd', `${plainText(path)} is ${KINDS[mode] ?? mode}, which is not written to`);
    }
  }
}

async function list(git: GitProgram, args: readonly string[]): Promise<Entry[]> {
  const listed = await git.run(['ls-tree', ...args]);
  return listed
    .toString('utf8')
    .split('\0')
    .filter(line => line !== '')
    .map(line => {
      const [, mode, object, size, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line)!;
      return { mode: mode!, object: object!, size: Number(size), path: path! };
    });
}
