import type { VolumeMount } from 'kubernetes-types/core/v1';
import { isObjectName, OBJECT_NAME_RULE } from '../core/dns-label';
import { modelUri, type ModelVersion } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import type { ModelRegistry } from './mlflow-client';
import type { Bucket } from './object-store';
import type { Workload } from './workload';

/** Where the pods of a ModelApi get the model from. */
export interface ModelSource {
  /** Whether it is the image of the runtime, so that nothing is fetched; undefined if not. */
  readonly inImage?: boolean;
  /**
   * Opens paths, mounts credentials and volumes.
   *
   * @returns the model's URI or path, as `MODEL_URI` and `mlflow models serve` take it
   */
  connect(workload: Workload, model: ModelVersion): string;
  /**
   * The same for pods in which another program fetches the model, with credentials of its own: opens paths alone.
   *
   * @returns what `connect()` returns
   */
  locate?(workload: Workload, model: ModelVersion): string;
}

const DIRECTORY = '/opt/model';

/**
 * Path of a version below a bucket or volume: as stated, else `<name>/<version>`.
 *
 * @throws PlatformError if it leads out of there
 */
function pathOf(workload: Workload, model: ModelVersion, path = `${model.name}/${model.version}`): string {
  if (path.startsWith('/') || path.split('/').includes('..')) {
    throw new PlatformError(
      workload,
      `the model's path must lie in its bucket or volume, got "${path}"`,
      'write it without a leading "/" and without ".."',
    );
  }
  return path;
}

export const ModelSource = {
  /** A registry: the pods ask MLflow for the version and load it through MLflow's artifact proxy. */
  registry(mlflow: ModelRegistry): ModelSource {
    return {
      connect(workload, model) {
        mlflow.grantRead(workload);
        workload.allowTo(mlflow);
        return modelUri(model);
      },
    };
  },

  /**
   * An object store, without a registry.
   *
   * @param path where in the bucket the model is; by default `<name>/<version>`
   * @throws PlatformError if the path leads out of the bucket
   */
  objectStore(bucket: Bucket, path?: string): ModelSource {
    const locate = (workload: Workload, model: ModelVersion): string => {
      workload.allowTo(bucket.store);
      return `${bucket.uri}/${pathOf(workload, model, path)}`;
    };
    return {
      connect(workload, model) {
        bucket.grantRead(workload);
        return locate(workload, model);
      },
      locate,
    };
  },

  /**
   * A volume that already holds the model; pods mount it read-only.
   *
   * @param claimName name of a PersistentVolumeClaim of the namespace
   * @param path where on the volume the model is; by default `<name>/<version>`
   * @throws PlatformError if no claim can have that name, or the path leads out of the volume
   */
  volume(claimName: string, path?: string): ModelSource {
    if (!isObjectName(claimName)) {
      throw new PlatformError(
        'ModelSource.volume',
        `"${claimName}" cannot name a PersistentVolumeClaim`,
        `use ${OBJECT_NAME_RULE}`,
      );
    }
    return {
      connect(workload, model) {
        const mount: Omit<VolumeMount, 'name'> = { mountPath: DIRECTORY, readOnly: true };
        workload.addVolume({ name: 'model', persistentVolumeClaim: { claimName, readOnly: true } }, mount);
        return `${DIRECTORY}/${pathOf(workload, model, path)}`;
      },
    };
  },

  /**
   * The image itself.
   *
   * @param path where in the image the model is
   */
  image(path = DIRECTORY): ModelSource {
    return { inImage: true, connect: () => path };
  },
};
