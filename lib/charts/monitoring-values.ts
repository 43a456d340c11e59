import type { Chart } from 'cdk8s';
import { z } from 'zod';
import type { Monitored } from '../constructs/metrics';
import { Monitoring } from '../constructs/monitoring';
import { Peer } from '../constructs/network-peer';
import { DNS_LABEL } from './patterns';

/** Values for what the Prometheus operator and Grafana are told. */
export const monitoringValues = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Whether Prometheus scrapes the pods; it picks monitors and rules by `commonLabels`'),
    namespace: z.string().regex(DNS_LABEL).default('monitoring').describe('Namespace of the pods of Prometheus'),
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
  { enabled, namespace, intervalSeconds, alerts, dashboard }: z.output<typeof monitoringValues>,
  target: Monitored,
): void {
  if (enabled) {
    const prometheus = Peer.pods({ namespace });
    const monitoring = new Monitoring(chart, `${name}-watch`, {
      prometheus,
      intervalSeconds,
      alerts,
      dashboard,
    });
    monitoring.scrape(target);
  }
}
