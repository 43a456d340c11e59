import { GitError, LONGEST_FILE, type PastText } from '../git-repository';
import { plainText } from '../plain-text';
import type { GitProgram } from './git-program';

/** Bytes of texts that are read at once, unless one has more. */
const MOST_AT_ONCE = 1024 * 1024;
const KINDS: Readonly<Record<string, string>> = { '120000': 'a link', '160000': 'a submodule', '040000': 'a folder' };
const PLAIN = ['100644', '100755'];

/** A content that a file has or had. */
interface Blob {
  readonly object: string;
  readonly size: number;
}

interface Entry extends Blob {
  readonly mode: string;
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
    if (size > LONGEST_FILE) {
      throw new GitError('odd', `${plainText(path)} has ${size} bytes, and ${LONGEST_FILE} are read at most`);
    }
  }
  return found;
}

/** The contents that names such as `<commit>:<path>` stand for; undefined for what is not there, or is no file. */
export async function blobsOf(git: GitProgram, names: readonly string[]): Promise<(Blob | undefined)[]> {
  if (names.length === 0) {
    return [];
  }
  const said = await git.run(['cat-file', '--batch-check'], { input: names.map(name => `${name}\n`).join('') });
  const lines = said.toString('utf8').split('\n');
  return names.map((_, index) => {
    const [, object, size] = /^([0-9a-f]+) blob (\d+)$/.exec(lines[index]!) ?? [];
    return object === undefined ? undefined : { object, size: Number(size) };
  });
}

/** Their texts, in their order: read as they are asked for, a few at a time, for all of them may be more than fits. */
export async function* textsOf(git: GitProgram, blobs: readonly (Blob | undefined)[]): AsyncGenerator<PastText> {
  let some: (Blob | undefined)[] = [];
  let bytes = 0;
  for (const blob of blobs) {
    const more = blob && isReadable(blob) ? blob.size : 0;
    if (some.length > 0 && bytes + more > MOST_AT_ONCE) {
      yield* await readAtOnce(git, some);
      [some, bytes] = [[], 0];
    }
    some.push(blob);
    bytes += more;
  }
  yield* await readAtOnce(git, some);
}

async function readAtOnce(git: GitProgram, blobs: readonly (Blob | undefined)[]): Promise<PastText[]> {
  const readable = blobs.filter(blob => blob !== undefined && isReadable(blob));
  const input = readable.map(blob => `${blob!.object}\n`).join('');
  const batch = readable.length === 0 ? Buffer.alloc(0) : await git.run(['cat-file', '--batch'], { input });
  let at = 0;
  return blobs.map(blob => {
    if (blob === undefined || !isReadable(blob)) {
      return blob?.size;
    }
    const start = batch.indexOf('\n', at) + 1;
    at = start + blob.size + 1;
    return batch.subarray(start, at - 1).toString('utf8');
  });
}

const isReadable = ({ size }: Blob): boolean => size <= LONGEST_FILE;

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
