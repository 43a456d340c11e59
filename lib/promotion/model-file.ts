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
  /** Flavors that may be loaded by running what lies in the model's files. */
  readonly pickles: readonly string[];
}

/** Flavors whose files are data that a library reads. */
const DATA_FLAVORS = ['catboost', 'lightgbm', 'onnx', 'xgboost'];
/** What makes any flavor run code of the model's own. */
const CODE_KEYS = ['code', 'model_code_path', 'trust_remote_code', 'cloudpickle_version'];

const part = z.string().nullish();
type Flavor = Readonly<Record<string, unknown>>;
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
    pickles: Object.entries(flavors).flatMap(([name, flavor]) => (isData(name, flavor ?? {}, flavors) ? [] : [name])),
  };
}

/**
 * Whether loading a flavor runs no code from its files, as far as is known: what is not known to be data counts as code.
 *
 * @see https://mlflow.org/docs/latest/ml/model/models-from-code/
 */
function isData(name: string, flavor: Flavor, flavors: Readonly<Record<string, unknown>>): boolean {
  if (CODE_KEYS.some(key => ![undefined, null, false].includes(flavor[key] as null))) {
    return false;
  }
  if (
    Object.values(flavor).some(value => typeof value === 'string' && /\.(?:pkl|pickle|cpkl|joblib|dill)$/.test(value))
  ) {
    return false;
  }
  if (name === 'python_function') {
    const loader = /^mlflow\.(\w+)$/.exec(String(flavor['loader_module']))?.[1] ?? '';
    // What such a loader reads, the flavor of its name tells.
    return Object.hasOwn(flavors, loader) && [...DATA_FLAVORS, 'sklearn'].includes(loader);
  }
  const trusted = flavor['skops_trusted_types'] ?? [];
  return name === 'sklearn'
    ? flavor['serialization_format'] === 'skops' && Array.isArray(trusted) && trusted.length === 0
    : DATA_FLAVORS.includes(name);
}
