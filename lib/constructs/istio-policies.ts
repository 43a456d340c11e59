import type { Construct } from 'constructs';
import { SyncWave } from '../core/sync-wave';
import { KubeObject, type Manifest } from './kube-object';
import type { Workload } from './workload';

interface PodSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

/** @see https://istio.io/latest/docs/reference/config/security/authorization-policy/ */
export interface AuthorizationPolicy extends Manifest {
  readonly spec: {
    readonly selector: PodSelector;
    readonly action: 'ALLOW';
    readonly rules: readonly {
      readonly from?: readonly { readonly source: { readonly principals: readonly string[] } }[];
      readonly to: readonly { readonly operation: { readonly ports: readonly string[] } }[];
    }[];
  };
}

/** @see https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export interface PeerAuthentication extends Manifest {
  readonly spec: {
    readonly selector: PodSelector;
    readonly mtls: { readonly mode: 'STRICT' };
    readonly portLevelMtls?: Readonly<Record<string, { readonly mode: 'PERMISSIVE' }>>;
  };
}

/**
 * The pods take requests over mutual TLS alone, from these identities alone. Prometheus, which has no identity,
 * reaches the ports that tell how the pods are; the NetworkPolicy says who else does. Probes by HTTP come by the agent
 * in Istio's sidecar, and need no port.
 */
export function definePolicies(
  scope: Construct,
  workload: Workload,
  principals: readonly string[],
  probePorts: readonly number[],
): void {
  const { name, labels } = workload;
  const selector = { matchLabels: workload.selector };
  const to = (ports: readonly number[]) => [{ operation: { ports: ports.map(String) } }];
  const open = [...new Set(probePorts)].sort((one, other) => one - other);
  new KubeObject<AuthorizationPolicy>(scope, `callers-of-${name}`, {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, labels, annotations: SyncWave.GUARDS },
    spec: {
      selector,
      action: 'ALLOW',
      rules: [
        { from: [{ source: { principals: [...principals] } }], to: to(workload.ports) },
        ...(open.length > 0 ? [{ to: to(open) }] : []),
      ],
    },
  });
  new KubeObject<PeerAuthentication>(scope, `tls-of-${name}`, {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name, labels, annotations: SyncWave.GUARDS },
    spec: {
      selector,
      mtls: { mode: 'STRICT' },
      portLevelMtls:
        open.length > 0
          ? Object.fromEntries(open.map(port => [`${port}`, { mode: 'PERMISSIVE' }] as const))
          : undefined,
    },
  });
}
