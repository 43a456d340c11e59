import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import { checkPorts } from '../core/port';
import { SyncWave } from '../core/sync-wave';
import { checkPrincipals, ISTIO_CONTROL_PLANE } from './istio-identity';
import { KubeObject, type Manifest } from './kube-object';
import type { NetworkPeer } from './network-peer';
import { namespaceOf } from './object-name';

export interface TeamMeshProps {
  /**
   * Identities outside of the team that may call it: `cluster.local/ns/istio-ingress/sa/istio-ingress`.
   *
   * @default - none
   */
  readonly callers?: readonly string[];
  /**
   * Service accounts of the team besides those of the workloads of its chart.
   *
   * @default - none; `default` is that of all pods that name no account
   */
  readonly accounts?: readonly string[];
  /**
   * Ports that callers without an identity reach, where a workload's own PeerAuthentication lets them: those that
   * Prometheus reads.
   *
   * @default - none
   */
  readonly openPorts?: readonly number[];
  /**
   * Domain of the identities.
   *
   * @default cluster.local
   */
  readonly trustDomain?: string;
  /**
   * Istio's control plane, which the proxies in the pods must reach.
   *
   * @default - the pods with `app: istiod` in `istio-system`, port 15012
   */
  readonly controlPlane?: NetworkPeer;
}

/** Istio takes an empty list as no condition at all. */
const NOBODY =
  'the team has no workload and no caller, so an empty list of identities would deny nothing; ' +
  'declare a workload, or name accounts or callers';

/** An AuthorizationPolicy for all pods of its namespace, which says whom no other policy can let in. */
export interface MeshDenial extends Manifest {
  readonly spec: {
    readonly action: 'DENY';
    readonly rules: readonly {
      readonly from: readonly { readonly source: { readonly notPrincipals: readonly string[] } }[];
      readonly to?: readonly { readonly operation: { readonly notPorts: readonly string[] } }[];
    }[];
  };
}

/** A PeerAuthentication for all pods of its namespace. */
export interface MeshEncryption extends Manifest {
  readonly spec: { readonly mtls: { readonly mode: 'STRICT' } };
}

/**
 * All pods of a namespace speak mutual TLS, and with the identities of their own team alone. Who calls is told by the
 * certificate of the caller's service account, so no header can pass one team off as another.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class TeamMesh extends Construct {
  public readonly peerAuthentication: KubeObject<MeshEncryption>;
  public readonly authorizationPolicy: KubeObject<MeshDenial>;
  /** Opens the path to Istio's control plane. */
  public readonly networkPolicy: KubeObject<NetworkPolicy>;

  constructor(scope: Construct, id: string, props: TeamMeshProps = {}) {
    super(scope, id);
    const { callers = [], accounts = [], openPorts = [], trustDomain = 'cluster.local' } = props;
    const { controlPlane = ISTIO_CONTROL_PLANE } = props;
    const namespace = namespaceOf(this);
    const identity = (account: string) => `${trustDomain}/ns/${namespace}/sa/${account}`;
    checkPrincipals(this, [...callers, ...accounts.map(identity)]);
    if (openPorts.length > 0) {
      checkPorts(this, openPorts);
    }
    const known = () => [...callers, ...[...accounts, ...this.accountsOf()].map(identity)];
    const metadata = (name: string) => ({ name, namespace, annotations: SyncWave.GUARDS });
    this.peerAuthentication = new KubeObject<MeshEncryption>(this, 'encryption', {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: metadata('default'),
      spec: { mtls: { mode: 'STRICT' } },
    });
    this.authorizationPolicy = new KubeObject<MeshDenial>(this, 'denial', {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: metadata('team-only'),
      spec: {
        action: 'DENY',
        get rules() {
          const source = { notPrincipals: [...new Set(known())].sort() };
          const operation = { notPorts: openPorts.map(String) };
          return [{ from: [{ source }], to: openPorts.length > 0 ? [{ operation }] : undefined }];
        },
      },
    });
    this.networkPolicy = new KubeObject<NetworkPolicy>(this, 'control-plane', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: metadata('allow-mesh'),
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          {
            to: controlPlane.networkPeers(this),
            ports: controlPlane.ports.map(port => ({ port, protocol: 'TCP' })),
          },
        ],
      },
    });
    this.node.addValidation({ validate: () => (known().length > 0 ? [] : [NOBODY]) });
  }

  private accountsOf(): string[] {
    const objects = Chart.of(this).node.findAll().filter(ApiObject.isApiObject);
    // Pods that name no account have this one, whoever made them.
    return objects.filter(({ kind, name }) => kind === 'ServiceAccount' && name !== 'default').map(({ name }) => name);
  }
}
