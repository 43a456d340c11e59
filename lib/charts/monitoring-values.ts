import type { Chart } from 'cdk8s';
import { z } from 'zod';
import type { Monitored } from '../constructs/metrics';
import { Monitoring } from '../constructs/monitoring';
import { Peer } from '../constructs/network-peer';
import { DNS_LABEL } from './patterns';

/** Values for what the Prometheus operator and Grafana are told. */
export const monitoringValues = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Whether Prometheus scrapes the pods, by a PodMonitor or ServiceMonitor'),
    namespace: z.string().regex(DNS_LABEL).default('monitoring').describe('Namespace of the pods of Prometheus'),
    labels: z
      .record(z.string().regex(/^[a-z]([-a-z0-9]{0,60}[a-z0-9])?$/), z.string().regex(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/))
      .default({})
      .describe('Labels by which Prometheus picks monitors and rules, such as `release`'),
    intervalSeconds: z.int().min(5).max(3600).default(30).describe('Time between two scrapes'),
    alerts: z.boolean().default(true).describe('Whether there are alerts (PrometheusRule)'),
    dashboard: z.boolean().default(true).describe('Whether there is a dashboard for Grafana (ConfigMap)'),
  })
  .prefault({})
  .describe('Metrics, alerts and a dashboard');

/** Watches the workload, if that was asked for. */
export function watch(
  chart: Chart,
  name: string,
  { enabled, namespace, labels, intervalSeconds, alerts, dashboard }: z.output<typeof monitoringValues>,
  target: Monitored,
): void {
  if (enabled) {
    const prometheus = Peer.pods({ namespace });
    const monitoring = new Monitoring(chart, `${name}-watch`, {
      prometheus,
      labels,
      intervalSeconds,
      alerts,
      dashboard,
    });
    monitoring.scrape(target);
  }
}
