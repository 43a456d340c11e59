import { z } from 'zod';
import { Minio } from '../constructs/minio';
import { STORE_ROOT_KEYS, STORE_USER_KEYS } from '../core/store-keys';
import { HelmChart } from '../helm/helm-chart';
import { ABOUT, onArtifactHub } from './about';
import { decorationValues, keepsNameRule, NAME_RULE, nameValues } from './decoration-values';
import { extraValues } from './extra-values';
import { finish } from './finish';
import { imageOf, imageValues } from './image-values';
import { MINIO_CI } from './minio-ci';
import { MINIO_NOTES } from './minio-notes';
import { MINIO_TEST } from './minio-test';
import { monitoringValues } from './monitoring-values';
import { dnsValues, peersValue, useDns } from './network-values';
import { MEMORY, OPTIONAL_DNS_NAME } from './patterns';
import { placementOf, placementValues } from './placement-values';
import { pullPolicyValue } from './pull-policy';
import { pullSecretsValue, usePullSecrets } from './pull-secrets';
import { resourcesValue } from './resource-values';
import { externalSecret, ownSecretValues, secretOf, secretValues } from './secret-values';
import { serviceValues } from './service-values';
import { areUnique, uniqueRule } from './unique-names';

/** Names that the Secrets of a release have for something else, or MinIO itself has. */
const RESERVED = ['minio', 'root'];

const values = z
  .strictObject({
    image: imageValues('Image of the server; MinIO itself publishes none any more', {
      registry: 'registry.example.com',
      repository: 'pgsty/silo',
      tag: '2026.9.1',
    }),
    clientImage: imageValues('Image with its client `mc` and a shell', {
      registry: 'registry.example.com',
      repository: 'pgsty/mc',
      tag: '2026.9.1',
    }),
    imagePullPolicy: pullPolicyValue,
    imagePullSecrets: pullSecretsValue,
    size: z.string().regex(MEMORY).default('100Gi').describe('Size of the volume of each server'),
    storageClass: z
      .string()
      .regex(OPTIONAL_DNS_NAME)
      .default('')
      .describe("Storage class of the volumes; empty is the cluster's default"),
    distributed: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Whether several servers keep the data; it can never be changed'),
        servers: z.int().min(4).max(16).default(4).describe('Number of servers; half of them may be lost for reading'),
      })
      .prefault({})
      .describe('Several servers, which maintenance then takes one at a time'),
    root: secretValues('Secret with `user` and `password` of the administrator', 'root', 'ml/minio-root'),
    region: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,40}$/)
      .default('us-east-1')
      .describe('Region that requests are signed for'),
    buckets: z
      .array(z.string().regex(/^[a-z]([a-z0-9-]{1,20}[a-z0-9])$/))
      .default([])
      .describe('Buckets that are made, each with a user whose keys are in the Secret `<fullname>-<bucket>`'),
    bucketSecrets: ownSecretValues(
      'Secrets of the buckets, each with `credentials` in the form of `~/.aws/credentials` and an entry `<key>/<bucket>`',
      '<bucket>',
      'ml/minio',
    ),
    resources: resourcesValue('250m CPU and 2Gi memory, limits of 2 CPU and 2Gi'),
    ...extraValues,
    ...placementValues,
    service: serviceValues,
    allowFrom: peersValue('Who may call from within the cluster', 'nobody'),
    monitoring: monitoringValues,
    dns: dnsValues,
    ...nameValues,
    ...decorationValues,
  })
  .refine(keepsNameRule, 'no object can have that name')
  .refine(
    ({ buckets }) => areUnique(buckets) && !buckets.some(bucket => RESERVED.includes(bucket)),
    'a bucket is named twice, or `minio` or `root`',
  )
  .refine(({ imagePullSecrets }) => areUnique(imagePullSecrets), 'a Secret is named twice')
  .meta({
    allOf: [
      NAME_RULE,
      uniqueRule('imagePullSecrets'),
      uniqueRule('buckets'),
      { properties: { buckets: { items: { not: { enum: RESERVED } } } } },
    ],
  });

/** MinIO, or a continuation of it, with its buckets and a user for each. */
export const minioChart = new HelmChart({
  ...ABOUT,
  ...onArtifactHub('storage', 'docs/minio.md', [
    { name: 'minio', image: 'registry.example.com/pgsty/silo:2026.9.1' },
    { name: 'mc', image: 'registry.example.com/pgsty/mc:2026.9.1' },
  ]),
  name: 'minio',
  description: 'S3 object store with buckets, a user for each of them, and nothing open that is not asked for',
  keywords: ['minio', 's3', 'object-storage', 'mlops'],
  prerequisites: [
    'Images of MinIO, or of a continuation of it, in a registry of yours: the defaults are placeholders',
    'The Prometheus operator for `monitoring`, the External Secrets operator for Secrets of the kind `external`',
  ],
  notes: MINIO_NOTES,
  tests: { 'connection.yaml': MINIO_TEST },
  ci: MINIO_CI,
  nameLength: 35,
  values,
  build(chart, { distributed, buckets, bucketSecrets, ...given }, release) {
    const { fullname } = release;
    useDns(chart, given.dns);
    usePullSecrets(chart, given.imagePullSecrets);
    const store = new Minio(chart, fullname, {
      image: imageOf(given.image),
      clientImage: imageOf(given.clientImage),
      size: given.size,
      storageClass: given.storageClass || undefined,
      servers: distributed.enabled ? distributed.servers : 1,
      root: secretOf(chart, `${fullname}-root`, Object.keys(STORE_ROOT_KEYS), given.root),
      region: given.region,
      metrics: given.monitoring.enabled,
      placement: placementOf(given),
    });
    for (const bucket of buckets) {
      const { name } = store.addUser(bucket, 'readWrite');
      if (bucketSecrets.kind === 'external') {
        const { external } = bucketSecrets;
        externalSecret(chart, name, Object.keys(STORE_USER_KEYS), { ...external, key: `${external.key}/${bucket}` });
      }
    }
    finish(chart, store, 'minio', given, release);
  },
});
