import type { Chart } from 'cdk8s';
import {
  Database,
  ExternalObjectStore,
  KserveModel,
  KubeObject,
  Minio,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  Monitoring,
  Peer,
  SeaweedFs,
  SecretSource,
  Workload,
  type Metrics,
  type MonitoringProps,
} from '../../lib';
import { chartIn, expectGolden, expectRefusal, find, objectsOf } from '../support';

const prometheus = Peer.pods({ namespace: 'monitoring', labels: { app: 'prometheus' } });
const model = { name: 'churn', version: 7 };
const metered = (metrics = {}) =>
  ModelRuntime.container({ image: 'churn:1', metrics: { path: '/metrics', ...metrics } });

function watched(props: Partial<MonitoringProps> = {}, chart = chartIn('fraud')) {
  const monitoring = new Monitoring(chart, 'monitoring', { prometheus, ...props });
  const rules = () =>
    find(chart, 'PrometheusRule/monitoring').spec.groups.flatMap(({ rules }: any) => rules) as {
      alert: string;
      expr: string;
    }[];
  const board = () => {
    const [text] = Object.values<string>(find(chart, 'ConfigMap/monitoring-dashboard').data);
    return JSON.parse(text!);
  };
  return { chart, monitoring, rules, board };
}
const api = (chart: ReturnType<typeof chartIn>, runtime = metered(), id = 'churn') =>
  new ModelApi(chart, id, { model, runtime });
const mlflow = (chart: ReturnType<typeof chartIn>) =>
  new MlflowServer(chart, 'mlflow', {
    image: 'mlflow:3.17.2',
    artifacts: new ExternalObjectStore(chart, 'store', {
      endpoint: 'http://s3.storage.svc:7070',
      peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
      credentials: SecretSource.existing('s3'),
    }).bucket('models'),
    database: Database.postgres({
      connection: SecretSource.existing('postgres'),
      peer: Peer.pods({ namespace: 'databases', ports: [5432] }),
    }),
  });

