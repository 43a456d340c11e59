import type { Values } from '../helm/values/samples';

/** Values with which the chart minio is tried; together they have every kind of it. */
export const MINIO_CI: Readonly<Record<string, Values>> = {
  single: {
    image: { registry: 'registry.example.com:5000', digest: `sha256:${'0123456789abcdef'.repeat(4)}` },
    imagePullPolicy: 'IfNotPresent',
    imagePullSecrets: ['registry'],
    size: '20Gi',
    storageClass: 'fast',
    root: { name: 'store-admin' },
    buckets: ['mlflow', 'models'],
    resources: {
      requests: { cpu: '500m', memory: '4Gi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '2', memory: '4Gi', 'ephemeral-storage': '1Gi' },
    },
    service: { ipFamilyPolicy: 'SingleStack' },
    allowFrom: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'mlflow' } } }],
  },
  distributed: {
    image: { registry: '' },
    distributed: { enabled: true, servers: 8 },
    service: { ipFamilyPolicy: 'PreferDualStack' },
    nodeSelector: { 'example.com/disk': 'nvme' },
    tolerations: [{ key: 'storage', operator: 'Equal', value: 'nvme', effect: 'NoSchedule' }],
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'minio' } },
            topologyKey: 'kubernetes.io/hostname',
          },
        ],
      },
    },
    priorityClassName: 'storage',
    monitoring: { enabled: true, intervalSeconds: 60, dashboard: false },
    dns: { port: 5353 },
    commonLabels: { 'cost-centre': 'ml' },
    commonAnnotations: { 'example.com/owner': 'platform' },
  },
  external: {
    imagePullPolicy: 'Never',
    root: {
      kind: 'external',
      external: { storeKind: 'SecretStore', store: 'team', key: 'fraud/minio', refreshInterval: '0h15m0s' },
    },
    buckets: ['mlflow'],
    bucketSecrets: { kind: 'external', external: { storeKind: 'SecretStore', store: 'team', key: 'fraud/buckets' } },
    extraEnv: [{ name: 'MINIO_SITE_NAME', value: 'fraud' }],
    extraVolumes: [{ name: 'trusted', configMap: { name: 'authorities' } }],
    extraVolumeMounts: [{ name: 'trusted', mountPath: '/home/app/.minio/certs/CAs', readOnly: true }],
    monitoring: { enabled: true, alerts: false },
    dns: { nodeLocal: '169.254.20.10' },
    fullnameOverride: 'store',
  },
};
