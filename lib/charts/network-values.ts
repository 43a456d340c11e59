import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { ClusterNetwork } from '../constructs/cluster-network';
import { Peer, type NetworkPeer } from '../constructs/network-peer';
import { opaqueList } from '../helm/values/opaque';

/** Values for who answers for host names. */
export const dnsValues = z
  .strictObject({
    port: z
      .int()
      .min(1)
      .max(65535)
      .default(53)
      .describe("Port on which the cluster's DNS pods listen (OpenShift's is 5353)"),
    nodeLocal: z
      .string()
      .regex(/^(([1-9]?[0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])(\.([1-9]?[0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])){3})?$/)
      .default('')
      .describe('Address of NodeLocal DNSCache, usually `169.254.20.10`; empty where there is none'),
  })
  .prefault({})
  .describe('Who answers for host names');

/** Tells the policies of the chart who answers for host names. */
export function useDns(chart: Chart, { port, nodeLocal }: z.output<typeof dnsValues>): void {
  new ClusterNetwork(chart, { dnsPorts: [port], nodeLocalDns: nodeLocal || undefined });
}

/** A value that names pods or hosts as a NetworkPolicy does. */
export const peersValue = (what: string, empty = "any pod of the release's namespace") =>
  opaqueList(`${what}, as NetworkPolicyPeers; empty means ${empty}`);

/** The peer that such a value names; every pod of the namespace if it names nobody. */
export const peerOf = (peers: readonly unknown[], namespace: string, ports: readonly number[] = []): NetworkPeer =>
  peers.length > 0
    ? { ports, networkPeers: () => peers as ReturnType<NetworkPeer['networkPeers']> }
    : Peer.pods({ namespace, ports });
