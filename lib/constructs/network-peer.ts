import type { Construct } from 'constructs';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { ClusterNetwork } from './cluster-network';

/** The other end of a network path. */
export interface NetworkPeer {
  /** TCP ports it listens on; empty if it only calls. */
  readonly ports: readonly number[];
  /**
   * How a NetworkPolicy names it.
   *
   * @param scope the construct that opens the path
   */
  networkPeers(scope: Construct): NetworkPolicyPeer[];
  /** Its own policy, if it has one that we made: a path is opened there as well. */
  readonly policy?: PeerPolicy;
}

/** The policy of a peer, seen from the other end of the path. */
export interface PeerPolicy {
  /** Lets the peer call these ports. */
  openIngress(peer: NetworkPeer, ports: readonly number[]): void;
  /** Lets the pods call these ports of the peer. */
  openEgress(peer: NetworkPeer, ports: readonly number[]): void;
}

/** A workload of cdk8s-plus (Deployment, StatefulSet, Job, …), by the part of it that a policy needs. */
export interface PodOwner {
  readonly podMetadata: { getLabel(key: string): string | undefined };
  readonly metadata: { readonly namespace?: string };
}

export interface PodsPeerProps {
  /** Their namespace. */
  readonly namespace: string;
  /**
   * Labels that they all have. Whoever may create pods there may set these labels.
   *
   * @default - every pod of the namespace
   */
  readonly labels?: Record<string, string>;
  /**
   * TCP ports they listen on; needed for `allowTo()`.
   *
   * @default - none, they only call
   */
  readonly ports?: readonly number[];
}

export interface HostsPeerProps {
  /** Blocks of addresses, such as `203.0.113.0/24`, or `203.0.113.7/32` for one host. */
  readonly cidrs: readonly string[];
  /**
   * TCP ports they listen on; needed for `allowTo()`.
   *
   * @default - none, they only call
   */
  readonly ports?: readonly number[];
}

/** Label that cdk8s-plus gives the pods of each workload, and no others. Its Jobs have no selector of their own. */
const CDK8S_PLUS_ADDRESS = 'cdk8s.io/metadata.addr';

/** Peers that this library did not make. */
export class Peer {
  /**
   * Pods of a namespace: a gateway, the monitoring system, another system in the cluster.
   *
   * Namespaces are selected by `kubernetes.io/metadata.name` alone, which no tenant can change.
   *
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name
   */
  public static pods(props: PodsPeerProps): NetworkPeer {
    const { namespace, labels, ports = [] } = props;
    if (!isDnsLabel(namespace)) {
      throw new PlatformError('Peer.pods', `"${namespace}" cannot name a namespace`, `use ${DNS_LABEL_RULE}`);
    }
    return { ports, networkPeers: () => [podsOf(namespace, labels)] };
  }

  /**
   * Hosts outside of the cluster. Of a block that covers addresses of the cluster itself, or 169.254.0.0/16, those are
   * always excepted.
   */
  public static hosts(props: HostsPeerProps): NetworkPeer {
    const { cidrs, ports = [] } = props;
    return { ports, networkPeers: scope => cidrs.map(cidr => ClusterNetwork.of(scope).outside(scope, cidr)) };
  }

  /**
   * The cluster's nodes: gateways and agents that use their host's network, which no pod selector matches.
   *
   * @see https://github.com/kubernetes/kubernetes/issues/112467
   */
  public static nodes(props: { readonly ports?: readonly number[] } = {}): NetworkPeer {
    return {
      ports: props.ports ?? [],
      networkPeers: scope => {
        const { nodes } = ClusterNetwork.of(scope);
        if (nodes.length === 0) {
          throw new PlatformError(
            scope,
            "the addresses of the cluster's nodes are unknown",
            'set nodes of the cluster network',
          );
        }
        return nodes.map(cidr => ({ ipBlock: { cidr } }));
      },
    };
  }

  /**
   * The pods of a cdk8s-plus workload. This opens the path on our side; a policy of its own is yours to open.
   *
   * @param ports TCP ports they listen on
   */
  public static workload(owner: PodOwner & Construct, ports: readonly number[] = []): NetworkPeer {
    return {
      ports,
      networkPeers: scope => {
        if (owner.metadata.namespace === undefined) {
          throw new PlatformError(scope, `the workload ${owner.node.path} has no namespace`, 'give its chart one');
        }
        const address = owner.podMetadata.getLabel(CDK8S_PLUS_ADDRESS);
        if (address === undefined) {
          throw new PlatformError(
            scope,
            `the pods of ${owner.node.path} have no label ${CDK8S_PLUS_ADDRESS}`,
            'name them by Peer.pods()',
          );
        }
        return [podsOf(owner.metadata.namespace, { [CDK8S_PLUS_ADDRESS]: address })];
      },
    };
  }
}

/** How a policy names pods of a namespace. */
export function podsOf(namespace: string, labels?: Record<string, string>): NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: labels && { matchLabels: labels },
  };
}
