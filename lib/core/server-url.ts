import { isAddress } from './cidr';
import { isHostName } from './dns-label';
import { seconds, staticCluster, tcp, typed, type EnvoyObject } from './envoy';
import { PlatformError } from './platform-error';

/** A server that the proxy asks. */
export interface ServerUrl {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly encrypted: boolean;
}

/** Where Envoy's images have the authorities that browsers trust. */
const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * The parts of a URL.
 *
 * @throws PlatformError if it is none
 */
export function parseServerUrl(where: string, prop: string, text: string): ServerUrl {
  const refuse = (problem: string, remedy: string): never => {
    throw new PlatformError(where, `${prop} ${problem}`, remedy);
  };
  const url = URL.canParse(text)
    ? new URL(text)
    : refuse(`must be a URL, got "${text}"`, 'write "https://<host>/<path>"');
  if (url.username !== '' || url.password !== '') {
    refuse('holds a name or password, which would stand in a ConfigMap', 'remove it from the URL');
  }
  const host = url.hostname;
  if (!isHostName(host) || isAddress(host)) {
    refuse(`must name a host, got "${host}"`, 'use a DNS name, which the certificate of the server has too');
  }
  if (!['https:', 'http:'].includes(url.protocol)) {
    refuse(`must start with "https://", got "${text}"`, 'nothing but HTTP is spoken there');
  }
  const encrypted = url.protocol === 'https:';
  const port = url.port === '' ? (encrypted ? 443 : 80) : Number(url.port);
  return { host, port, path: `${url.pathname}${url.search}`, encrypted };
}

/** Whether the cluster's own DNS answers for the host: with anything else behind it, it is somebody else's. */
export const isServiceOf = (domain: string, host: string): boolean =>
  host.endsWith('.svc') || host.endsWith(`.svc.${domain}`);

/**
 * A server by its name.
 *
 * @param authority file with the certificate of the authority that signed the server's; undefined for those that
 * browsers trust
 */
export function serverCluster(name: string, { host, port, encrypted }: ServerUrl, authority?: string): EnvoyObject {
  const tls = {
    name: 'envoy.transport_sockets.tls',
    typed_config: typed('extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
      sni: host,
      common_tls_context: {
        validation_context: {
          trusted_ca: { filename: authority ?? SYSTEM_AUTHORITIES },
          match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: host } }],
        },
      },
    }),
  };
  return staticCluster(name, tcp(host, port), {
    type: 'STRICT_DNS',
    connect_timeout: seconds(5),
    // Most clusters have no IPv6; names of the outside have both.
    dns_lookup_family: 'V4_PREFERRED',
    ...(encrypted ? { transport_socket: tls } : {}),
  });
}
