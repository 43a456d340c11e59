import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { readSignature, type ModelSignature } from '../core/model-signature';

/** Name of the file that says what a model is. */
export const MODEL_FILE = 'MLmodel';
/** Largest such file that is read. */
export const MODEL_FILE_BYTES = 4 * 1024 * 1024;

/** What the file `MLmodel` of a version says. */
export interface ModelFile {
  /** SHA-256 of its bytes, `sha256:…`. */
  readonly digest: string;
  /** What the model takes and returns; undefined if it does not say so in words that we know. */
  readonly signature?: ModelSignature;
  /** Flavors that are loaded by running what lies in the model's files. */
  readonly pickles: readonly string[];
}

const part = z.string().nullish();
const shape = z.looseObject({
  flavors: z.record(z.string(), z.record(z.string(), z.unknown()).nullable()),
  signature: z.object({ inputs: part, outputs: part, params: part }).nullish(),
});

/** Reads `MLmodel`; a text says what is wrong with it. */
export function parseModelFile(text: string): ModelFile | string {
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
  if (document.errors.length > 0) {
    return `${MODEL_FILE} is not readable as YAML`;
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 10 });
  } catch {
    return `${MODEL_FILE} repeats too much of itself`;
  }
  const parsed = shape.safeParse(content);
  if (!parsed.success) {
    return `${MODEL_FILE} names no flavors`;
  }
  const { flavors, signature } = parsed.data;
  const known = signature && typeof readSignature(signature) !== 'string' ? signature : undefined;
  return {
    digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
    ...(known && { signature: known }),
    pickles: Object.entries(flavors).flatMap(([name, flavor]) => (isPickled(flavor ?? {}) ? [name] : [])),
  };
}

/**
 * Whether loading a flavor runs code from its files.
 *
 * @see https://mlflow.org/docs/latest/ml/model/models-from-code/
 */
function isPickled(flavor: Readonly<Record<string, unknown>>): boolean {
  const trusted = flavor['skops_trusted_types'];
  return (
    flavor['cloudpickle_version'] !== undefined ||
    /pickle/.test(String(flavor['serialization_format'] ?? '')) ||
    (Array.isArray(trusted) && trusted.length > 0) ||
    Object.values(flavor).some(value => typeof value === 'string' && /\.(?:pkl|pickle|cpkl|joblib|dill)$/.test(value))
  );
}
