import { hasAddress } from './ip-block';
import { type Labels, matches } from './label-selector';
import type { Direction, Peer, Policy } from './network-policy';
import { allowsPort, type NamedPort, type Protocol } from './ports';

/** One end of a connection: a pod, or a host outside of the cluster. */
export interface End {
  readonly address?: string;
  readonly pod?: {
    readonly namespace: string;
    readonly namespaceLabels: Labels;
    readonly labels: Labels;
    readonly ports?: readonly NamedPort[];
  };
}

export interface Connection {
  readonly from: End;
  readonly to: End;
  readonly protocol: Protocol;
  /** Port on which the called pod itself listens: policies see what is behind a Service. */
  readonly port: number;
}

/** Whether an ipBlock has pods in it. Kubernetes leaves that to the network plugin. */
export type IpBlockReading = 'pods too' | 'hosts alone';

/** Whether the policies let a connection through, in one direction each and in both. */
export function allows(policies: readonly Policy[], connection: Connection, reading: IpBlockReading): boolean {
  return (
    allowsDirection(policies, 'Egress', connection, reading) &&
    allowsDirection(policies, 'Ingress', connection, reading)
  );
}

/**
 * Whether the policies at one end let a connection through: those of the calling pod, or of the called one.
 *
 * A pod that no policy isolates in the direction may do anything, else whatever one of its policies allows.
 */
export function allowsDirection(
  policies: readonly Policy[],
  direction: Direction,
  connection: Connection,
  reading: IpBlockReading,
): boolean {
  const [own, other] = direction === 'Egress' ? [connection.from, connection.to] : [connection.to, connection.from];
  const { pod } = own;
  if (pod === undefined) {
    return true;
  }
  const isolating = policies.filter(
    policy => policy.rules[direction] && policy.namespace === pod.namespace && matches(policy.pods, pod.labels),
  );
  const names = connection.to.pod?.ports ?? [];
  return (
    isolating.length === 0 ||
    isolating.some(policy =>
      policy.rules[direction]!.some(
        ({ peers, ports }) =>
          allowsPort(ports, connection.protocol, connection.port, names) &&
          (peers === undefined || peers.some(peer => isPeer(peer, policy.namespace, other, reading))),
      ),
    )
  );
}

function isPeer(peer: Peer, namespace: string, { pod, address }: End, reading: IpBlockReading): boolean {
  if (peer.kind === 'addresses') {
    return (pod === undefined || reading === 'pods too') && address !== undefined && hasAddress(peer.block, address);
  }
  return (
    pod !== undefined &&
    (peer.namespaces === undefined ? pod.namespace === namespace : matches(peer.namespaces, pod.namespaceLabels)) &&
    matches(peer.pods, pod.labels)
  );
}
