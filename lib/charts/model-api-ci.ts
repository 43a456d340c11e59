import type { Values } from '../helm/samples';

/** Values with which the chart model-api is tried; together they have every kind of it. */
export const MODEL_API_CI: Readonly<Record<string, Values>> = {
  registry: {
    model: { name: 'churn', version: 7 },
    source: { kind: 'registry', registry: { host: 'mlflow', existingSecret: 'mlflow-auth' } },
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
    env: { MODEL_OPTION_THREADS: '4' },
    extraVolumes: { features: { kind: 'configMap', source: 'features' }, lookup: { kind: 'secret', source: 'lookup' } },
    allowTo: [{ ipBlock: { cidr: '203.0.113.0/24' } }],
  },
  volume: {
    source: { kind: 'volume', volume: { claimName: 'models', path: 'churn/7' } },
    replicas: 3,
    resources: { limits: { memory: '16Gi', 'nvidia.com/gpu': 1 } },
    nodeSelector: { 'example.com/gpu': 'a100' },
    tolerations: [{ key: 'gpu', operator: 'Exists', value: '', effect: 'NoSchedule' }],
    auth: { kind: 'jwt', jwt: { issuer: 'https://login.example.org', audience: 'churn' } },
    extraVolumes: { data: { kind: 'claim', source: 'data' } },
    exposure: { kind: 'istio', host: 'churn.example.org' },
    commonLabels: { team: 'fraud' },
  },
  internal: {
    auth: { kind: 'none' },
    allowFrom: [{ podSelector: { matchLabels: { app: 'batch' } } }],
  },
};
