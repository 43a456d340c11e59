import type { Construct } from 'constructs';
import type { NetworkPolicyEgressRule, NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { contains, isAddress, isCidr } from '../core/cidr';
import { isHostName } from '../core/dns-label';
import { LINK_LOCAL } from '../core/link-local';
import { PlatformError } from '../core/platform-error';
import { checkPorts } from '../core/port';

export interface ClusterNetworkProps {
  /**
   * Addresses of pods.
   *
   * @default - unknown: paths to external hosts are refused
   */
  readonly pods?: readonly string[];
  /**
   * Addresses of Services.
   *
   * @default - unknown: paths to external hosts are refused
   */
  readonly services?: readonly string[];
  /**
   * Addresses of nodes, which pods with a network of their host share.
   *
   * @default - unknown: paths to external hosts are refused
   */
  readonly nodes?: readonly string[];
  /**
   * Address of NodeLocal DNSCache, in clusters that run it.
   *
   * @default - pods ask the DNS pods in kube-system
   * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
   */
  readonly nodeLocalDns?: string;
  /**
   * Ports on which the DNS pods themselves listen: policies see the port behind the Service (OpenShift's is 5353).
   *
   * @default [53]
   */
  readonly dnsPorts?: readonly number[];
  /**
   * Domain of the names of Services.
   *
   * @default cluster.local
   */
  readonly domain?: string;
}

const CONTEXT = 'cdk8s-mlops/cluster-network';

/**
 * What network policies must know about a cluster: where its own addresses are, and who answers DNS.
 *
 * A platform takes it from its environment; in an App of your own, call `new ClusterNetwork(app, { … })` before the
 * first chart.
 */
export class ClusterNetwork {
  /** The cluster network that applies to a construct; one with the defaults if none was set. */
  public static of(scope: Construct): ClusterNetwork {
    return (scope.node.tryGetContext(CONTEXT) as ClusterNetwork | undefined) ?? new ClusterNetwork();
  }

  /** Lets pods ask for host names, over UDP and TCP. */
  public readonly dnsEgress: NetworkPolicyEgressRule;
  /** Addresses of nodes. */
  public readonly nodes: readonly string[];
  /** Domain of the names of Services. */
  public readonly domain: string;
  private readonly own: readonly string[] | undefined;

  /**
   * @param scope the App that it applies to
   * @throws PlatformError on a CIDR, address or port that is none, and if the App has a chart already
   */
  constructor(scope?: Construct, props: ClusterNetworkProps = {}) {
    const { pods, services, nodes, nodeLocalDns, dnsPorts = [53] } = props;
    for (const cidr of [...(pods ?? []), ...(services ?? []), ...(nodes ?? [])]) {
      if (!isCidr(cidr)) {
        throw new PlatformError(
          scope ?? 'ClusterNetwork',
          `"${cidr}" is no CIDR`,
          'write the first address of the block and its length, for example "10.244.0.0/16"',
        );
      }
    }
    if (nodeLocalDns !== undefined && !isAddress(nodeLocalDns)) {
      throw new PlatformError(
        scope ?? 'ClusterNetwork',
        `nodeLocalDns must be an address, got "${nodeLocalDns}"`,
        'use that of the DaemonSet, usually "169.254.20.10"',
      );
    }
    checkPorts(scope ?? 'ClusterNetwork', dnsPorts);
    if (scope && scope.node.children.length > 0) {
      throw new PlatformError(scope, 'the cluster network comes after what needs it', 'make it before the first chart');
    }
    if (!isHostName(props.domain ?? 'cluster.local')) {
      throw new PlatformError(
        scope ?? 'ClusterNetwork',
        `"${props.domain}" is no domain`,
        'write it as "cluster.local"',
      );
    }
    this.nodes = nodes ?? [];
    this.domain = props.domain ?? 'cluster.local';
    const own = [pods ?? [], services ?? [], nodes ?? []];
    this.own = own.every(cidrs => cidrs.length > 0) ? own.flat() : undefined;
    this.dnsEgress = {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
        ...(nodeLocalDns === undefined
          ? []
          : [{ ipBlock: { cidr: `${nodeLocalDns}/${nodeLocalDns.includes(':') ? 128 : 32}` } }]),
      ],
      ports: dnsPorts.flatMap(port => [
        { port, protocol: 'UDP' },
        { port, protocol: 'TCP' },
      ]),
    };
    scope?.node.setContext(CONTEXT, this);
  }

  /**
   * How a policy names hosts outside of the cluster: the block without the cluster's own addresses and without the
   * link-local ones.
   *
   * @throws PlatformError if the block is none, lies in the cluster, or the cluster's own blocks are unknown
   */
  public outside(scope: Construct, cidr: string): NetworkPolicyPeer {
    if (!isCidr(cidr)) {
      throw new PlatformError(
        scope,
        `"${cidr}" is no CIDR`,
        'write the first address of the block and its length, for example "203.0.113.0/24" or "203.0.113.7/32"',
      );
    }
    if (this.own === undefined) {
      throw new PlatformError(
        scope,
        `cannot open ${cidr}: which addresses are the cluster's own is unknown`,
        'set pods, services and nodes of the cluster network, so that they can be excepted',
      );
    }
    const closed = [...this.own, ...LINK_LOCAL];
    const around = closed.find(own => contains(own, cidr));
    if (around !== undefined) {
      throw new PlatformError(
        scope,
        `${cidr} is not outside of the cluster: it lies in ${around}`,
        'name pods by Peer.pods(), or choose another block',
      );
    }
    const except = closed.filter(own => contains(cidr, own));
    return { ipBlock: { cidr, except: except.length > 0 ? except : undefined } };
  }
}
