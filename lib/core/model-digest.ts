import { createHash } from 'node:crypto';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Whether the text is the digest of a model's files. */
export const isModelDigest = (text: string): boolean => DIGEST.test(text);

/** What a digest looks like, in words that fit behind "use". */
export const MODEL_DIGEST_RULE =
  'what `mlops digest <folder>` prints: sha256: and 64 digits from 0 to f, in lower case';

/**
 * A file that MLflow adds to every model that it downloads from a registry. It says where the model came from, is no part
 * of it, and no program reads it.
 */
export const REGISTRY_NOTE = 'registered_model_meta';

/** A file of a model. */
export interface ModelFile {
  /** Its path below the model's folder, with "/". */
  readonly path: string;
  /** The SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * The digest of a model: the SHA-256 of a text with a line `<sha256>  <path>` for each file, the lines sorted by their
 * bytes. It is what `sha256sum` prints of what `sha256sum` and `LC_ALL=C sort` print of the files.
 */
export function modelDigest(files: readonly ModelFile[]): string {
  const lines = files.map(({ path, sha256 }) => Buffer.from(`${sha256}  ${path}\n`)).sort(Buffer.compare);
  return `sha256:${createHash('sha256').update(Buffer.concat(lines)).digest('hex')}`;
}
