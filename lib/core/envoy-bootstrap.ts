import {
  CONNECTION_BUFFER,
  listener,
  router,
  staticCluster,
  seconds,
  tcp,
  typed,
  type EnvoyObject,
  type HttpFilter,
} from './envoy';
import { accessLog } from './envoy-access-log';
import { bodyFilters, bodyRoutes, CHUNKED_HEADER, uncounted, type BodyRoom } from './envoy-bodies';
import { admitted, concurrencyFilter } from './envoy-concurrency';
import type { CheckedLimits } from './envoy-limits';
import { rateLimitFilter } from './envoy-rate-limit';
import { clientGroups, statsConfig } from './envoy-stats';
import { IDENTITY_HEADERS } from './identity-headers';

/** Ports of the sidecar; no container of the pod can have them too. */
export const PROXY_PORTS = { api: 10000, status: 10001 } as const;

/** Paths of the port for the status, at which Prometheus finds the metrics of the proxy and those of the model. */
export const PROXY_METRICS = { own: '/metrics', model: '/model/metrics' } as const;

/** Where Envoy finds what it is told. */
export const PROXY_FILES = {
  bootstrap: '/etc/envoy/bootstrap.json',
  // Not below that of the bootstrap: there a container runtime could not mount it.
  auth: '/etc/envoy-auth',
  authority: '/etc/envoy-authority',
  run: '/run/envoy',
} as const;

/**
 * Time after which an answer ends its connection, and time that a connection then has for one more request before it is
 * closed, in seconds. Callers so meet other pods, and none uses a connection to a model that has ended. The sum is no
 * round number, or whoever calls every ten seconds would call while the connection is being closed.
 */
export const CONNECTION_SECONDS = { life: 4, farewell: 7 } as const;

const BUFFER = 'envoy.filters.http.buffer';
const BUFFER_TYPE = 'extensions.filters.http.buffer.v3.Buffer';

/** What the endpoint's way of authenticating adds to Envoy's configuration. */
export interface ProxyAuth {
  /** What a request passes before it may go on. */
  readonly filters: readonly HttpFilter[];
  /** Settings of these filters, by filter. */
  readonly settings?: Readonly<Record<string, EnvoyObject>>;
  /** Servers that the filters ask. */
  readonly clusters?: readonly EnvoyObject[];
  /** What the filters ask within the proxy. */
  readonly listeners?: readonly EnvoyObject[];
  /** Headers with credentials, which the model must not see. */
  readonly credentials?: readonly string[];
}

/** The proxy in front of a model. */
export interface Proxy {
  /** Names of the endpoint and of its namespace, by which the proxy knows itself. */
  readonly name: string;
  readonly namespace: string;
  /** Port of the model in the same pod. */
  readonly modelPort: number;
  /** Paths that tell how the model is: the kubelet asks the model itself, callers are refused. */
  readonly privatePaths: readonly string[];
  readonly auth: ProxyAuth;
  /** Names of the callers, each of which is counted apart; undefined if they are not known. */
  readonly clients?: readonly string[];
  /** Where the model itself tells how it is; undefined if it does not. */
  readonly modelMetrics?: { readonly path: string; readonly port: number };
  readonly limits: CheckedLimits;
  /** Memory of its container, in bytes. */
  readonly memory: number;
  /** What there is room for in that memory. */
  readonly room: BodyRoom;
}

/**
 * Everything that Envoy is told when it starts: a listener for callers, one for the kubelet and Prometheus.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge
 */
export function envoyBootstrap(proxy: Proxy): EnvoyObject {
  const { name, namespace, auth, modelMetrics } = proxy;
  return {
    node: { id: name, cluster: namespace },
    // No port: whoever reaches the administration can read the keys.
    admin: { address: { pipe: { path: `${PROXY_FILES.run}/admin.sock`, mode: 0o600 } } },
    static_resources: {
      listeners: [apiListener(proxy), statusListener(proxy), ...(auth.listeners ?? [])],
      clusters: [
        modelCluster(proxy),
        ...(modelMetrics ? [staticCluster('model-metrics', tcp('127.0.0.1', modelMetrics.port))] : []),
        staticCluster('admin', adminAddress()),
        ...(auth.clusters ?? []),
      ],
    },
    overload_manager: overload(proxy),
    stats_config: statsConfig(),
  };
}

