import type { EnvoyObject } from './envoy';
import { CLIENT_HEADER } from './identity-headers';

/** Names of Envoy's statistics that are kept, as regular expressions. Left to itself it keeps more than a thousand. */
const KEPT: readonly string[] = [
  'http\\.api\\.downstream_rq_([1-5]xx|active|overload_close)',
  'http\\.api\\.(api_key_auth\\.unauthorized|basic_auth\\.denied|ext_authz\\.(denied|error)|rbac\\.denied)',
  'http\\.api\\.adaptive_concurrency\\.gradient_controller\\.rq_blocked',
  'http\\.api\\.jwt_authn\\.(denied|jwks_fetch_failed)',
  'clients\\.http_local_rate_limit\\.rate_limited',
  'cluster\\.model\\.upstream_rq_([1-5]xx|time|active|pending_active|timeout)',
  'cluster\\.model\\.upstream_cx_connect_fail',
  'vhost\\.model\\.vcluster\\..+\\.upstream_rq_[1-5]xx',
  'extension_config_discovery\\.http_filter\\.[^.]+\\.config_(fail|reload)',
  'server\\.(live|memory_allocated|uptime)',
];

/** What becomes a label, in Envoy's own words. */
const OWN_TAGS = [
  'envoy.http_conn_manager_prefix',
  'envoy.cluster_name',
  'envoy.virtual_host',
  'envoy.response_code_class',
  'envoy.local_http_ratelimit_prefix',
];

/** Times that requests take, in milliseconds: from a small table to a large language model. */
const BUCKETS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000];

/**
 * Which of its statistics Envoy keeps and how Prometheus sees them.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/metrics/v3/stats.proto
 */
export function statsConfig(): EnvoyObject {
  return {
    stats_matcher: { inclusion_list: { patterns: KEPT.map(regex => ({ safe_regex: { regex } })) } },
    // Envoy's own for a virtual cluster ends at the first dot, and clients may have dots in their names.
    use_all_default_tags: false,
    stats_tags: [
      ...OWN_TAGS.map(name => ({ tag_name: name })),
      { tag_name: 'client', regex: '^vhost\\.model\\.vcluster\\.((.+)\\.)upstream_rq_' },
      { tag_name: 'filter', regex: '^extension_config_discovery\\.http_filter\\.(([^.]+)\\.)config_' },
    ],
    histogram_bucket_settings: [{ match: { suffix: 'upstream_rq_time' }, buckets: BUCKETS }],
  };
}

/**
 * Groups of requests that Envoy counts apart: those of each client.
 *
 * @param clients undefined if anybody may call, so that their number has no bound
 */
export function clientGroups(clients: readonly string[] | undefined): EnvoyObject[] | undefined {
  return clients?.map(name => ({ name, headers: [{ name: CLIENT_HEADER, string_match: { exact: name } }] }));
}
