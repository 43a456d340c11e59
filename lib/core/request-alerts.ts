import type { Alerted, AlertRule, Objectives } from './alert-rules';

/** Requests that Envoy led to the model: callers whom it refused cannot hide among them how the model answers. */
const MODEL = 'envoy_cluster_name="model"';

/**
 * The 99th percentile of the time that requests took, in seconds; undefined if nobody scrapes it.
 *
 * @param pods what selects the metrics
 */
export function latencyOf({ proxied, latency }: Alerted, pods: string): string | undefined {
  // Envoy measures in milliseconds.
  return proxied
    ? `${p99('envoy_cluster_upstream_rq_time', `${pods},${MODEL}`)} / 1000`
    : latency && p99(latency, pods);
}

export const p99 = (histogram: string, pods: string): string =>
  `histogram_quantile(0.99, sum by (le) (rate(${histogram}_bucket{${pods}}[5m])))`;

/**
 * Alerts on what callers meet, as far as it is scraped.
 *
 * @param pods what selects the metrics
 */
export function requestAlerts(alerted: Alerted, pods: string, objectives: Objectives): AlertRule[] {
  const { latencySeconds } = objectives;
  const { name, proxied } = alerted;
  const latency = latencyOf(alerted, pods);
  return [
    ...(latency === undefined
      ? []
      : [
          {
            alert: 'RequestsSlow',
            expr: `${latency} > ${latencySeconds}`,
            for: '10m',
            labels: { severity: 'warning', workload: name },
            annotations: {
              summary: `${name} answers slowly`,
              description: `One request of 100 took longer than ${latencySeconds} s for 10 minutes, now {{ $value | humanizeDuration }}.`,
            },
          },
        ]),
    ...(proxied ? proxyAlerts(name, pods, objectives) : []),
  ];
}

/** Alerts on what only a proxy knows. Who sends wrong keys or calls too often is a panel: no reason to wake anybody. */
function proxyAlerts(name: string, pods: string, { errorPercent }: Objectives): AlertRule[] {
  const labels = (severity: string) => ({ severity, workload: name });
  const rate = (metric: string, ...conditions: string[]) =>
    `sum(rate(${metric}{${[pods, ...conditions].join(',')}}[5m]))`;
  const answers = 'envoy_cluster_upstream_rq_xx';
  const reads = (outcome: string) => `envoy_extension_config_discovery_http_filter_config_${outcome}{${pods}}`;
  return [
    {
      alert: 'RequestsFailing',
      // Of the last 5 minutes, for 10: one failure of an API that is hardly called does not last so long.
      expr: `100 * ${rate(answers, MODEL, 'envoy_response_code_class="5"')} / ${rate(answers, MODEL)} > ${errorPercent}`,
      for: '10m',
      labels: labels('critical'),
      annotations: {
        summary: `${name} fails`,
        description: `{{ $value | humanize }} % of the answers of ${name} are errors: the access log of its container proxy tells which.`,
      },
    },
    {
      alert: 'RequestsRefused',
      expr: `${rate('envoy_http_adaptive_concurrency_gradient_controller_rq_blocked')} + ${rate('envoy_http_downstream_rq_overload_close')} > 0`,
      for: '5m',
      labels: labels('warning'),
      annotations: {
        summary: `${name} has more requests than it takes`,
        description: `${name} has answered requests with 503 for 5 minutes, because its limits or the memory of its proxy were reached: add pods, or raise the limits.`,
      },
    },
    {
      alert: 'CredentialsRejected',
      // A proxy that has never read a good file refuses everybody for as long as that lasts.
      expr: [
        `increase(${reads('fail')}[1h]) > 0`,
        `(${reads('fail')} > 0 unless ${reads('reload')} > 0)`,
        // Tried again every second: more than one that was lost on the way.
        `increase(envoy_http_jwt_authn_jwks_fetch_failed{${pods}}[15m]) > 10`,
      ].join(' or '),
      labels: labels('critical'),
      annotations: {
        summary: `${name} cannot read its credentials`,
        description: `{{ $labels.pod }} could not read a file of keys or passwords, or the key set of an issuer. The last good one stays in force; without one nobody is let in. docs/api-auth.md tells how to find the mistake.`,
      },
    },
  ];
}
