import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { LocalObjectReference } from 'kubernetes-types/core/v1';
import { PlatformError } from '../core/platform-error';
import type { SecretSource } from './secret-source';
import { WorkloadPolicy } from './workload-policy';

const METADATA = 'cdk8s-mlops/image-pull-secrets';

/**
 * Has every workload that the chart gets from now on use these Secrets for its images.
 *
 * @throws PlatformError if Kubernetes would not take credentials from one of them, or there is a workload already
 */
export function registerPullSecrets(scope: Construct, secrets: readonly SecretSource[]): void {
  if (secrets.length === 0) {
    return;
  }
  checkPullSecrets(scope, secrets);
  const { node } = Chart.of(scope);
  const early = node.findAll().find(construct => construct instanceof WorkloadPolicy);
  if (early !== undefined) {
    throw new PlatformError(
      scope,
      `imagePullSecrets come after ${early.node.scope!.node.path}, whose pods would lack them`,
      'declare the namespace before its workloads',
    );
  }
  node.addMetadata(METADATA, secrets);
}

/** @throws PlatformError if Kubernetes would not take credentials from one of the Secrets */
function checkPullSecrets(where: Construct, secrets: readonly SecretSource[]): void {
  const opaque = secrets.find(secret => Construct.isConstruct(secret) && secret.mustHave !== undefined);
  if (opaque !== undefined) {
    throw new PlatformError(
      where,
      `imagePullSecrets may not hold "${opaque.name}", which is made with the type Opaque: Kubernetes takes no credentials for images from that`,
      'make one by "kubectl create secret docker-registry", and name it: SecretSource.existing("registry")',
    );
  }
}

/**
 * Secrets with which pods get their images: their own, and those of their chart.
 *
 * @throws PlatformError if Kubernetes would not take credentials from one of them
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
 */
export function pullSecrets(scope: Construct, own: readonly SecretSource[] = []): LocalObjectReference[] | undefined {
  checkPullSecrets(scope, own);
  const shared = Chart.of(scope).node.metadata.filter(({ type }) => type === METADATA);
  const secrets: readonly SecretSource[] = [...own, ...shared.flatMap(({ data }) => data as readonly SecretSource[])];
  const names = new Set(secrets.map(({ name }) => name));
  return names.size > 0 ? [...names].map(name => ({ name })) : undefined;
}