const adminAddress = (): EnvoyObject => ({ pipe: { path: `${PROXY_FILES.run}/admin.sock` } });

/** What requests to the model pass, in this order. */
function apiListener(proxy: Proxy): EnvoyObject {
  const { limits, auth } = proxy;
  return listener('api', tcp('0.0.0.0', PROXY_PORTS.api), {
    // One request at a time on each connection, so that the number of connections bounds that of requests.
    codec_type: 'HTTP1',
    access_log: [accessLog()],
    // Like the edge, whatever stands before it: no header of a caller steers Envoy.
    use_remote_address: true,
    // No address at all: to none given, Envoy trusts every private one, and so every pod.
    internal_address_config: { cidr_ranges: [{ address_prefix: '255.255.255.255', prefix_len: 32 }] },
    // By it a request is found in the gateway's log too.
    preserve_external_request_id: true,
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: 'REJECT_REQUEST',
    early_header_mutation_extensions: [earlyMutation()],
    common_http_protocol_options: {
      max_connection_duration: seconds(CONNECTION_SECONDS.life),
      // Python and others take X_Client_Name for X-Client-Name.
      headers_with_underscores_action: 'DROP_HEADER',
    },
    drain_timeout: seconds(CONNECTION_SECONDS.farewell),
    // Who is refused early has so long to read why; a request on a connection that is closed so is lost.
    delayed_close_timeout: seconds(0.005),
    request_headers_timeout: seconds(10),
    request_timeout: seconds(limits.timeoutSeconds),
    stream_idle_timeout: seconds(limits.timeoutSeconds + 5),
    http_filters: [
      ...auth.filters,
      ...(limits.rate ? [rateLimitFilter(limits.rate)] : []),
      ...bodyFilters(proxy.room),
      {
        name: BUFFER,
        typed_config: typed(BUFFER_TYPE, { max_request_bytes: limits.requestBytes }),
      },
      // Behind the buffer: who sends slowly takes no place.
      concurrencyFilter(limits),
      router(),
    ],
    route_config: { virtual_hosts: [virtualHost(proxy)] },
  });
}

function virtualHost({ privatePaths, auth, clients, limits, room }: Proxy): EnvoyObject {
  const refused = (match: EnvoyObject, status: number, why: string): EnvoyObject => ({
    match,
    direct_response: { status, body: { inline_string: `${why}\n` } },
    // Else the answer would wait for the body.
    typed_per_filter_config: { ...uncounted(room), [BUFFER]: typed(`${BUFFER_TYPE}PerRoute`, { disabled: true }) },
  });
  const tooLarge = { name: 'content-length', range_match: { start: limits.requestBytes + 1, end: 2 ** 53 } };
  return {
    name: 'model',
    domains: ['*'],
    request_headers_to_remove: [...(auth.credentials ?? []), CHUNKED_HEADER],
    virtual_clusters: clientGroups(clients),
    typed_per_filter_config: auth.settings,
    routes: [
      refused({ prefix: '/', headers: [tooLarge] }, 413, `a request may have ${limits.requestBytes} bytes`),
      ...privatePatterns(privatePaths).map(regex => refused({ safe_regex: { regex } }, 404, 'not for callers')),
      ...bodyRoutes(room).map(({ headers, settings, kept }) => ({
        match: { prefix: '/', headers },
        route: {
          cluster: 'model',
          timeout: seconds(limits.timeoutSeconds),
          // Only what the model has not seen yet; for that, Envoy keeps a second copy of the body.
          ...(kept && { retry_policy: { retry_on: 'connect-failure', num_retries: 2 } }),
        },
        typed_per_filter_config: settings,
      })),
    ],
  };
}

