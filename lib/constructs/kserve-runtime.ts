import type { Construct } from 'constructs';
import { isObjectName, OBJECT_NAME_RULE } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import type { SecretKeys } from '../core/secret-keys';
import type { ModelRuntime } from './model-runtime';
import type { ModelSource } from './model-source';
import type { SecretSource } from './secret-source';

/** A serving runtime that the cluster has. KServe fetches the model's files and starts it on them. */
export interface KserveRuntime {
  /** Name of the ServingRuntime or ClusterServingRuntime, such as `kserve-mlserver`. Which image it runs is its own. */
  readonly servingRuntime: string;
  /** Format of the model, as the runtime calls it: `mlflow`, `sklearn`, `onnx`. */
  readonly format: string;
  readonly protocol: 'v1' | 'v2';
  readonly port: number;
  readonly credentials?: SecretSource;
}

export interface KserveRuntimeProps {
  /**
   * Name of the ServingRuntime or ClusterServingRuntime.
   *
   * @default kserve-mlserver
   */
  readonly servingRuntime?: string;
  /**
   * Format of the model.
   *
   * @default mlflow
   */
  readonly format?: string;
  /**
   * Version of KServe's protocol that the runtime speaks.
   *
   * @default v2
   */
  readonly protocol?: 'v1' | 'v2';
  /**
   * Port that the runtime listens on.
   *
   * @default 8080
   */
  readonly port?: number;
  /**
   * Credentials with which KServe fetches the model: a Secret with the keys `AWS_ACCESS_KEY_ID` and
   * `AWS_SECRET_ACCESS_KEY`, and the store's address in its annotations. KServe gives them to its init container as
   * variables.
   *
   * @default - none: the store is open, or a role of the cloud gives access
   * @see https://kserve.github.io/website/docs/model-serving/storage/providers/s3
   */
  readonly credentials?: SecretSource;
}

const FETCH_KEYS: SecretKeys = {
  AWS_ACCESS_KEY_ID: { how: 'the access key that the object store gave out', example: '<access key>' },
  AWS_SECRET_ACCESS_KEY: { how: 'the secret key that belongs to it', example: '<secret key>' },
};
const FETCHED = /^(s3|gs|https?|hf|pvc|abfss?|oci):\/\//;

export const KserveRuntime = {
  /**
   * A serving runtime of the cluster.
   *
   * @throws PlatformError if nothing can have that name
   */
  named(props: KserveRuntimeProps = {}): KserveRuntime {
    const { servingRuntime = 'kserve-mlserver', format = 'mlflow', protocol = 'v2', port = 8080, credentials } = props;
    if (!isObjectName(servingRuntime)) {
      throw new PlatformError(
        'KserveRuntime.named',
        `"${servingRuntime}" cannot name a ServingRuntime`,
        `use ${OBJECT_NAME_RULE}`,
      );
    }
    return { servingRuntime, format, protocol, port, credentials };
  },
};

/** The runtime as far as the pods that we describe are concerned. */
export function asModelRuntime(runtime: ModelRuntime | KserveRuntime): ModelRuntime {
  return 'servingRuntime' in runtime
    ? {
        image: `of serving runtime ${runtime.servingRuntime}`,
        port: runtime.port,
        probes: { readiness: '/', liveness: '/' },
        environment: [],
        args: () => undefined,
      }
    : runtime;
}

/** Where the pods get the model from: a serving runtime finds it on its disk, where KServe has put it. */
export function fetchedSource(
  runtime: ModelRuntime | KserveRuntime,
  source: ModelSource | undefined,
): ModelSource | undefined {
  return source && 'servingRuntime' in runtime
    ? { connect: (workload, model) => source.locate?.(workload, model) ?? source.connect(workload, model) }
    : source;
}

/**
 * The annotations by which KServe finds the credentials for the model's files.
 *
 * @throws PlatformError if KServe cannot fetch the model from where it is
 */
export function connectStorage(
  where: Construct,
  runtime: ModelRuntime | KserveRuntime,
  uri: string,
): Readonly<Record<string, string>> {
  if (!('servingRuntime' in runtime)) {
    return {};
  }
  if (!FETCHED.test(uri)) {
    throw new PlatformError(
      where,
      `KServe cannot fetch the model from "${uri}"`,
      'use ModelSource.objectStore(), or a runtime with an image of its own',
    );
  }
  runtime.credentials?.mustHave?.(where, FETCH_KEYS);
  return runtime.credentials ? { 'serving.kserve.io/storageSecretName': runtime.credentials.name } : {};
}
