import type { VolumeMount } from 'kubernetes-types/core/v1';
import { modelUri, type ModelVersion } from '../core/model-version';
import type { MlflowServer } from './mlflow-server';
import type { Bucket } from './object-store';
import type { Workload } from './workload';

/** Where the pods of a ModelApi get the model from. */
export interface ModelSource {
  /**
   * Opens paths, mounts credentials and volumes.
   *
   * @returns the model's URI or path, as `MODEL_URI` and `mlflow models serve` take it
   */
  connect(workload: Workload, model: ModelVersion): string;
}

const DIRECTORY = '/opt/model';

/** Path of a version below a bucket or volume, unless stated. */
const pathOf = (model: ModelVersion): string => `${model.name}/${model.version}`;

export const ModelSource = {
  /** A registry: the pods ask MLflow for the version and load it through MLflow's artifact proxy. */
  registry(mlflow: MlflowServer): ModelSource {
    return {
      connect(workload, model) {
        mlflow.grantRead(workload);
        workload.allowTo(mlflow.workload);
        return modelUri(model);
      },
    };
  },

  /**
   * An object store, without a registry.
   *
   * @param path where in the bucket the model is; by default `<name>/<version>`
   */
  objectStore(bucket: Bucket, path?: string): ModelSource {
    return {
      connect(workload, model) {
        bucket.grantRead(workload);
        workload.allowTo(bucket.store);
        return `${bucket.uri}/${path ?? pathOf(model)}`;
      },
    };
  },

  /**
   * A volume that already holds the model; pods mount it read-only.
   *
   * @param claimName name of a PersistentVolumeClaim of the namespace
   * @param path where on the volume the model is; by default `<name>/<version>`
   */
  volume(claimName: string, path?: string): ModelSource {
    return {
      connect(workload, model) {
        const mount: Omit<VolumeMount, 'name'> = { mountPath: DIRECTORY, readOnly: true };
        workload.addVolume({ name: 'model', persistentVolumeClaim: { claimName, readOnly: true } }, mount);
        return `${DIRECTORY}/${path ?? pathOf(model)}`;
      },
    };
  },

  /**
   * The image itself.
   *
   * @param path where in the image the model is
   */
  image(path = DIRECTORY): ModelSource {
    return { connect: () => path };
  },
};
