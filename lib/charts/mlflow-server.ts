import { z } from 'zod';
import { MlflowServer } from '../constructs/mlflow-server';
import { Peer } from '../constructs/network-peer';
import { AUTH_PROXY_KEYS } from '../core/secret-keys';
import { HelmChart } from '../helm/helm-chart';
import { ABOUT, onArtifactHub } from './about';
import { databaseOf, databaseValues, POSTGRES_PORT } from './database-values';
import { decorationValues, keepsNameRule, NAME_RULE, nameValues } from './decoration-values';
import { exposureOf, exposureValues } from './exposure-values';
import { extraValues } from './extra-values';
import { finish } from './finish';
import { imageOf, imageValues } from './image-values';
import { MLFLOW_SERVER_CI } from './mlflow-server-ci';
import { MLFLOW_SERVER_NOTES } from './mlflow-server-notes';
import { MLFLOW_SERVER_TEST } from './mlflow-server-test';
import { monitoringValues } from './monitoring-values';
import { dnsValues, peersValue, useDns } from './network-values';
import { DNS_LABEL } from './patterns';
import { placementOf, placementValues } from './placement-values';
import { pullPolicyValue } from './pull-policy';
import { pullSecretsValue, usePullSecrets } from './pull-secrets';
import { diskValue, resourcesValue } from './resource-values';
import { ownSecretValues, secretOf, secretValues } from './secret-values';
import { serviceValues } from './service-values';
import { bucketOf, storeClientValues } from './store-client-values';
import { areUnique, uniqueRule } from './unique-names';
import { ruleAt } from './value-rules';

/** What the Secret of a server holds: its own credentials, and those that other pods mount. */
const AUTH_KEYS = ['basic_auth.ini', 'flask-secret-key', 'reader', 'writer'];
/** Ends the name of the Secret that is shared with a proxy, which may be no other one. */
const PROXY_SECRET = 'auth-proxy';

const values = z
  .strictObject({
    image: imageValues('Image with MLflow, its `auth` extra, boto3 and psycopg2', {
      registry: 'ghcr.io',
      repository: 'mlflow/mlflow',
      tag: 'v3.17.2-full',
      tags: /^v?3\.(1[7-9]|[2-9][0-9])\.[0-9]{1,3}(-full)?(-[0-9]{1,8})?$/,
    }),
    imagePullPolicy: pullPolicyValue,
    imagePullSecrets: pullSecretsValue,
    auth: z
      .strictObject({
        secret: secretValues(
          'Secret with `basic_auth.ini`, `flask-secret-key`, and for other pods `reader` and `writer`',
          'auth',
          'ml/mlflow-auth',
        ),
        proxy: z
          .strictObject({
            enabled: z.boolean().default(false).describe('Whether there is a proxy that authenticates people'),
            secret: ownSecretValues(
              'Secret whose key `secret` proxy and server share',
              PROXY_SECRET,
              'ml/mlflow-auth-proxy',
            ),
            namespace: z.string().regex(DNS_LABEL).default('oauth2-proxy').describe('Namespace of its pods'),
            program: z
              .string()
              .regex(DNS_LABEL)
              .default('oauth2-proxy')
              .describe('Label `app.kubernetes.io/name` of its pods, which may then call the server'),
          })
          .prefault({})
          .describe('A proxy such as oauth2-proxy, which names people in the header X-Forwarded-User'),
      })
      .prefault({})
      .describe('Who may call: whoever has a password of MLflow, and whom a proxy vouches for'),
    database: databaseValues,
    artifacts: storeClientValues('Bucket for models and other artifacts', 'mlflow'),
    replicas: z.int().min(1).max(20).default(1).describe('Number of pods; more than one need PostgreSQL'),
    workers: z.int().min(1).max(64).default(2).describe('Worker processes of each pod, each of about 150 MiB'),
    workspaces: z.boolean().default(false).describe('Whether experiments and models live in workspaces'),
    resources: resourcesValue('250m CPU and 512Mi memory for each worker, limits of 1 CPU and that memory'),
    disk: diskValue('4Gi', 'Room for uploads on their way to the bucket'),
    ...extraValues,
    ...placementValues,
    service: serviceValues,
    exposure: exposureValues('mlflow.example.com'),
    allowFrom: peersValue('Who may call from within the cluster', 'nobody'),
    monitoring: monitoringValues,
    dns: dnsValues,
    ...nameValues,
    ...decorationValues,
  })
  .refine(keepsNameRule, 'no object can have that name')
  .refine(({ imagePullSecrets }) => areUnique(imagePullSecrets), 'a Secret is named twice')
  .refine(({ database, replicas }) => database.kind !== 'sqlite' || replicas === 1, 'SQLite allows one pod')
  .refine(
    ({ artifacts }) => artifacts.s3.port !== POSTGRES_PORT,
    'the store does not listen on the port of PostgreSQL',
  )
  .refine(
    ({ auth }) => !auth.secret.name.endsWith(`-${PROXY_SECRET}`),
    'that name is for the Secret that is shared with a proxy',
  )
  .meta({
    allOf: [
      NAME_RULE,
      uniqueRule('imagePullSecrets'),
      {
        if: { properties: { database: { properties: { kind: { const: 'sqlite' } } } } },
        then: { properties: { replicas: { const: 1 } } },
      },
      ruleAt('artifacts', 's3', 'port')({ not: { const: POSTGRES_PORT } }),
      ruleAt('auth', 'secret', 'name')({ not: { pattern: `-${PROXY_SECRET}$` } }),
    ],
  });

