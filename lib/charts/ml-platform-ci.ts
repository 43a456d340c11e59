import type { Values } from '../helm/values/samples';

/** Values with which the chart ml-platform is tried: its parts, wired together in other ways than by default. */
export const ML_PLATFORM_CI: Readonly<Record<string, Values>> = {
  production: {
    'team-namespace': {
      owners: [{ kind: 'Group', name: 'oidc:fraud-leads' }],
      quota: { cpu: '64', memory: '256Gi', storage: '4Ti' },
    },
    minio: {
      distributed: { enabled: true },
      buckets: ['artifacts'],
      root: { kind: 'external', external: { key: 'fraud/minio-root' } },
      bucketSecrets: { kind: 'external', external: { key: 'fraud/buckets' } },
      monitoring: { enabled: true },
    },
    mlflow: {
      auth: { secret: { kind: 'external', external: { key: 'fraud/mlflow' } } },
      database: { kind: 'postgres', postgres: { peers: [{ ipBlock: { cidr: '203.0.113.7/32' } }] } },
      artifacts: { bucket: 'artifacts' },
      replicas: 2,
      exposure: { kind: 'gateway', host: 'mlflow.example.org' },
      monitoring: { enabled: true },
    },
    model: {
      enabled: true,
      image: { repository: 'ml/churn', tag: '2.4.0' },
      model: { name: 'churn', version: 7 },
      auth: { secret: { kind: 'external', external: { key: 'fraud/churn-clients' } } },
      autoscaling: { kind: 'hpa', min: 2, max: 6 },
      exposure: { kind: 'gateway', host: 'churn.example.org' },
      monitoring: { enabled: true },
    },
  },
  'own-store': {
    'team-namespace': { enabled: false },
    minio: { enabled: false },
    mlflow: { artifacts: { kind: 's3', s3: { host: 's3.eu-central-1.amazonaws.com' }, region: 'eu-central-1' } },
  },
  'second-names': {
    minio: {
      fullnameOverride: 'store',
      buckets: ['runs'],
      allowFrom: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'tracking' } } }],
    },
    mlflow: {
      fullnameOverride: 'tracking',
      artifacts: { minio: { fullname: 'store' }, bucket: 'runs' },
      allowFrom: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'churn' } } }],
    },
    model: {
      enabled: true,
      fullnameOverride: 'churn',
      source: {
        registry: {
          host: 'tracking',
          secret: { name: 'tracking-auth' },
          peers: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'tracking' } } }],
        },
      },
    },
  },
};
