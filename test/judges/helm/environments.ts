import { isDeepStrictEqual } from 'node:util';
import { CHARTS } from './published';
import type { HelmChart } from '../../../lib/helm/helm-chart';
import type { Values } from '../../../lib/helm/values/samples';
import type { Json } from '../../../lib/helm/values/value-node';
import type { Rendering } from './template';

/** What a chart says of a part of the reference platform. */
export interface Deployed extends Rendering {
  /** The file below dist/. */
  readonly unit: string;
  readonly chart: HelmChart<any>;
  /** What the values cannot say, by object and place, with the reason. */
  readonly otherwise: Readonly<Record<string, string>>;
}

/** The same, by the name of its chart. */
type Declared = Omit<Deployed, 'chart' | 'namespace'> & { readonly chart: string };

/** What Helm and the platform say differently of whose an object is, and when it is applied. */
const OWNERSHIP = /^(app\.kubernetes\.io\/(managed-by|part-of)|helm\.sh\/.*)$/;

const QUOTAS = {
  fraud: { cpu: '8', memory: '24Gi' },
  search: { cpu: '4', memory: '16Gi' },
  pricing: { cpu: '6', memory: '24Gi' },
};

/** What the construct asks for by default, which it writes as 1Gi and the chart, whatever the workers, as 1024Mi. */
const MLFLOW = {
  limits: { cpu: '1', 'ephemeral-storage': '4Gi', memory: '1Gi' },
  requests: { cpu: '250m', 'ephemeral-storage': '256Mi', memory: '1Gi' },
};

/** A model with a route from outside. */
const model = (name: string, environment: string, team: string, values: Values): Declared => ({
  unit: `${environment}/${team}`,
  chart: 'model-api',
  name,
  values: {
    fullnameOverride: name,
    exposure: { kind: 'gateway', host: `${name}.${environment}.example.com` },
    ...values,
  },
  otherwise: {},
});

const READER = 'the user of the bucket may only read';

const pods = (namespace: string, labels: Values): Values => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: labels },
});

const group = (name: string) => ({ kind: 'Group', name });

