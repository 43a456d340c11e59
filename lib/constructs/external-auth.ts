import { checkClients, onlyNamedClients } from '../core/client-name';
import { checkCounts } from '../core/counts';
import { seconds, typed, type EnvoyObject, type HttpFilter } from '../core/envoy';
import { CLIENT_HEADER, IDENTITY_HEADERS } from '../core/identity-headers';
import { PlatformError } from '../core/platform-error';
import { parseServerUrl } from '../core/server-url';
import type { ApiAuth } from './api-auth';
import { askServer } from './asked-server';
import type { NetworkPeer } from './network-peer';
import type { SecretSource } from './secret-source';

export interface ExternalAuthProps {
  /**
   * Service that decides: `http://decider.access.svc:8080/check`, or `https://…`. It is asked with the method of each
   * request, and with its path behind that of the URL. 200 lets the request in; any other status is the answer to it.
   */
  readonly url: string;
  /** How the network policy names the service. */
  readonly peer: NetworkPeer;
  /**
   * Headers of a request that the service sees. The model does not see them.
   *
   * @default authorization
   */
  readonly headers?: readonly string[];
  /**
   * Header of the service's answer with the name of the client; whoever has none is refused.
   *
   * @default x-client-name
   */
  readonly clientHeader?: string;
  /**
   * Longest time for an answer; then the request gets 503.
   *
   * @default 2
   */
  readonly timeoutSeconds?: number;
  /**
   * Secret with the certificate of the authority that signed the service's, under `ca.crt`. Read at the start.
   *
   * @default - the authorities that browsers trust
   */
  readonly authority?: SecretSource;
  /**
   * Clients that may call.
   *
   * @default - whoever the service lets in
   */
  readonly clients?: readonly string[];
}

const WHERE = 'ApiAuth.external';
const FILTER = 'envoy.filters.http.ext_authz';
const CLUSTER = 'decider';
/** Those that Envoy's own formats can name: no "%". */
const HEADER = /^[a-z0-9!#$&'*+.^`|~-]+$/;

/** Headers that the service gets from Envoy itself, or that a connection is made of. */
const OWN = ['connection', 'content-length', 'host', 'transfer-encoding'];

/** Headers without which the model cannot read a request: what the service sees, the model does not. */
const OF_THE_MODEL = ['accept', 'content-encoding', 'content-type'];

/** @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_authz_filter */
export function externalAuth(props: ExternalAuthProps): ApiAuth {
  const { url, peer, headers = ['authorization'], timeoutSeconds = 2, authority, clients } = props;
  const clientHeader = props.clientHeader ?? CLIENT_HEADER;
  const server = parseServerUrl(WHERE, 'url', url);
  if (/[?#]/.test(url)) {
    throw new PlatformError(WHERE, `url cannot have a query, got "${url}"`, 'the path of each request follows it');
  }
  checkHeaders(headers, clientHeader);
  checkCounts(WHERE, { timeoutSeconds });
  checkClients(WHERE, clients);
  const filter = {
    name: FILTER,
    typed_config: typed('extensions.filters.http.ext_authz.v3.ExtAuthz', {
      transport_api_version: 'V3',
      http_service: {
        server_uri: { uri: url, cluster: CLUSTER, timeout: seconds(timeoutSeconds) },
        path_prefix: server.path === '/' ? undefined : server.path,
        authorization_response: {
          // Beside the answer's own; none would mean all.
          allowed_client_headers: only(['content-type']),
          // Not as headers: of those the caller could have sent one too.
          dynamic_metadata_from_headers: only([clientHeader]),
        },
      },
      allowed_headers: only(headers),
      // Envoy passes it unless it is forbidden.
      disallowed_headers: headers.includes('authorization') ? undefined : only(['authorization']),
      status_on_error: { code: 'ServiceUnavailable' },
    }),
  };
  return {
    clients,
    connect(proxy, workload) {
      return {
        filters: [filter, naming(clientHeader), onlyNamedClients(clients)],
        clusters: [askServer(proxy, workload, CLUSTER, { asker: WHERE, url: server, peer, authority })],
        credentials: headers,
      };
    },
  };
}

const only = (headers: readonly string[]): EnvoyObject => ({
  patterns: headers.map(exact => ({ exact, ignore_case: true })),
});

/** Takes the name of the client over from the service's answer. */
const naming = (clientHeader: string): HttpFilter => ({
  name: 'name-of-client',
  typed_config: typed('extensions.filters.http.header_mutation.v3.HeaderMutation', {
    mutations: {
      request_mutations: [
        {
          append: {
            header: { key: CLIENT_HEADER, value: `%DYNAMIC_METADATA(${FILTER}:${clientHeader})%` },
            append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
          },
        },
      ],
    },
  }),
});

function checkHeaders(headers: readonly string[], clientHeader: string): void {
  const wrong = [...headers, clientHeader].find(header => !HEADER.test(header));
  if (wrong !== undefined) {
    throw new PlatformError(WHERE, `"${wrong}" cannot name a header`, 'write it in lower case, without ":" and "_"');
  }
  const own = headers.find(header => OWN.includes(header));
  if (headers.length === 0 || own !== undefined) {
    throw new PlatformError(
      WHERE,
      own === undefined
        ? 'headers is empty, so the service could not tell callers apart'
        : `"${own}" is the proxy's own`,
      'name the headers that hold credentials, for example "authorization" or "cookie"',
    );
  }
  const removed = headers.find(header => IDENTITY_HEADERS.includes(header));
  if (removed !== undefined) {
    throw new PlatformError(
      WHERE,
      `"${removed}" is removed from every request before the service is asked, for callers could write it themselves`,
      'name only headers that hold credentials',
    );
  }
  const needed = headers.find(header => OF_THE_MODEL.includes(header));
  if (needed !== undefined) {
    throw new PlatformError(
      WHERE,
      `"${needed}" would not get to the model, which needs it`,
      'name only headers that hold credentials',
    );
  }
}
