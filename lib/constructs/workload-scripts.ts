import type { ConfigMap } from 'kubernetes-types/core/v1';
import { SyncWave } from '../core/sync-wave';
import { KubeObject } from './kube-object';
import type { Workload } from './workload';

/** Where the pods of a workload find its scripts. */
export const SCRIPTS = '/opt/mlops';

/**
 * Mounts small programs of ours in a workload's pods, from a ConfigMap with the workload's name: so they fit whatever
 * image the user chose.
 *
 * @param files text by file name
 */
export function mountScripts(workload: Workload, files: Readonly<Record<string, string>>): KubeObject<ConfigMap> {
  workload.addVolume({ name: 'scripts', configMap: { name: workload.name } }, { mountPath: SCRIPTS, readOnly: true });
  return new KubeObject<ConfigMap>(workload, 'scripts', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: workload.name,
      namespace: workload.namespace,
      labels: workload.labels,
      annotations: SyncWave.GUARDS,
    },
    data: files,
  });
}