/** The same teams as in `main.ts`, in values. */
const deployed = (environment: string): Declared[] => [
  ...Object.entries(QUOTAS).map(([team, quota]) => ({
    unit: `${environment}/${team}`,
    chart: 'team-namespace',
    name: team,
    values: {
      namespace: { create: true },
      defaultAccount: { manage: true },
      owners: [group(`${team}-leads`)],
      members: team === 'fraud' ? [group('fraud')] : [],
      quota,
    },
    otherwise: {
      'ResourceQuota/team metadata.annotations.checksum/hooks': 'only the platform knows all Jobs of a team',
    },
  })),
  {
    unit: `${environment}/fraud`,
    chart: 'mlflow-server',
    name: 'mlflow',
    values: {
      fullnameOverride: 'mlflow',
      artifacts: {
        kind: 's3',
        bucket: `fraud-${environment}`,
        s3: {
          tls: false,
          host: 's3.storage.svc:7070',
          port: 7070,
          secret: { name: 's3' },
          peers: [pods('storage', { app: 's3' })],
        },
      },
      database: { kind: 'postgres', postgres: { peers: [pods('databases', { app: 'postgres' })] } },
      resources: MLFLOW,
      exposure: { kind: 'gateway', host: `mlflow.fraud.${environment}.example.com` },
      allowFrom: [pods(`fraud-${environment}`, { 'app.kubernetes.io/instance': 'churn' })],
    },
    otherwise: {
      'Deployment/mlflow spec.template.spec.containers.0.env': 'the chart always says how many connections are kept',
    },
  },
  {
    unit: `${environment}/search`,
    chart: 'mlflow-server',
    name: 'mlflow',
    values: {
      fullnameOverride: 'mlflow',
      database: { kind: 'sqlite' },
      artifacts: {
        kind: 's3',
        s3: {
          tls: false,
          host: `store.search-${environment}.svc:8333`,
          port: 8333,
          secret: { name: 'store-mlflow' },
          peers: [pods(`search-${environment}`, { 'app.kubernetes.io/instance': 'store' })],
        },
      },
      resources: MLFLOW,
    },
    otherwise: {},
  },
  {
    unit: `${environment}/pricing`,
    chart: 'minio',
    name: 'store',
    values: {
      fullnameOverride: 'store',
      size: '80Gi',
      buckets: ['models'],
      allowFrom: [pods(`pricing-${environment}`, { 'app.kubernetes.io/instance': 'prices' })],
    },
    otherwise: {
      'Job/store-buckets spec.template.spec.containers.0.args.2': READER,
      'Job/store-buckets spec.template.spec.containers.0.volumeMounts.4.mountPath': READER,
      'Job/store-buckets spec.template.spec.containers.0.volumeMounts.4.name': READER,
      'Job/store-buckets spec.template.spec.volumes.4.name': READER,
      'Job/store-buckets spec.template.spec.volumes.4.secret.secretName': READER,
      'ConfigMap/store-buckets data.store-models.json': READER,
      'ConfigMap/store-buckets data.store-models-read.json': READER,
    },
  },
  model('churn', environment, 'fraud', {
    model: { name: 'churn', version: 1 },
    image: { tag: '3.17.2' },
    source: {
      kind: 'registry',
      registry: {
        host: `mlflow.fraud-${environment}.svc`,
        secret: { name: 'mlflow-auth' },
        peers: [pods(`fraud-${environment}`, { 'app.kubernetes.io/instance': 'mlflow' })],
      },
    },
    auth: { secret: { name: 'churn-clients' }, clients: ['web', 'batch'] },
  }),
  model('ranking', environment, 'search', {
    model: { name: 'ranking', version: 4 },
    image: { repository: 'search/ranking', tag: '2.3.0' },
    runtime: { kind: 'container', port: 8000 },
    autoscaling: { kind: 'hpa', max: 4 },
  }),
  model('prices', environment, 'pricing', {
    model: { name: 'prices', version: 1 },
    image: { repository: 'pricing/api', tag: '1.8.0' },
    runtime: { kind: 'container' },
    source: {
      kind: 'objectStore',
      objectPath: 'prices/1',
      objectStore: {
        kind: 's3',
        bucket: 'models',
        s3: {
          tls: false,
          host: `store.pricing-${environment}.svc:9000`,
          port: 9000,
          secret: { name: 'store-models-read' },
          peers: [pods(`pricing-${environment}`, { 'app.kubernetes.io/instance': 'store' })],
        },
      },
    },
  }),
];

export const ENVIRONMENTS: readonly Deployed[] = ['staging', 'production'].flatMap(environment =>
  deployed(environment).map(({ unit, chart, ...rendering }) => ({
    ...rendering,
    unit,
    chart: CHARTS.find(({ name }) => name === chart)!,
    namespace: unit.split('/').reverse().join('-'),
  })),
);

const SEAWEED_FS = [
  ...['StatefulSet/store', 'Service/store', 'Service/store-servers', 'Job/store-buckets'],
  ...['store', 'store-buckets'].flatMap(name => [`NetworkPolicy/${name}`, `ServiceAccount/${name}`]),
];

/** What lies in a file of dist/ and no chart is about: there is none of SeaweedFS. */
export const UNCHARTED: Readonly<Record<string, readonly string[]>> = {
  'staging/search': SEAWEED_FS,
  'production/search': SEAWEED_FS,
};

/** An object without what Helm and the platform say differently. */
export function withoutOwnership(object: any): Json {
  const { namespace: _, labels, annotations, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, labels: unowned(labels), annotations: unowned(annotations) } };
}

const unowned = (texts: object = {}): Json =>
  Object.fromEntries(Object.entries(texts).filter(([key]) => !OWNERSHIP.test(key))) as Json;

/** Places in an object at which two of them differ; a list of another length is one place. */
export function placesOf(one: Json | undefined, other: Json | undefined, place = ''): string[] {
  const bothMaps = isMap(one) && isMap(other);
  const bothLists = Array.isArray(one) && Array.isArray(other) && one.length === other.length;
  if (!bothMaps && !bothLists) {
    return isDeepStrictEqual(one, other) ? [] : [place];
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap(key =>
    placesOf((one as any)[key], (other as any)[key], place === '' ? key : `${place}.${key}`),
  );
}

const isMap = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
