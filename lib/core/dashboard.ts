import { podPattern, type Alerted } from './alert-rules';

/** Width of Grafana's grid. */
const COLUMNS = 24;
const HEIGHT = 7;

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly expr: string;
  readonly legend: string;
}

/**
 * A Grafana dashboard: a row of panels for each workload, and one for the volumes.
 *
 * @param uid what stands in its address, at most 40 characters
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboard(uid: string, title: string, namespace: string, watched: readonly Alerted[]): object {
  const rows = [...watched.map(workloadPanels), [volumesPanel(namespace)]];
  let id = 0;
  return {
    uid,
    title,
    tags: ['cdk8s-mlops'],
    editable: false,
    schemaVersion: 39,
    time: { from: 'now-6h', to: 'now' },
    refresh: '1m',
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
    panels: rows.flatMap((panels, row) =>
      panels.map(({ title, unit, expr, legend }, column) => {
        const width = COLUMNS / panels.length;
        return {
          id: ++id,
          type: 'timeseries',
          title,
          datasource: { type: 'prometheus', uid: '${datasource}' },
          gridPos: { x: column * width, y: row * HEIGHT, w: width, h: HEIGHT },
          fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
          targets: [{ refId: 'A', expr, legendFormat: legend }],
        };
      }),
    ),
  };
}

function workloadPanels(watched: Alerted): Panel[] {
  const { namespace, name, latency } = watched;
  const pods = `namespace="${namespace}",pod=~"${podPattern(watched)}"`;
  const containers = `{${pods},container!=""}`;
  const requests: Panel[] =
    latency === undefined
      ? []
      : [
          {
            title: `${name}: 99th percentile of requests`,
            unit: 's',
            expr: `histogram_quantile(0.99, sum by (le) (rate(${latency}_bucket{${pods}}[5m])))`,
            legend: 'p99',
          },
        ];
  return [
    {
      title: `${name}: pods ready`,
      unit: 'short',
      expr: `sum(kube_pod_status_ready{${pods},condition="true"})`,
      legend: 'ready',
    },
    {
      title: `${name}: CPU`,
      unit: 'short',
      expr: `sum by (pod) (rate(container_cpu_usage_seconds_total${containers}[5m]))`,
      legend: '{{pod}}',
    },
    {
      title: `${name}: memory`,
      unit: 'bytes',
      expr: `sum by (pod) (container_memory_working_set_bytes${containers})`,
      legend: '{{pod}}',
    },
    ...requests,
  ];
}

function volumesPanel(namespace: string): Panel {
  const volumes = `{namespace="${namespace}"}`;
  return {
    title: 'Volumes: used',
    unit: 'percentunit',
    expr: `kubelet_volume_stats_used_bytes${volumes} / kubelet_volume_stats_capacity_bytes${volumes}`,
    legend: '{{persistentvolumeclaim}}',
  };
}
