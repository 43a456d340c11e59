import type { DeploymentStatus } from '../promotion/deployment-status';
import { ArgoCd } from '../promotion/ports/argo-cd';
import { kubernetesReader, type KubernetesReader } from '../promotion/ports/kubernetes';
import { KubernetesDeployments } from '../promotion/ports/kubernetes-deployments';

/** Who is asked what is deployed. */
export interface DeploymentStatusOptions {
  /** The namespace of Argo CD's applications. */
  readonly argocd?: string;
  /** Whether the cluster is asked, by the Deployments that the rules name. */
  readonly deployments?: boolean;
}

/** Who knows what is deployed; undefined if nobody is asked. */
export function deploymentStatus(
  { argocd, deployments }: DeploymentStatusOptions,
  read = kubernetesReader(),
): DeploymentStatus | undefined {
  if (argocd !== undefined) {
    return new ArgoCd(read, argocd);
  }
  return deployments ? new KubernetesDeployments(read) : undefined;
}

/** Reads each object once: models of a unit have one application. */
export function readOnce(read = kubernetesReader()): KubernetesReader {
  const known = new Map<string, Promise<unknown>>();
  return path => {
    const found = known.get(path) ?? read(path);
    known.set(path, found);
    return found;
  };
}
