import type { PersistentVolumeClaim, Volume } from 'kubernetes-types/core/v1';
import { isObjectName, OBJECT_NAME_RULE } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { checkedQuantity } from '../core/resources';
import { KubeObject } from './kube-object';
import type { Workload } from './workload';

/** Room for what a model downloads when it loads: weights, tokenizers, compiled kernels. */
export interface ModelCache {
  /** How much of it lies on the node's own disk, where it counts as the pod's. */
  readonly disk?: string;
  /** Mounts it and tells the libraries where it is. */
  connect(workload: Workload): void;
}

export interface VolumeCacheProps {
  /** Size of the volume, such as `100Gi`. */
  readonly size: string;
  /**
   * Storage class whose volumes several nodes can write to.
   *
   * @default - the cluster's default
   */
  readonly storageClass?: string;
}

const DIRECTORY = '/var/cache/models';

export const ModelCache = {
  /** Where pods find the cache. */
  DIRECTORY,

  /**
   * A part of the node's disk for each pod, empty when the pod starts. What `mlflow models serve` downloads goes there
   * too.
   *
   * @param size most that may be written, such as `20Gi`
   */
  perPod(size: string): ModelCache {
    checkedQuantity('ModelCache.perPod', 'size', size);
    return {
      disk: size,
      connect(workload) {
        mount(workload, { name: 'cache', emptyDir: { sizeLimit: size } });
        // Only here: what one pod leaves in its temporary folder would fill a volume that outlives it.
        workload.addEnvironment({ name: 'TMPDIR', value: DIRECTORY });
      },
    };
  },

  /** A volume that all pods of the API share and that outlives them: the second pod finds what the first has fetched. */
  volume(props: VolumeCacheProps): ModelCache {
    checkedQuantity('ModelCache.volume', 'size', props.size);
    return {
      connect(workload) {
        const name = `${workload.name}-cache`;
        new KubeObject<PersistentVolumeClaim>(workload, 'cache', {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name, labels: workload.labels },
          spec: {
            // A rollout has an old and a new pod at once, perhaps on two nodes.
            accessModes: ['ReadWriteMany'],
            storageClassName: props.storageClass,
            resources: { requests: { storage: props.size } },
          },
        });
        mount(workload, { name: 'cache', persistentVolumeClaim: { claimName: name } });
      },
    };
  },

  /**
   * A volume that exists, with access mode ReadWriteMany. Models that share one can change what the others load.
   *
   * @param claimName name of a PersistentVolumeClaim of the namespace
   * @throws PlatformError if no claim can have that name
   */
  existing(claimName: string): ModelCache {
    if (!isObjectName(claimName)) {
      throw new PlatformError(
        'ModelCache.existing',
        `"${claimName}" cannot name a PersistentVolumeClaim`,
        `use ${OBJECT_NAME_RULE}`,
      );
    }
    return { connect: workload => mount(workload, { name: 'cache', persistentVolumeClaim: { claimName } }) };
  },
};

/**
 * @see https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
function mount(workload: Workload, volume: Volume): void {
  workload.addVolume(volume, { mountPath: DIRECTORY });
  workload.addEnvironment(
    { name: 'HF_HOME', value: `${DIRECTORY}/huggingface` },
    { name: 'XDG_CACHE_HOME', value: DIRECTORY },
  );
}
