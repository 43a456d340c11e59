import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError, PlatformErrors } from '../core/platform-error';
import type { SourcedObject } from '../isolation/cluster';
import { readManifest } from '../isolation/manifest';

/** What stands for the standard input. */
const STDIN = '-';
const MANIFEST = /\.(ya?ml|json)$/i;

/**
 * Reads the objects of files, of all manifests in folders, and of the standard input.
 *
 * @throws PlatformErrors with everything that cannot be read
 */
export function readManifests(paths: readonly string[]): SourcedObject[] {
  const read = paths.flatMap(filesOf).map(file => readManifest(file === STDIN ? 'stdin' : file, textOf(file)));
  const mistakes = read.flatMap(one => one.mistakes);
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
  const objects = read.flatMap(one => one.objects);
  if (objects.length === 0) {
    throw new PlatformError(paths.join(', '), 'there is no Kubernetes object', 'name files or folders of manifests');
  }
  return objects;
}

/** A file that is named is read, whatever its name; in folders, hidden files and those of other kinds are not. */
function filesOf(path: string): string[] {
  if (path === STDIN) {
    return [STDIN];
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new PlatformError(path, 'there is no such file or folder', 'name one with manifests');
  }
  if (!stats.isDirectory()) {
    return [path];
  }
  const files = filesIn(path, new Set());
  if (files.length === 0) {
    throw new PlatformError(path, 'no file in the folder ends in .yaml, .yml or .json', 'name one with manifests');
  }
  return files;
}

/** @param seen folders that were read: links may lead back to them */
function filesIn(folder: string, seen: Set<string>): string[] {
  const real = realpathSync(folder);
  if (seen.has(real)) {
    return [];
  }
  seen.add(real);
  return readdirSync(folder)
    .filter(name => !name.startsWith('.') && name !== 'node_modules')
    .sort()
    .flatMap(name => {
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isDirectory()) {
        return filesIn(path, seen);
      }
      return MANIFEST.test(name) ? [path] : [];
    });
}

function textOf(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file === STDIN ? 0 : file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'the file is no text in UTF-8' : message;
    throw new PlatformError(file, why, 'name files that can be read, with manifests as text');
  }
}