/** A path without its query and its last slash: what Envoy compares patterns with has no query. */
export const barePath = (path: string): string => path.replace(/[?#].*$/s, '').replace(/\/+$/, '');

/**
 * Every spelling that Envoy's own normalization leaves over. To some servers all that follows a ";" is a parameter of
 * its part of the path, so that `/health;x` and `/..;/health` are `/health`; to some, capitals are small letters. Of
 * nothing but slashes Envoy leaves two.
 */
function privatePatterns(paths: readonly string[]): string[] {
  const literal = (path: string): string => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return [...paths.map(path => `(?i)${literal(barePath(path))}/*(?:;.*)?`), '.*/\\.\\.?;.*'];
}

/** For the kubelet and Prometheus: whether Envoy takes requests, its metrics, and those of the model. */
function statusListener({ modelMetrics }: Proxy): EnvoyObject {
  const asked = listener('status', tcp('0.0.0.0', PROXY_PORTS.status), {
    http_filters: [router()],
    route_config: {
      virtual_hosts: [
        {
          name: 'status',
          domains: ['*'],
          routes: [
            { match: { path: '/ready' }, route: { cluster: 'admin' } },
            {
              match: { path: PROXY_METRICS.own },
              route: { cluster: 'admin', prefix_rewrite: '/stats/prometheus' },
            },
            ...(modelMetrics
              ? [
                  {
                    match: { path: PROXY_METRICS.model },
                    // Not the model's own cluster, whose requests are those of callers.
                    route: { cluster: 'model-metrics', prefix_rewrite: modelMetrics.path },
                  },
                ]
              : []),
          ],
        },
      ],
    },
  });
  // A proxy that has much to do is not to be restarted for it.
  return { ...asked, bypass_overload_manager: true, ignore_global_conn_limit: true };
}

function modelCluster({ modelPort, limits }: Proxy): EnvoyObject {
  const protocol = 'extensions.upstreams.http.v3.HttpProtocolOptions';
  return staticCluster('model', tcp('127.0.0.1', modelPort), {
    per_connection_buffer_limit_bytes: CONNECTION_BUFFER,
    circuit_breakers: {
      thresholds: [
        {
          max_connections: limits.concurrency,
          max_pending_requests: admitted(limits),
          max_requests: admitted(limits),
          max_retries: limits.concurrency,
        },
      ],
    },
    typed_extension_protocol_options: {
      [`envoy.${protocol}`]: typed(protocol, {
        explicit_http_config: { http_protocol_options: {} },
        // Shorter than servers keep an idle connection, so that Envoy never writes to one that is being closed.
        common_http_protocol_options: { idle_timeout: seconds(1) },
      }),
    },
  });
}

/** What becomes of headers before anything else looks at them. */
function earlyMutation(): EnvoyObject {
  return {
    name: 'envoy.http.early_header_mutation.header_mutation',
    typed_config: typed('extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
      mutations: [
        ...[...IDENTITY_HEADERS, CHUNKED_HEADER].map(header => ({ remove: header })),
        { append: { header: { key: CHUNKED_HEADER, value: '%REQ(TRANSFER-ENCODING)%' } } },
      ],
    }),
  };
}

/**
 * What the shares of memory do not foresee, such as bodies in pieces so small that each takes more memory than it has
 * bytes: above a limit who goes on sending is cut off, above the next one nobody is let in.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/overload_manager/overload_manager
 */
function overload({ memory, room }: Proxy): EnvoyObject {
  const heap = 'envoy.resource_monitors.fixed_heap';
  const connections = 'envoy.resource_monitors.global_downstream_max_connections';
  const above = (value: number) => [{ name: heap, threshold: { value } }];
  return {
    refresh_interval: '0.1s',
    resource_monitors: [
      {
        name: heap,
        typed_config: typed('extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig', {
          // Envoy knows its heap; the rest of its memory is not in it.
          max_heap_size_bytes: Math.floor(memory * 0.75),
        }),
      },
      {
        name: connections,
        typed_config: typed('extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig', {
          max_active_downstream_connections: room.connections,
        }),
      },
    ],
    actions: [
      { name: 'envoy.overload_actions.shrink_heap', triggers: above(0.8) },
      {
        // Who neither sends nor is answered gives its memory back.
        name: 'envoy.overload_actions.reduce_timeouts',
        triggers: [{ name: heap, scaled: { scaling_threshold: 0.7, saturation_threshold: 0.85 } }],
        typed_config: typed('config.overload.v3.ScaleTimersOverloadActionConfig', {
          timer_scale_factors: [{ timer: 'HTTP_DOWNSTREAM_STREAM_IDLE', min_timeout: seconds(3) }],
        }),
      },
      { name: 'envoy.overload_actions.stop_accepting_requests', triggers: above(0.95) },
    ],
    loadshed_points: [{ name: 'envoy.load_shed_points.http1_server_abort_dispatch', triggers: above(0.9) }],
  };
}
