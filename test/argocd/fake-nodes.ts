import type { PersistentVolume } from 'kubernetes-types/core/v1';
import type { Manifest } from '../../lib';
import type { Kubectl } from '../cluster/kubectl';

/** Gives fake nodes the disk that pods of the platform request. */
export async function addStorage(kubectl: Kubectl): Promise<void> {
  const { items } = await kubectl.get('nodes');
  const storage = { 'ephemeral-storage': '100Gi' };
  const patch = JSON.stringify({ status: { capacity: storage, allocatable: storage } });
  for (const { metadata } of items as any[]) {
    await kubectl.run(['patch', 'node', metadata.name, '--subresource=status', `--patch=${patch}`]);
  }
}

/** @throws Error unless all nodes are fake: on others, pods would look for images that do not exist */
export async function needFakeNodes(kubectl: Kubectl): Promise<void> {
  const { items } = await kubectl.get('nodes');
  const real = (items as any[]).filter(({ metadata }) => metadata.annotations?.['kwok.x-k8s.io/node'] !== 'fake');
  if (items.length === 0 || real.length > 0) {
    throw new Error('the test needs a cluster of fake nodes, on which every pod turns ready by itself: see its README');
  }
}

/** A volume for each claim among the objects; nothing else would make one. */
export function volumesFor(objects: readonly Manifest[]): PersistentVolume[] {
  return (objects as any[]).flatMap(claimsOf).map(({ metadata: { namespace, name }, spec }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `${namespace}-${name}`, labels: { [TEST]: 'true' } },
    spec: {
      capacity: spec.resources.requests,
      accessModes: spec.accessModes,
      claimRef: { namespace, name },
      hostPath: { path: `/var/lib/${namespace}-${name}` },
    },
  }));
}

/** A claim itself, or those that a StatefulSet makes. */
function claimsOf({ kind, metadata, spec }: any): any[] {
  const claim = (template: any, index: number) => ({
    metadata: { namespace: metadata.namespace, name: `${template.metadata.name}-${metadata.name}-${index}` },
    spec: template.spec,
  });
  return kind === 'PersistentVolumeClaim'
    ? [{ metadata, spec }]
    : (spec?.volumeClaimTemplates ?? []).flatMap((template: any) =>
        Array.from({ length: spec.replicas ?? 1 }, (_, index) => claim(template, index)),
      );
}

/** Label of what belongs to no namespace and has to be removed by hand. */
export const TEST = 'argocd-test';
