import { isModelDigest, MODEL_DIGEST_RULE } from './model-digest';
import { readSignature, type ModelSignature } from './model-signature';

/**
 * One version of a registered model: what a pin names and a ModelApi serves.
 *
 * @see https://mlflow.org/docs/latest/ml/model-registry/
 */
export interface ModelVersion {
  /** Name of the registered model. */
  readonly name: string;
  /** Number of the version, 1 or greater. Always a number, never an alias: an alias moves, a pin does not. */
  readonly version: number;
  /**
   * Digest of the model's files, `sha256:…`, as `mlops digest <folder>` prints it. No pod serves other files.
   *
   * @default - the files are not checked
   */
  readonly digest?: string;
}

/** What an API serves: a version, and others beside it. */
export interface ServedModel extends ModelVersion {
  /**
   * A version that answers a part of the requests.
   *
   * @default - none
   */
  readonly canary?: Omit<ModelVersion, 'name'> & {
    /** Its part of the requests, from 1 to 99. */
    readonly percent: number;
  };
  /**
   * A version that gets a copy of every request, and whose answers nobody gets.
   *
   * @default - none
   */
  readonly shadow?: Omit<ModelVersion, 'name'>;
  /**
   * What the model takes and returns, as MLflow's file `MLmodel` has it.
   *
   * @default - unknown, and no OpenAPI document is written
   */
  readonly signature?: ModelSignature;
}

/** What is wrong with a model, below which of its keys. */
export interface ModelMistake {
  readonly path: readonly string[];
  readonly problem: string;
  readonly remedy: string;
}

/** What is wrong between the versions of a model, with their digests and with its signature. */
export function modelMistakes(model: ServedModel): ModelMistake[] {
  const { canary, shadow, signature } = model;
  const beside = Object.entries({ canary, shadow }).filter(([, version]) => version?.version === model.version);
  const digests = Object.entries({ stable: model, canary, shadow }).filter(
    ([, version]) => version?.digest !== undefined && !isModelDigest(version.digest),
  );
  return [
    ...beside.map(([kind]) => ({
      path: [kind, 'version'],
      problem: `the ${kind} of model "${model.name}" has version ${model.version}, which it is compared with`,
      remedy: `name another version, or remove the ${kind}`,
    })),
    ...(canary && !isPercent(canary.percent)
      ? [
          {
            path: ['canary', 'percent'],
            problem: `the percent of the canary of model "${model.name}" must be a whole number from 1 to 99, got ${canary.percent}`,
            remedy: 'write a part such as 5; at 100 the canary is the version, so change version and remove canary',
          },
        ]
      : []),
    ...digests.map(([kind, version]) => ({
      path: kind === 'stable' ? ['digest'] : [kind, 'digest'],
      problem: `the digest of version ${version!.version} of model "${model.name}" is no digest, got "${version!.digest}"`,
      remedy: `use ${MODEL_DIGEST_RULE}`,
    })),
    ...(signature ? signatureMistakes(signature) : []),
  ];
}

function signatureMistakes(signature: ModelSignature): ModelMistake[] {
  const read = readSignature(signature);
  return typeof read === 'string'
    ? [
        {
          path: ['signature'],
          problem: `the signature cannot be read: ${read}`,
          remedy: "copy what stands below signature in the model's file MLmodel",
        },
      ]
    : [];
}

const isPercent = (percent: number): boolean => Number.isInteger(percent) && percent >= 1 && percent <= 99;

/** How MLflow's clients address the version, for example `models:/churn/7`. */
export function modelUri(model: ModelVersion): string {
  return `models:/${model.name}/${model.version}`;
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

/** Whether the name can stand in a URI, a file and an annotation without being changed. */
export function isModelName(name: string): boolean {
  return NAME.test(name);
}
