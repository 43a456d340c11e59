import type { Values } from '../helm/values/samples';

/** Values with which the chart model-api is tried; together they have every kind of it. */
export const MODEL_API_CI: Readonly<Record<string, Values>> = {
  registry: {
    model: { name: 'churn', version: 7 },
    source: { kind: 'registry', registry: { host: 'mlflow', secret: { name: 'mlflow-auth' } } },
    auth: { secret: { name: 'churn-keys' }, clients: ['web', 'batch'] },
    autoscaling: { kind: 'hpa', min: 3, max: 10, cpuPercent: 60 },
    limits: { concurrency: 8, rate: { enabled: true, perSecond: 50 } },
    exposure: { kind: 'gateway', host: 'churn.example.org' },
    monitoring: { enabled: true },
    fullnameOverride: 'churn',
  },
  container: {
    image: { registry: 'registry.example.com:5000', repository: 'ml/churn', tag: '2.4.0' },
    imagePullSecrets: ['registry'],
    runtime: { kind: 'container', port: 9000, metricsPath: '/metrics', args: ['serve'] },
    source: { kind: 'objectStore', objectStore: { bucket: 'models', minio: { fullname: 'store' } }, objectPath: 'churn/7' },
    auth: { kind: 'basic', secret: { kind: 'external', external: { key: 'fraud/churn' } } },
    autoscaling: { kind: 'keda', prometheus: { query: 'sum(rate(requests_total[1m]))', threshold: 20 } },
    exposure: { kind: 'ingress', host: 'churn.example.org' },
    extraEnv: [{ name: 'OMP_NUM_THREADS', value: '4' }],
    extraVolumes: [{ name: 'features', configMap: { name: 'features' } }],
    extraVolumeMounts: [{ name: 'features', mountPath: '/mnt/features', readOnly: true }],
    service: { ipFamilyPolicy: 'PreferDualStack' },
    imagePullPolicy: 'IfNotPresent',
    allowTo: [{ ipBlock: { cidr: '203.0.113.0/24' } }],
  },
  volume: {
    source: { kind: 'volume', volume: { claimName: 'models', path: 'churn/7' } },
    replicas: 3,
    resources: {
      requests: { cpu: '2', memory: '16Gi', 'ephemeral-storage': '256Mi' },
      limits: { cpu: '4', memory: '16Gi', 'ephemeral-storage': '2Gi', 'nvidia.com/gpu': 1 },
    },
    nodeSelector: { 'example.com/gpu': 'a100' },
    tolerations: [{ key: 'gpu', operator: 'Exists', value: '', effect: 'NoSchedule' }],
    auth: { kind: 'jwt', jwt: { issuer: 'https://login.example.org', audience: 'churn' } },
    service: { ipFamilyPolicy: 'SingleStack' },
    imagePullPolicy: 'Never',
    monitoring: { enabled: true, alerts: false, dashboard: false },
    exposure: { kind: 'istio', host: 'churn.example.org' },
    commonLabels: { team: 'fraud' },
  },
  internal: {
    source: {
      kind: 'objectStore',
      objectStore: {
        kind: 's3',
        s3: {
          tls: false,
          host: 's3.storage:7070',
          port: 7070,
          secret: { kind: 'external', external: { storeKind: 'SecretStore', store: 'team', key: 'fraud/models' } },
        },
      },
    },
    auth: { kind: 'none' },
    allowFrom: [{ podSelector: { matchLabels: { app: 'batch' } } }],
  },
  external: {
    source: {
      kind: 'registry',
      registry: {
        secret: { kind: 'external', external: { storeKind: 'SecretStore', store: 'team', key: 'fraud/mlflow' } },
        peers: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'mlflow-server' } } }],
      },
    },
    auth: { secret: { kind: 'external', external: { storeKind: 'SecretStore', store: 'team', key: 'fraud/clients' } } },
    nameOverride: 'scores',
  },
};
