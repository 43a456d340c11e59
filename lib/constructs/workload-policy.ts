import { Construct } from 'constructs';
import type {
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from 'kubernetes-types/networking/v1';
import { PlatformError } from '../core/platform-error';
import { checkPorts } from '../core/port';
import { SyncWave } from '../core/sync-wave';
import { ClusterNetwork } from './cluster-network';
import { KubeObject } from './kube-object';
import type { NetworkPeer, PeerPolicy } from './network-peer';

export interface WorkloadPolicyProps {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  /** The one label by which the policy selects the pods. */
  readonly selector: Record<string, string>;
}

/** The NetworkPolicy of one workload: closed in both directions, but for DNS and the paths that are opened. */
export class WorkloadPolicy extends Construct implements PeerPolicy {
  public readonly networkPolicy: KubeObject<NetworkPolicy>;
  private readonly ingress: NetworkPolicyIngressRule[] = [];
  private readonly egress: NetworkPolicyEgressRule[];
  private readonly known = new Set<string>();

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
    this.add(this.ingress, { from: this.peers(peer), ports: this.tcp(ports) });
  }

  /** Lets the pods call these ports of the peer. */
  public openEgress(peer: NetworkPeer, ports: readonly number[]): void {
    this.add(this.egress, { to: this.peers(peer), ports: this.tcp(ports) });
  }

  /** Adds a rule unless it is there: a path may be opened from both of its ends. */
  private add<Rule>(rules: Rule[], rule: Rule): void {
    const text = JSON.stringify(rule);
    if (!this.known.has(text)) {
      this.known.add(text);
      rules.push(rule);
    }
  }

  private peers(peer: NetworkPeer): NetworkPolicyPeer[] {
    const peers = peer.networkPeers(this);
    if (peers.length === 0) {
      throw new PlatformError(
        this,
        'the network peer is empty, which a NetworkPolicy takes as everybody',
        'name at least one block of addresses or namespace',
      );
    }
    return peers;
  }

  private tcp(ports: readonly number[]): NetworkPolicyPort[] {
    checkPorts(this, ports);
    return ports.map(port => ({ port, protocol: 'TCP' }));
  }
}
