import type { Alerted } from './alert-rules';
import type { Panel } from './dashboard';
import { latencyOf, p99 } from './request-alerts';

/**
 * Panels on what callers meet, as far as it is scraped.
 *
 * @param pods what selects the metrics
 */
export function requestPanels(alerted: Alerted, pods: string): Panel[] {
  const { name, proxied, latency } = alerted;
  const seen = latencyOf(alerted, pods);
  const own: Panel['lines'] = proxied && latency ? { 'measured by the program': p99(latency, pods) } : {};
  return [
    ...(proxied ? proxyPanels(name, pods) : []),
    ...(seen === undefined
      ? []
      : [{ title: `${name}: 99th percentile of requests`, unit: 's', lines: { p99: seen, ...own } }]),
  ];
}

function proxyPanels(name: string, pods: string): Panel[] {
  const rate = (metric: string, labels = '', by = '') =>
    `sum${by && ` by (${by})`}(rate(${metric}{${pods}${labels}}[5m]))`;
  const denied = ['api_key_auth_unauthorized', 'basic_auth_denied', 'jwt_authn_denied', 'ext_authz_denied'];
  return [
    {
      title: `${name}: requests by status`,
      unit: 'reqps',
      lines: {
        '{{envoy_response_code_class}}xx': rate(
          'envoy_http_downstream_rq_xx',
          ',envoy_http_conn_manager_prefix="api"',
          'envoy_response_code_class',
        ),
      },
    },
    {
      title: `${name}: requests by client`,
      unit: 'reqps',
      lines: {
        '{{client}} {{envoy_response_code_class}}xx': rate(
          'envoy_vhost_vcluster_upstream_rq_xx',
          '',
          'client, envoy_response_code_class',
        ),
      },
    },
    {
      title: `${name}: refused`,
      unit: 'reqps',
      lines: {
        // Each way of authenticating has a counter of its own.
        'not authenticated (401)': denied.map(step => rate(`envoy_http_${step}`)).join(' or '),
        'not allowed (403)': rate('envoy_http_rbac_denied'),
        'too often (429)': rate('envoy_http_local_rate_limit_rate_limited'),
        'too many at one time (503)': rate('envoy_http_adaptive_concurrency_gradient_controller_rq_blocked'),
      },
    },
  ];
}
