import { isObjectName, OBJECT_NAME_RULE } from '../core/dns-label';
import { listener, router, seconds, staticCluster, type EnvoyObject } from '../core/envoy';
import { PROXY_FILES } from '../core/envoy-bootstrap';
import { checkedJwks } from '../core/jwks';
import { PlatformError } from '../core/platform-error';
import { JWKS_KEYS } from '../core/secret-keys';
import { parseServerUrl } from '../core/server-url';
import { askServer } from './asked-server';
import type { EnvoySidecar } from './envoy-sidecar';
import type { NetworkPeer } from './network-peer';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

/** Where the public keys come from that tokens are verified with. */
export interface Jwks {
  /** Mounts files and opens network paths; returns what the proxy is told. */
  connect(proxy: EnvoySidecar, workload: Workload): JwksConfig;
}

/** What Envoy needs to know of a key set. */
export interface JwksConfig {
  /** Part of the provider of tokens. */
  readonly keys: EnvoyObject;
  readonly clusters?: readonly EnvoyObject[];
  readonly listeners?: readonly EnvoyObject[];
}

export interface RemoteJwksProps {
  /** Where the issuer publishes its keys, its `jwks_uri`: `https://…`. */
  readonly url: string;
  /** How the network policy names that server. */
  readonly peer: NetworkPeer;
  /**
   * Secret with the certificate of the authority that signed the server's, under `ca.crt`. Read at the start.
   *
   * @default - the authorities that browsers trust
   */
  readonly authority?: SecretSource;
}

const CLUSTER = 'jwks';
const [FILE] = Object.keys(JWKS_KEYS) as [string];

export const Jwks = {
  /**
   * Keys that the issuer publishes, asked for every five minutes. A new key must be published that long before tokens
   * are signed with it.
   *
   * @throws PlatformError if the URL is none, or not `https:`
   */
  remote({ url, peer, authority }: RemoteJwksProps): Jwks {
    const server = parseServerUrl('Jwks.remote', 'url', url);
    if (!server.encrypted) {
      throw new PlatformError(
        'Jwks.remote',
        `url must start with "https://", got "${url}"`,
        'whoever stands between could hand out keys of their own: use TLS, with authority if the certificate is private',
      );
    }
    return {
      connect(proxy, workload) {
        return {
          keys: fetched(url, 300, 5),
          clusters: [askServer(proxy, workload, CLUSTER, { asker: 'Jwks.remote', url: server, peer, authority })],
        };
      },
    };
  },

  /** Keys in the key `jwks.json` of a Secret. A change is read without a restart. */
  secret(source: SecretSource): Jwks {
    return {
      connect(proxy, workload) {
        source.mustHave?.(workload, JWKS_KEYS);
        proxy.mountAuth({ secret: { secretName: source.name, items: [{ key: FILE, path: FILE }] } });
        return fromFile();
      },
    };
  },

  /**
   * Keys in the key `jwks.json` of an existing ConfigMap. A change is read without a restart.
   *
   * @throws PlatformError if no ConfigMap can have that name
   */
  configMap(name: string): Jwks {
    if (!isObjectName(name)) {
      throw new PlatformError('Jwks.configMap', `"${name}" cannot name a ConfigMap`, `use ${OBJECT_NAME_RULE}`);
    }
    return {
      connect(proxy) {
        proxy.mountAuth({ configMap: { name, items: [{ key: FILE, path: FILE }] } });
        return fromFile();
      },
    };
  },

  /**
   * Keys that stand in the declaration. Others make new pods.
   *
   * @param text the key set, as JSON
   * @throws PlatformError if it does not parse, or holds a private key
   */
  inline(text: string): Jwks {
    const set = checkedJwks('Jwks.inline', text);
    return { connect: () => ({ keys: { local_jwks: { inline_string: set } } }) };
  },
};

/** In the background, so that a request never waits, and the last good keys stay while the server is away. */
const fetched = (uri: string, everySeconds: number, timeoutSeconds: number): EnvoyObject => ({
  remote_jwks: {
    http_uri: { uri, cluster: CLUSTER, timeout: seconds(timeoutSeconds) },
    cache_duration: seconds(everySeconds),
    async_fetch: {},
  },
});

/**
 * A key set in a file that may change. Envoy reads such a file once, but not one that it serves: so it serves the file
 * on a socket of its own, and fetches it from there.
 *
 * The first fetch comes before the socket and is repeated a second later, while the model still loads.
 */
function fromFile(): JwksConfig {
  const socket: EnvoyObject = { pipe: { path: `${PROXY_FILES.run}/jwks.sock`, mode: 0o600 } };
  const body = { filename: `${PROXY_FILES.auth}/${FILE}`, watched_directory: { path: PROXY_FILES.auth } };
  return {
    keys: fetched('http://jwks/', 3, 1),
    clusters: [staticCluster(CLUSTER, socket)],
    listeners: [
      listener(CLUSTER, socket, {
        http_filters: [router()],
        route_config: {
          // As large as a Secret can be.
          max_direct_response_body_size_bytes: 2 ** 20,
          virtual_hosts: [
            {
              name: CLUSTER,
              domains: ['*'],
              routes: [{ match: { path: '/' }, direct_response: { status: 200, body } }],
            },
          ],
        },
      }),
    ],
  };
}
