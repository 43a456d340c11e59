import type { Construct } from 'constructs';
import type { Role, RoleBinding } from 'kubernetes-types/rbac/v1';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { SyncWave } from '../core/sync-wave';
import { KubeObject } from './kube-object';
import type { Workload } from './workload';

const API = 'rbac.authorization.k8s.io';
const TOKEN_SECONDS = 3600;

/** Lets the pods of a workload read Argo CD's applications one by one, and nothing else. */
export function argoReader(scope: Construct, workload: Workload, namespace: string) {
  if (!isDnsLabel(namespace)) {
    throw new PlatformError(scope, `"${namespace}" cannot name Argo CD's namespace`, `use ${DNS_LABEL_RULE}`);
  }
  // Other namespaces may have a workload of that name.
  const name = `${workload.namespace}-${workload.name}`;
  const metadata = { name, namespace, labels: workload.labels, annotations: SyncWave.GUARDS };
  const role = new KubeObject<Role>(scope, 'argo-role', {
    apiVersion: `${API}/v1`,
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: ['argoproj.io'], resources: ['applications'], verbs: ['get'] }],
  });
  const binding = new KubeObject<RoleBinding>(scope, 'argo-binding', {
    apiVersion: `${API}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: API, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: workload.name, namespace: workload.namespace }],
  });
  return { role, binding };
}

/** Gives the pods a token of their ServiceAccount that is renewed each hour, where clients look for one. */
export function mountToken(workload: Workload): void {
  workload.addVolume(
    {
      name: 'api-token',
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        ],
      },
    },
    { mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
  );
}
