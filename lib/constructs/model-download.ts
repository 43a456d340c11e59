import type { Container } from 'kubernetes-types/core/v1';
import type { ModelVersion } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import type { Resources } from '../core/resources';
import type { ModelRuntime } from './model-runtime';
import type { ModelSource } from './model-source';
import { FETCH_MODEL } from './scripts/fetch-model';
import type { Workload } from './workload';

const FOLDER = '/opt/checked-model';

/** A model that was fetched before its pods start, because its pin says which files it has. */
export interface ModelDownload {
  /** Where containers find the model. */
  readonly uri: string;
  /** Fetches and checks it; the pod does not start if it fails. */
  readonly container: Container;
  /** The same container with the model's files, which it can read and not change. */
  mountIn(container: Container): Container;
}

export interface ModelDownloadProps {
  readonly model: ModelVersion;
  readonly source: ModelSource;
  readonly runtime: ModelRuntime;
  /** What the source returned. */
  readonly uri: string;
  readonly resources: Required<Resources>;
}

/**
 * Has the pods of a workload fetch their model in an init container that checks its digest.
 *
 * @returns undefined if the model has no digest
 * @throws PlatformError if nothing can fetch it
 */
export function modelDownload(workload: Workload, props: ModelDownloadProps): ModelDownload | undefined {
  const { model, source, runtime, uri, resources } = props;
  if (model.digest === undefined) {
    return undefined;
  }
  if (source.inImage) {
    throw new PlatformError(
      workload,
      `the model "${model.name}" is part of the image, whose files no digest of a model can hold`,
      "pin the image by its own digest, and remove the model's from the pin",
    );
  }
  if (runtime.downloader === undefined) {
    throw new PlatformError(
      workload,
      `nothing can fetch the model "${model.name}" to check its digest`,
      "name an image with Python and MLflow: ModelRuntime.container({ downloader: 'registry.example.com/ml/serving:3.17.2', … })",
    );
  }
  const name = 'checked-model';
  workload.addVolume({ name, emptyDir: { sizeLimit: resources.limits['ephemeral-storage'] } });
  const fetching = workload.container({
    name: 'fetch-model',
    image: runtime.downloader,
    command: ['python3', '-c', FETCH_MODEL],
    args: [uri, FOLDER, model.digest],
    resources,
    // So that `kubectl describe pod` tells what is wrong.
    terminationMessagePolicy: 'FallbackToLogsOnError',
  });
  const mountIn = (container: Container, readOnly?: true): Container => ({
    ...container,
    get volumeMounts() {
      return [...container.volumeMounts!, { name, mountPath: FOLDER, readOnly }];
    },
  });
  return {
    uri: `${FOLDER}/model`,
    container: mountIn(fetching),
    mountIn: container => mountIn(container, true),
  };
}