describe('Monitoring', () => {
  it('renders as reviewed', () => {
    const { chart, monitoring } = watched({ labels: { release: 'prometheus' } });
    const workload = new Workload(chart, 'trainer', { program: 'trainer' });
    const metrics = { path: '/metrics', port: 9090, latency: 'step_seconds' };
    monitoring.scrape({ workload, deployment: { name: 'trainer' }, metrics });
    expectGolden(chart, 'monitoring');
  });

  it('takes all the props', () => {
    const allProps: Required<MonitoringProps> = {
      prometheus,
      labels: { release: 'kube-prometheus-stack' },
      intervalSeconds: 15,
      latencySeconds: 0.25,
      errorPercent: 1,
      freePercent: 20,
      alerts: true,
      dashboard: true,
    };
    const { chart, monitoring, rules } = watched(allProps);
    monitoring.scrape(api(chart, metered({ latency: 'answer_seconds' })));
    for (const object of ['PodMonitor/churn', 'PrometheusRule/monitoring']) {
      expect(find(chart, object).metadata.labels).toMatchObject({ release: 'kube-prometheus-stack' });
    }
    expect(find(chart, 'PodMonitor/churn').spec.podMetricsEndpoints[0].interval).toBe('15s');
    expect(rules().find(({ alert }) => alert === 'RequestsSlow')!.expr).toMatch(/> 0\.25$/);
    expect(rules().find(({ alert }) => alert === 'RequestsFailing')!.expr).toMatch(/> 1$/);
    expect(rules().find(({ alert }) => alert === 'VolumeFilling')!.expr).toMatch(/< 20$/);
  });

  it('scrapes twice a minute and alerts below 15 percent of room, above one second and above 5 percent of errors', () => {
    const { chart, monitoring, rules } = watched();
    monitoring.scrape(api(chart, metered({ latency: 'answer_seconds' })));
    expect(find(chart, 'PodMonitor/churn').spec.podMetricsEndpoints[0].interval).toBe('30s');
    expect(rules().find(({ alert }) => alert === 'RequestsSlow')!.expr).toMatch(/> 1$/);
    expect(rules().find(({ alert }) => alert === 'RequestsFailing')!.expr).toMatch(/> 5$/);
    expect(rules().find(({ alert }) => alert === 'VolumeFilling')!.expr).toMatch(/< 15$/);
  });

  it('leaves out alerts or the dashboard', () => {
    expect(objectsOf(watched({ alerts: false }).chart)).toEqual(['ConfigMap/monitoring-dashboard']);
    expect(objectsOf(watched({ dashboard: false }).chart)).toEqual(['PrometheusRule/monitoring']);
    expect(watched({ alerts: false, dashboard: false }).monitoring).toMatchObject({
      rules: undefined,
      dashboard: undefined,
    });
  });

  it('watches without touching what it watches', () => {
    const { chart, monitoring } = watched();
    const churn = api(chart, ModelRuntime.mlflow({ image: 'serving:3.17.2' }));
    monitoring.watch(churn);
    expect(objectsOf(chart).filter(name => name.endsWith('Monitor/churn'))).toEqual([]);
    expect(find(chart, 'NetworkPolicy/churn').spec).not.toHaveProperty('ingress');
  });

  it('alerts on what Kubernetes knows alone, unless metrics are scraped', () => {
    const { chart, monitoring, rules } = watched();
    monitoring.watch(api(chart));
    expect(rules().map(({ alert }) => alert)).toEqual([
      'VolumeFilling',
      'JobFailed',
      'CronJobLate',
      'WorkloadDown',
      'RolloutStuck',
      'PodsRestarting',
    ]);
  });

  it('alerts on what callers meet, with any runtime', () => {
    const { chart, monitoring, rules } = watched();
    monitoring.scrape(api(chart, ModelRuntime.mlflow({ image: 'serving:3.17.2' })));
    expect(rules().map(({ alert }) => alert)).toEqual(
      expect.arrayContaining(['RequestsSlow', 'RequestsFailing', 'RequestsRefused', 'CredentialsRejected']),
    );
  });

  it('alerts on the migration of a tracking server', () => {
    const { chart, monitoring, rules } = watched();
    monitoring.watch(mlflow(chart));
    expect(rules().find(({ alert }) => alert === 'MigrationFailed')!.expr).toContain('job_name="mlflow-migration"');
  });

  it('knows whose rollout stops the old version first', () => {
    const { chart, monitoring, rules } = watched();
    monitoring.watch(mlflow(chart), api(chart), new KserveModel(chart, 'plates', { model, runtime: metered() }));
    const stuck = rules().filter(({ alert }) => alert === 'RolloutStuck') as any[];
    expect(stuck.map(({ labels }) => [labels.workload, labels.severity])).toEqual([
      ['mlflow', 'critical'],
      ['churn', 'warning'],
      ['plates', 'warning'],
    ]);
  });

  it('draws its panels for each, without one lying on another', () => {
    const { chart, monitoring, board } = watched();
    monitoring.scrape(api(chart, metered({ latency: 'answer_seconds' })));
    monitoring.watch(mlflow(chart));
    expect(find(chart, 'ConfigMap/monitoring-dashboard').metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(Object.keys(find(chart, 'ConfigMap/monitoring-dashboard').data)).toEqual(['fraud-monitoring.json']);
    const { panels } = board();
    expect(panels.map(({ title }: any) => title)).toEqual([
      'churn: pods ready',
      'churn: CPU',
      'churn: memory',
      'churn: requests by status',
      'churn: requests by client',
      'churn: refused',
      'churn: 99th percentile of requests',
      'mlflow: pods ready',
      'mlflow: CPU',
      'mlflow: memory',
      'Volumes: used',
    ]);
    const cells = panels.flatMap(({ gridPos: { x, y, w } }: any) =>
      Array.from({ length: w }, (_, i) => `${x + i} ${y}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }: any) => id)).size).toBe(panels.length);
  });

  it('has a dashboard whose address does not change, and that no other namespace has', () => {
    const uid = (namespace: string) => watched({}, chartIn(namespace)).board().uid;
    expect(uid('fraud')).toBe(uid('fraud'));
    expect(uid('fraud')).not.toBe(uid('search'));
    expect(uid('f'.repeat(63)).length).toBeLessThanOrEqual(40);
  });

  test.each<[Partial<MonitoringProps>, string]>([
    [{ intervalSeconds: 0 }, 'intervalSeconds must be greater than 0, got 0; leave it out, or raise it'],
    [{ latencySeconds: NaN }, 'latencySeconds must be greater than 0, got NaN; leave it out, or raise it'],
    [{ freePercent: -5 }, 'freePercent must be greater than 0, got -5; leave it out, or raise it'],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => watched(props), `[fraud/monitoring] ${message}`);
  });

  it('refuses to scrape what has no metrics', () => {
    const { chart, monitoring } = watched();
    const churn = new KserveModel(chart, 'churn', { model, runtime: ModelRuntime.mlflow({ image: 'serving:3.17.2' }) });
    expectRefusal(
      () => monitoring.scrape(churn),
      '[fraud/monitoring] churn has no metrics that could be scraped; ' +
        'watch() it instead: alerts on pods and volumes need none; ' +
        'a container of your own can state metrics: { path: "/metrics" }',
    );
  });

  it('refuses to watch the same twice', () => {
    const { chart, monitoring } = watched();
    const churn = api(chart);
    monitoring.scrape(churn);
    expectRefusal(
      () => monitoring.watch(churn),
      '[fraud/monitoring] churn is watched already; name it once; scrape() watches too',
    );
  });

  it('refuses what runs in another namespace', () => {
    const { monitoring } = watched();
    const other = api(chartIn('search'));
    expectRefusal(
      () => monitoring.watch(other),
      '[fraud/monitoring] churn runs in search, not in fraud; give that namespace a Monitoring of its own',
    );
  });
});

describe('what scrapes a workload', () => {
  it('is a ServiceMonitor if its Service leads to the metrics', () => {
    const { chart, monitoring } = watched();
    const workload = new Workload(chart, 'trainer', { program: 'trainer', ports: [9090] });
    const service = new KubeObject(chart, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'trainer', labels: workload.labels },
      spec: { selector: workload.selector, ports: [{ name: 'http', port: 80, targetPort: 9090 }] },
    });
    monitoring.scrape({ workload, service, metrics: { path: '/metrics', port: 9090 } });
    expect(find(chart, 'ServiceMonitor/trainer').spec).toEqual({
      selector: { matchLabels: { 'app.kubernetes.io/instance': 'trainer' } },
      endpoints: [{ path: '/metrics', interval: '30s', port: 'http' }],
    });
  });

  it('is a PodMonitor if they are on a port of their own', () => {
    const { chart, monitoring } = watched();
    monitoring.scrape(api(chart, ModelRuntime.mlflow({ image: 'serving:3.17.2' })));
    expect(find(chart, 'PodMonitor/churn').spec).toEqual({
      selector: { matchLabels: { 'app.kubernetes.io/instance': 'churn' } },
      podMetricsEndpoints: [{ path: '/metrics', interval: '30s', portNumber: 10001 }],
    });
  });

  it('asks the proxy of a model for what the model tells, and keeps the two apart', () => {
    const { chart, monitoring } = watched();
    monitoring.scrape(api(chart, metered({ port: 9090 })));
    expect(find(chart, 'PodMonitor/churn').spec.podMetricsEndpoints).toEqual([
      { path: '/metrics', interval: '30s', portNumber: 10001 },
      {
        path: '/model/metrics',
        interval: '30s',
        portNumber: 10001,
        relabelings: [{ targetLabel: 'endpoint', replacement: 'model' }],
      },
    ]);
  });

  it('is a PodMonitor if somebody else makes the Service', () => {
    const { chart, monitoring, rules } = watched();
    monitoring.scrape(new KserveModel(chart, 'plates', { model, runtime: metered() }));
    expect(find(chart, 'PodMonitor/plates').spec.podMetricsEndpoints[0].portNumber).toBe(8080);
    expect(rules().find(({ alert }) => alert === 'WorkloadDown')!.expr).toContain('deployment="plates-predictor"');
  });

  it('may call the port of the metrics and no other', () => {
    const { chart, monitoring } = watched();
    monitoring.scrape(api(chart, metered({ port: 9090 })));
    expect(find(chart, 'NetworkPolicy/churn').spec.ingress).toEqual([
      { from: prometheus.networkPeers(chart), ports: [{ port: 10001, protocol: 'TCP' }] },
    ]);
  });

  it('takes all of what a workload of one’s own says', () => {
    const { chart, monitoring } = watched();
    const metrics: Metrics = { path: '/metrics', port: 5000, latency: 'answer_seconds', shared: true };
    const { workload, deployment, service } = mlflow(chart);
    monitoring.scrape({ workload, deployment, service, metrics });
    expect(find(chart, 'ServiceMonitor/mlflow').spec.endpoints[0]).toMatchObject({
      path: '/metrics',
      port: 'http',
      relabelings: [{ action: 'keep', sourceLabels: ['__meta_kubernetes_pod_name'], regex: 'mlflow-0' }],
    });
  });

  const selected = (chart: Chart, monitor: string): string[] => {
    const wanted = Object.entries(find(chart, monitor).spec.selector.matchLabels);
    const services = chart.toJson().filter(({ kind }) => kind === 'Service');
    return services
      .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels[key] === value))
      .map(({ metadata }) => metadata.name);
  };

  it('asks one server of a MinIO, which tells about all of them, by one of its two Services', () => {
    const { chart, monitoring } = watched();
    const images = { image: 'registry.example.com/silo:1.2.3', clientImage: 'registry.example.com/mc:1.2.3' };
    monitoring.scrape(new Minio(chart, 'store', { size: '1Gi', servers: 4, metrics: true, ...images }));
    expect(selected(chart, 'ServiceMonitor/store')).toEqual(['store']);
    expect(find(chart, 'ServiceMonitor/store').spec.endpoints).toEqual([
      {
        path: '/minio/v2/metrics/cluster',
        interval: '30s',
        port: 's3',
        relabelings: [{ action: 'keep', sourceLabels: ['__meta_kubernetes_pod_name'], regex: 'store-0' }],
      },
    ]);
  });

  it('asks the server of a SeaweedFS by one of its two Services', () => {
    const { chart, monitoring } = watched();
    monitoring.scrape(new SeaweedFs(chart, 'store', { size: '1Gi', image: 'seaweedfs:4.44', metrics: true }));
    expect(selected(chart, 'ServiceMonitor/store')).toEqual(['store']);
    expect(find(chart, 'ServiceMonitor/store').spec.endpoints).toEqual([
      { path: '/metrics', interval: '30s', port: 'metrics' },
    ]);
  });

  it('never names a file of Prometheus’ own pods', () => {
    const { chart, monitoring } = watched();
    monitoring.scrape(api(chart), api(chart, metered({ port: 9090 }), 'other'));
    const monitors = chart.toJson().filter(({ kind }) => kind.endsWith('Monitor'));
    expect(monitors).toHaveLength(2);
    expect(JSON.stringify(monitors)).not.toMatch(/file/i);
  });
});
