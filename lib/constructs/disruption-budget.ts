import type { Construct } from 'constructs';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { KubeObject } from './kube-object';
import type { Workload } from './workload';

/**
 * Lets the maintenance of nodes take one pod of the workload at a time, and always one that does not work.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
 */
export function defineDisruptionBudget(scope: Construct, workload: Workload): KubeObject<PodDisruptionBudget> {
  return new KubeObject<PodDisruptionBudget>(scope, 'disruption-budget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: workload.name, labels: workload.labels },
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: workload.selector },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}
