import type { Construct } from 'constructs';
import type { PolicyRule, Role, RoleBinding } from 'kubernetes-types/rbac/v1';
import { SyncWave } from '../core/sync-wave';
import { KubeObject } from './kube-object';
import type { Workload } from './workload';

const API = 'rbac.authorization.k8s.io';
const TOKEN_SECONDS = 3600;

/** What lets pods read objects of a namespace. */
export interface ObjectReader {
  readonly role: KubeObject<Role>;
  readonly binding: KubeObject<RoleBinding>;
}

/** Lets the pods of a workload read some objects of a namespace, and nothing else. */
export function objectReader(
  scope: Construct,
  id: string,
  workload: Workload,
  namespace: string,
  rule: PolicyRule,
): ObjectReader {
  // Other namespaces may have a workload of that name.
  const name = `${workload.namespace}-${workload.name}`;
  const metadata = { name, namespace, labels: workload.labels, annotations: SyncWave.GUARDS };
  const role = new KubeObject<Role>(scope, `${id}-role`, {
    apiVersion: `${API}/v1`,
    kind: 'Role',
    metadata,
    rules: [rule],
  });
  const binding = new KubeObject<RoleBinding>(scope, `${id}-binding`, {
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