/** The tracking server and model registry of one team. */
export const mlflowServerChart = new HelmChart({
  ...ABOUT,
  ...onArtifactHub('ai-machine-learning', 'docs/mlflow-server.md', [
    { name: 'mlflow', image: 'ghcr.io/mlflow/mlflow:v3.17.2-full' },
  ]),
  name: 'mlflow-server',
  description:
    'MLflow tracking server and model registry of one team: authenticated, isolated, artifacts through its proxy',
  keywords: ['mlflow', 'model-registry', 'experiment-tracking', 'mlops'],
  prerequisites: [
    'A bucket of an S3 store, such as one of the chart minio in the same namespace',
    'The CRDs of the exposure that you choose; the Prometheus operator for `monitoring`; the External Secrets operator for Secrets of the kind `external`',
  ],
  notes: MLFLOW_SERVER_NOTES,
  tests: { 'connection.yaml': MLFLOW_SERVER_TEST },
  ci: MLFLOW_SERVER_CI,
  nameLength: 46,
  values,
  build(chart, { auth, ...given }, release) {
    const { fullname } = release;
    useDns(chart, given.dns);
    usePullSecrets(chart, given.imagePullSecrets);
    const memory = `${512 * given.workers}Mi`;
    const mlflow = new MlflowServer(chart, fullname, {
      image: imageOf(given.image),
      auth: secretOf(chart, `${fullname}-auth`, AUTH_KEYS, auth.secret),
      authProxy: auth.proxy.enabled
        ? {
            peer: Peer.pods({
              namespace: auth.proxy.namespace,
              labels: { 'app.kubernetes.io/name': auth.proxy.program },
            }),
            secret: secretOf(chart, `${fullname}-${PROXY_SECRET}`, Object.keys(AUTH_PROXY_KEYS), auth.proxy.secret),
          }
        : undefined,
      database: databaseOf(chart, fullname, given.database),
      artifacts: bucketOf(chart, fullname, given.artifacts),
      replicas: given.database.kind === 'sqlite' ? 1 : given.replicas,
      workers: given.workers,
      workspaces: given.workspaces,
      metrics: given.monitoring.enabled,
      placement: placementOf(given),
      resources: { requests: { memory }, limits: { memory, 'ephemeral-storage': given.disk } },
      exposure: exposureOf(given.exposure),
    });
    finish(chart, mlflow, 'mlflow', given, release);
  },
});
