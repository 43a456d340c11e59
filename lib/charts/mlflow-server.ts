import { z } from 'zod';
import { MlflowServer } from '../constructs/mlflow-server';
import { SecretSource } from '../constructs/secret-source';
import { HelmChart } from '../helm/helm-chart';
import { databaseOf, databaseValues, POSTGRES_PORT } from './database-values';
import { ABOUT } from './about';
import { decorationValues, keepsNameRule, NAME_RULE, nameValues } from './decoration-values';
import { exposureOf, exposureValues } from './exposure-values';
import { finish } from './finish';
import { imageOf, imageValues } from './image-values';
import { monitoringValues } from './monitoring-values';
import { dnsValues, peersValue, useDns } from './network-values';
import { OPTIONAL_DNS_NAME } from './patterns';
import { pullPolicyValue } from './pull-policy';
import { diskValue, resourcesValue } from './resource-values';
import { bucketOf, storeClientValues } from './store-client-values';

const values = z
  .strictObject({
  image: imageValues('Image with MLflow, its `auth` extra, boto3 and psycopg2', {
    registry: 'ghcr.io',
    repository: 'mlflow/mlflow',
    tag: 'v3.17.2-full',
    tags: /^v?3\.(1[7-9]|[2-9][0-9])\.[0-9]{1,3}(-full)?(-[0-9]{1,8})?$/,
  }),
  imagePullPolicy: pullPolicyValue,
  existingSecret: z
    .string()
    .regex(OPTIONAL_DNS_NAME)
    .default('')
    .describe('Secret with `basic_auth.ini`, `flask-secret-key`, `reader` and `writer`; empty is `<fullname>-auth`'),
  database: databaseValues,
  artifacts: storeClientValues('Bucket for models and other artifacts', 'mlflow'),
  workers: z.int().min(1).max(64).default(2).describe('Worker processes of the pod, each of about 150 MiB'),
  workspaces: z.boolean().default(false).describe('Whether experiments and models live in workspaces'),
  resources: resourcesValue('250m CPU and 512Mi memory for each worker, limits of 1 CPU and that memory'),
  disk: diskValue('4Gi', 'Room for uploads on their way to the bucket'),
  exposure: exposureValues('mlflow.example.com'),
  allowFrom: peersValue('Who may call from within the cluster', 'nobody'),
  monitoring: monitoringValues,
  dns: dnsValues,
  ...nameValues,
  ...decorationValues,
})
  .refine(keepsNameRule, 'no object can have that name')
  .refine(({ artifacts }) => artifacts.port !== POSTGRES_PORT, 'the store does not listen on the port of PostgreSQL')
  .meta({ allOf: [NAME_RULE, { properties: { artifacts: { properties: { port: { not: { const: POSTGRES_PORT } } } } } }] }); 

/** The tracking server and model registry of one team. */
export const mlflowServerChart = new HelmChart({
  ...ABOUT,
  name: 'mlflow-server',
  description: 'MLflow tracking server and model registry of one team: authenticated, isolated, artifacts through its proxy',
  nameLength: 46,
  values,
  build(chart, given, release) {
    useDns(chart, given.dns);
    const mlflow = new MlflowServer(chart, release.fullname, {
      image: imageOf(given.image),
      auth: SecretSource.existing(given.existingSecret || `${release.fullname}-auth`),
      database: databaseOf(chart, given.database),
      artifacts: bucketOf(chart, 'artifacts', given.artifacts),
      workers: given.workers,
      workspaces: given.workspaces,
      metrics: given.monitoring.enabled,
      resources: {
        requests: { memory: `${512 * given.workers}Mi` },
        limits: { memory: `${512 * given.workers}Mi`, 'ephemeral-storage': given.disk },
      },
      exposure: exposureOf(given.exposure),
    });
    finish(chart, mlflow, 'mlflow', given, release);
  },
});
