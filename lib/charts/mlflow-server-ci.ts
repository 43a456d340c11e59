import type { Values } from '../helm/values/samples';

/** Values with which the chart mlflow-server is tried; together they have every kind of it. */
export const MLFLOW_SERVER_CI: Readonly<Record<string, Values>> = {
  sqlite: {
    imagePullPolicy: 'Never',
    database: { sqlite: { size: '10Gi', storageClass: 'fast' } },
    artifacts: { minio: { fullname: 'store' }, bucket: 'runs' },
    workers: 1,
    allowFrom: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'model-api' } } }],
    fullnameOverride: 'mlflow',
  },
  postgres: {
    image: { registry: 'registry.example.com', repository: 'ml/mlflow', tag: '3.17.2' },
    imagePullPolicy: 'IfNotPresent',
    imagePullSecrets: ['registry'],
    database: {
      kind: 'postgres',
      postgres: {
        tls: 'verify-full',
        certificateAuthority: 'corporate-ca',
        peers: [{ ipBlock: { cidr: '203.0.113.7/32' } }],
        pool: { size: 2, overflow: 3 },
      },
    },
    artifacts: {
      kind: 's3',
      region: 'eu-central-1',
      s3: {
        host: 's3.eu-central-1.amazonaws.com',
        peers: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] } }],
      },
    },
    replicas: 3,
    service: { ipFamilyPolicy: 'PreferDualStack' },
    exposure: { kind: 'gateway', host: 'mlflow.example.org', gateway: { name: 'shared', namespace: 'edge' } },
    monitoring: { enabled: true },
  },
  external: {
    auth: {
      secret: { kind: 'external', external: { storeKind: 'SecretStore', store: 'team', key: 'fraud/mlflow' } },
      proxy: {
        enabled: true,
        secret: { kind: 'external', external: { storeKind: 'SecretStore', store: 'team' } },
        namespace: 'login',
      },
    },
    database: {
      kind: 'postgres',
      postgres: { secret: { kind: 'external', external: { storeKind: 'SecretStore', store: 'team' } }, form: 'fields', tls: 'require' },
    },
    artifacts: {
      kind: 's3',
      s3: { secret: { kind: 'external', external: { storeKind: 'SecretStore', store: 'team' } }, host: 's3.example.com:9443', port: 9443, certificateAuthority: 's3-ca' },
    },
    workspaces: true,
    exposure: { kind: 'ingress', ingress: { className: 'haproxy' }, peer: { labels: { app: 'haproxy' } } },
    extraEnv: [{ name: 'MLFLOW_HTTP_REQUEST_TIMEOUT', value: '300' }],
    extraVolumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }],
    extraVolumeMounts: [{ name: 'cache', mountPath: '/var/cache/mlflow' }],
    nameOverride: 'tracking',
  },
  mesh: {
    database: { kind: 'postgres', postgres: { tls: 'verify-ca' } },
    artifacts: { kind: 's3', s3: { tls: false, host: 's3.storage:7070', port: 7070 } },
    exposure: { kind: 'istio', host: 'mlflow.example.org', istio: { gateway: 'mesh', namespace: 'istio-ingress' } },
    resources: {
      requests: { cpu: '1', memory: '2Gi', 'ephemeral-storage': '256Mi' },
      limits: { cpu: '2', memory: '2Gi', 'ephemeral-storage': '9Gi' },
    },
    disk: '8Gi',
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    tolerations: [{ key: 'ml', operator: 'Exists', value: '', effect: 'NoSchedule' }],
    service: { ipFamilyPolicy: 'SingleStack' },
    monitoring: { enabled: true, namespace: 'prometheus', alerts: false, dashboard: false },
    commonLabels: { team: 'fraud' },
  },
};
