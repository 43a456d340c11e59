import { isMap, isScalar, LineCounter, parseDocument, type Pair } from 'yaml';
import { parseImage } from './container-image';
import { PlatformError, PlatformErrors } from './platform-error';

/** The digest of one image in a lock file. */
export interface LockedImage {
  readonly digest: string;
  readonly line: number;
}

/** What a lock file holds: digests by image, each written with its registry and tag. */
export interface ImageLock {
  readonly file: string;
  readonly images: ReadonlyMap<string, LockedImage>;
}

const HUB = 'docker.io';
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const EXAMPLE = 'write\n  images:\n    registry.example.com/ml/serving:3.17.2: sha256:<64 digits>';

/**
 * Reads a lock file.
 *
 * @param text the file's content; an empty file locks nothing
 * @param file its name, for messages
 * @throws PlatformErrors with file and line of every mistake
 */
export function parseImageLock(text: string, file: string): ImageLock {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const lineAt = (position: number) => lines.linePos(position).line;
  const mistake = (line: number, problem: string, remedy = EXAMPLE) =>
    new PlatformError(`${file}:${line}`, problem, remedy);
  refuse(
    document.errors.map(({ message, pos }) =>
      mistake(lineAt(pos[0]), `not readable as YAML: ${message}`, 'mend the line'),
    ),
  );

  const content = (document.toJS() ?? {}) as object;
  if (typeof content !== 'object' || Object.keys(content).some(key => key !== 'images')) {
    throw new PlatformErrors([mistake(1, 'the file must be a map with the key images alone')]);
  }
  const list = isMap(document.contents) ? document.contents.get('images', true) : undefined;
  if (!isMap(list)) {
    refuse(list && document.toJS().images !== null ? [mistake(1, 'images must be a map from images to digests')] : []);
    return { file, images: new Map() };
  }

  const images = new Map<string, LockedImage>();
  refuse(
    (list.items as Pair[]).flatMap(({ key, value }) => {
      const [name, line] = isScalar(key) ? [`${key.value}`, lineAt(key.range![0])] : ['', 1];
      const digest = isScalar(value) ? value.value : undefined;
      const image = parseImage(name);
      const full = lockName(name);
      if (full === undefined || image?.digest !== undefined) {
        return [mistake(line, `"${name}" is no image with a tag and without a digest`)];
      }
      if (typeof digest !== 'string' || !DIGEST.test(digest)) {
        const given = JSON.stringify(digest) ?? 'something else';
        return [mistake(line, `the digest of "${name}" must be sha256: and 64 digits, got ${given}`)];
      }
      if (images.has(full)) {
        return [mistake(line, `"${name}" is the image of another line`, 'keep one of them')];
      }
      images.set(full, { digest, line });
      return [];
    }),
  );
  return { file, images };
}

function refuse(mistakes: readonly PlatformError[]): void {
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
}

/** The name under which a lock file holds the image; undefined if it is none. */
export function lockName(reference: string): string | undefined {
  const image = parseImage(reference);
  return image?.tag === undefined ? undefined : `${fullRepository(image.repository)}:${image.tag}`;
}

/** The repository with its registry, which Docker Hub's short names leave out. */
export function fullRepository(repository: string): string {
  const [first, ...rest] = repository.split('/');
  if (rest.length > 0 && isRegistryHost(first!)) {
    return first === HUB && rest.length === 1 ? `${HUB}/library/${rest[0]}` : repository;
  }
  return `${HUB}/${rest.length > 0 ? '' : 'library/'}${repository}`;
}

/** @see https://github.com/distribution/reference/blob/main/normalize.go */
export const isRegistryHost = (text: string): boolean => /[.:]/.test(text) || text === 'localhost';
