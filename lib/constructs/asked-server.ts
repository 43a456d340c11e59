import type { EnvoyObject } from '../core/envoy';
import { PlatformError } from '../core/platform-error';
import { isServiceOf, serverCluster, type ServerUrl } from '../core/server-url';
import { ClusterNetwork } from './cluster-network';
import type { EnvoySidecar } from './envoy-sidecar';
import type { NetworkPeer } from './network-peer';
import { mountAuthority } from './proxy-authority';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

/** A server that the proxy asks before it lets a request in. */
export interface AskedServer {
  /** Who asks it, in the user's words. */
  readonly asker: string;
  readonly url: ServerUrl;
  readonly peer: NetworkPeer;
  readonly authority?: SecretSource;
}

/**
 * Opens the way to the server.
 *
 * @param cluster Envoy's name for it
 * @returns where Envoy finds it
 * @throws PlatformError if names and keys would travel unencrypted outside of the cluster, or the peer is not at the URL
 */
export function askServer(
  proxy: EnvoySidecar,
  workload: Workload,
  cluster: string,
  { asker, url, peer, authority }: AskedServer,
): EnvoyObject {
  const { domain } = ClusterNetwork.of(workload);
  if (!url.encrypted && !isServiceOf(domain, url.host)) {
    throw new PlatformError(
      workload,
      `url of ${asker} must start with "https://", got "http://${url.host}"`,
      `only a Service of the cluster (….svc or ….svc.${domain}) may be called by "http://"`,
    );
  }
  // Behind a Service pods may listen on another port, which only the peer tells; addresses are called as they are.
  const addresses = peer.networkPeers(workload).every(({ ipBlock }) => ipBlock !== undefined);
  if (addresses && peer.ports.length > 0 && !peer.ports.includes(url.port)) {
    throw new PlatformError(
      workload,
      `url of ${asker} calls port ${url.port} of ${url.host}, and its peer listens on ${peer.ports.join(', ')}`,
      `name the port of the URL in the peer: ports: [${url.port}]`,
    );
  }
  workload.allowTo(peer);
  return serverCluster(cluster, url, mountAuthority(proxy, workload, authority));
}
