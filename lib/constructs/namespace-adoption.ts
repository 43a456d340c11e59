import { JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Namespace } from 'kubernetes-types/core/v1';
import { SyncWave } from '../core/sync-wave';
import { KubeObject } from './kube-object';

/** What of a namespace that somebody else made is set besides its guards. */
export interface NamespaceAdoption {
  /**
   * Pod Security Standard that its labels name for enforce, audit and warn. The namespace must be there before: its
   * maker may refuse one that these labels created.
   *
   * @default - the labels stay as they are
   */
  readonly podSecurity?: 'baseline' | 'restricted';
}

/** Argo CD then owns the fields that the object has and no others, and never removes the namespace itself. */
const KEEP = { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true,Prune=false,Delete=false' };

/** A Namespace object with labels and annotations and nothing else, which leaves the namespace to its maker. */
export function defineAdoptedLabels(
  scope: Construct,
  name: string,
  labels: Record<string, string>,
  annotations: Record<string, string> = {},
): KubeObject<Namespace> {
  const namespace = new KubeObject<Namespace>(scope, 'namespace', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels, annotations: { ...SyncWave.NAMESPACE, ...KEEP, ...annotations } },
  });
  // A chart may have labels for all of its objects, which the namespace's maker sets in another way.
  namespace.addJsonPatch(JsonPatch.replace('/metadata/labels', labels));
  return namespace;
}
