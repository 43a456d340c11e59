/** An object of Envoy's configuration, in its JSON form. */
export type EnvoyObject = Readonly<Record<string, unknown>>;

/** One step that each request passes on its way to the model. */
export interface HttpFilter {
  readonly name: string;
  readonly typed_config?: EnvoyObject;
  readonly config_discovery?: EnvoyObject;
}

/** A configuration with the type by which Envoy knows it. */
export function typed(type: string, config: EnvoyObject = {}): EnvoyObject {
  return { '@type': `type.googleapis.com/envoy.${type}`, ...config };
}

/**
 * A filter whose configuration is a file of a mounted Secret: Envoy reads it again when the kubelet replaces it, and
 * keeps the last good one if the new one is broken. Until there is one, every request is refused.
 *
 * @param type of the configuration in the file, where the resource has the name of the filter
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/extension#extension-discovery-service
 */
export function filterFromFile(name: string, type: string, directory: string, file: string): HttpFilter {
  return {
    name,
    config_discovery: {
      config_source: {
        path_config_source: { path: `${directory}/${file}`, watched_directory: { path: directory } },
        resource_api_version: 'V3',
      },
      type_urls: [`type.googleapis.com/envoy.${type}`],
    },
  };
}

/** Bytes that are read ahead of what somebody takes, on each connection. */
export const CONNECTION_BUFFER = 32_768;

/** An address that Envoy listens on or calls. */
export const tcp = (address: string, port: number): EnvoyObject => ({
  socket_address: { address, port_value: port },
});

/** A duration as Envoy writes it. */
export const seconds = (amount: number): string => `${amount}s`;

/** A cluster of one address that is known beforehand. */
export function staticCluster(name: string, address: EnvoyObject, settings: EnvoyObject = {}): EnvoyObject {
  return {
    name,
    type: 'STATIC',
    connect_timeout: seconds(1),
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    ...settings,
  };
}

/** A port or socket on which Envoy answers HTTP. */
export function listener(name: string, address: EnvoyObject, connectionManager: EnvoyObject): EnvoyObject {
  return {
    name,
    address,
    per_connection_buffer_limit_bytes: CONNECTION_BUFFER,
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: typed('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
              stat_prefix: name,
              ...connectionManager,
            }),
          },
        ],
      },
    ],
  };
}

/** The last step: the request goes where its route says. */
export const router = (): HttpFilter => ({
  name: 'envoy.filters.http.router',
  typed_config: typed('extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true }),
});
