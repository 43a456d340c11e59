import type { Construct } from 'constructs';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { checkCounts } from '../core/counts';
import { PlatformError } from '../core/platform-error';
import { KubeObject } from './kube-object';

/** Limits between which the number of pods follows the load. */
export interface Autoscaling {
  /**
   * Fewest pods.
   *
   * @default 2
   */
  readonly min?: number;
  /** Most pods. */
  readonly max: number;
  /**
   * CPU use, in percent of the request, at which pods are added.
   *
   * @default 70
   */
  readonly cpuPercent?: number;
}

/** @throws PlatformError if a number makes no sense */
export function checkAutoscaling(where: Construct, { min = 2, max, cpuPercent = 70 }: Autoscaling): void {
  checkCounts(where, {
    'autoscaling.min': min,
    'autoscaling.max': max,
    'autoscaling.cpuPercent': cpuPercent,
  });
  checkRange(where, 'autoscaling', min, max);
}

/** @throws PlatformError if there is no number between the two */
export function checkRange(where: Construct, name: string, min: number, max: number): void {
  if (max < min) {
    throw new PlatformError(where, `${name}.max (${max}) is below ${name}.min (${min})`, 'raise max or lower min');
  }
}

/**
 * Kubernetes' own autoscaler for the Deployment that has the name of the metadata.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
 */
export function defineAutoscaler(
  scope: Construct,
  metadata: ObjectMeta,
  { min = 2, max, cpuPercent = 70 }: Autoscaling,
): KubeObject<HorizontalPodAutoscaler> {
  return new KubeObject<HorizontalPodAutoscaler>(scope, 'autoscaler', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name! },
      minReplicas: min,
      maxReplicas: max,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
        },
      ],
    },
  });
}
