import type { Construct } from 'constructs';
import type { Affinity, PodSpec, Toleration } from 'kubernetes-types/core/v1';
import { isObjectName } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';

/** On which nodes pods may run, and which pods give way to which. */
export interface Placement {
  /**
   * Labels that a node must have.
   *
   * @default - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Taints of nodes that the pods put up with; each names its key.
   *
   * @default - none
   */
  readonly tolerations?: readonly Toleration[];
  /**
   * Which nodes and which neighbours are preferred or required.
   *
   * @default - rather not on a node that has one of these pods already
   */
  readonly affinity?: Affinity;
  /**
   * Name of a PriorityClass of the cluster.
   *
   * @default - the cluster's default
   */
  readonly priorityClass?: string;
}

/** Each pod on a node of its own, as far as there are any. */
export function apart(selector: Record<string, string>): Affinity {
  const podAffinityTerm = { labelSelector: { matchLabels: selector }, topologyKey: 'kubernetes.io/hostname' };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

/**
 * The part of a pod that says where it runs.
 *
 * @throws PlatformError if the pods would put up with every node, or push the cluster's own pods aside
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/
 */
export function placed(where: Construct, placement: Placement = {}): PodSpec | undefined {
  const { nodeSelector, tolerations = [], affinity, priorityClass } = placement;
  if (tolerations.some(({ key }) => key === undefined || key === '')) {
    throw new PlatformError(
      where,
      'a toleration without a key puts up with every taint, also with those of control-plane and failing nodes',
      'name the key of the taint',
    );
  }
  if (priorityClass !== undefined && (!isObjectName(priorityClass) || priorityClass.startsWith('system-'))) {
    throw new PlatformError(
      where,
      priorityClass.startsWith('system-')
        ? `the priority class "${priorityClass}" is for the cluster's own pods`
        : `"${priorityClass}" cannot name a PriorityClass`,
      'name a PriorityClass that the cluster has for its users',
    );
  }
  return {
    nodeSelector: nodeSelector && { ...nodeSelector },
    tolerations: tolerations.length > 0 ? [...tolerations] : undefined,
    affinity,
    priorityClassName: priorityClass,
  } as PodSpec;
}
