import { Construct } from 'constructs';
import type {
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPort,
} from 'kubernetes-types/networking/v1';
import { PlatformError } from '../core/platform-error';
import { SyncWave } from '../core/sync-wave';
import { ClusterNetwork } from './cluster-network';
import { KubeObject } from './kube-object';
import type { NetworkPeer } from './network-peer';

export interface WorkloadPolicyProps {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  /** The one label by which the policy selects the pods. */
  readonly selector: Record<string, string>;
}

/** The NetworkPolicy of one workload: closed in both directions, but for DNS and the paths that are opened. */
export class WorkloadPolicy extends Construct {
  public readonly networkPolicy: KubeObject<NetworkPolicy>;
  private readonly ingress: NetworkPolicyIngressRule[] = [];
  private readonly egress: NetworkPolicyEgressRule[];

  constructor(scope: Construct, id: string, props: WorkloadPolicyProps) {
    super(scope, id);
    const { ingress } = this;
    const egress = [ClusterNetwork.of(this).dnsEgress];
    this.egress = egress;
    this.networkPolicy = new KubeObject<NetworkPolicy>(this, 'policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: props.name, namespace: props.namespace, labels: props.labels, annotations: SyncWave.GUARDS },
      spec: {
        podSelector: { matchLabels: props.selector },
        policyTypes: ['Ingress', 'Egress'],
        get ingress() {
          return ingress.length > 0 ? ingress : undefined;
        },
        egress,
      },
    });
  }

  /** Lets the peer call these ports. */
  public openIngress(peer: NetworkPeer, ports: readonly number[]): void {
    add(this.ingress, { from: peer.networkPeers(this), ports: this.tcp(ports) });
  }

  /** Lets the pods call these ports of the peer. */
  public openEgress(peer: NetworkPeer, ports: readonly number[]): void {
    add(this.egress, { to: peer.networkPeers(this), ports: this.tcp(ports) });
  }

  private tcp(ports: readonly number[]): NetworkPolicyPort[] {
    const wrong = ports.find(port => !Number.isInteger(port) || port < 1 || port > 65535);
    if (ports.length === 0 || wrong !== undefined) {
      throw new PlatformError(
        this,
        ports.length === 0
          ? 'a network path needs a port'
          : `a port must be a whole number from 1 to 65535, got ${wrong}`,
        'name the ports on which the called side listens',
      );
    }
    return ports.map(port => ({ port, protocol: 'TCP' }));
  }
}

/** Adds a rule unless it is there: a path may be opened from both of its ends. */
function add<Rule>(rules: Rule[], rule: Rule): void {
  if (!rules.some(known => JSON.stringify(known) === JSON.stringify(rule))) {
    rules.push(rule);
  }
}
