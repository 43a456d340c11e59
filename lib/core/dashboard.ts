import { podsOf, type Alerted } from './alert-rules';
import { promotionPanels } from './promotion-panels';
import { requestPanels } from './request-panels';

/** Width of Grafana's grid. */
const COLUMNS = 24;
const HEIGHT = 7;

/** One diagram: lines by their legends. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly lines: Readonly<Record<string, string>>;
}

/**
 * A Grafana dashboard: a row of panels for each workload, one more for its requests or promotions, and one for the volumes.
 *
 * @param uid what stands in its address, at most 40 characters
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboard(uid: string, title: string, namespace: string, watched: readonly Alerted[]): object {
  const rows = [
    ...watched.flatMap(one => [
      workloadPanels(one),
      requestPanels(one, podsOf(one)),
      promotionPanels(one, podsOf(one)),
    ]),
    [volumesPanel(namespace)],
  ].filter(panels => panels.length > 0);
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
      panels.map(({ title, unit, lines }, column) => {
        const width = COLUMNS / panels.length;
        return {
          id: ++id,
          type: 'timeseries',
          title,
          datasource: { type: 'prometheus', uid: '${datasource}' },
          gridPos: { x: column * width, y: row * HEIGHT, w: width, h: HEIGHT },
          fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
          targets: Object.entries(lines).map(([legendFormat, expr], index) => ({
            refId: String.fromCharCode('A'.charCodeAt(0) + index),
            expr,
            legendFormat,
          })),
        };
      }),
    ),
  };
}

function workloadPanels(watched: Alerted): Panel[] {
  const { name } = watched;
  const pods = podsOf(watched);
  const containers = `{${pods},container!=""}`;
  return [
    {
      title: `${name}: pods ready`,
      unit: 'short',
      lines: { ready: `sum(kube_pod_status_ready{${pods},condition="true"})` },
    },
    {
      title: `${name}: CPU`,
      unit: 'short',
      lines: { '{{pod}}': `sum by (pod) (rate(container_cpu_usage_seconds_total${containers}[5m]))` },
    },
    {
      title: `${name}: memory`,
      unit: 'bytes',
      lines: { '{{pod}}': `sum by (pod) (container_memory_working_set_bytes${containers})` },
    },
  ];
}

function volumesPanel(namespace: string): Panel {
  const volumes = `{namespace="${namespace}"}`;
  return {
    title: 'Volumes: used',
    unit: 'percentunit',
    lines: {
      '{{persistentvolumeclaim}}': `kubelet_volume_stats_used_bytes${volumes} / kubelet_volume_stats_capacity_bytes${volumes}`,
    },
  };
}
