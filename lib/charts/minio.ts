import { z } from 'zod';
import { Minio } from '../constructs/minio';
import { SecretSource } from '../constructs/secret-source';
import { HelmChart } from '../helm/helm-chart';
import { ABOUT } from './about';
import { decorationValues, keepsNameRule, NAME_RULE, nameValues } from './decoration-values';
import { finish } from './finish';
import { imageOf, imageValues } from './image-values';
import { monitoringValues } from './monitoring-values';
import { dnsValues, peersValue, useDns } from './network-values';
import { MEMORY, OPTIONAL_DNS_NAME } from './patterns';
import { placementOf, placementValues } from './placement-values';
import { pullPolicyValue } from './pull-policy';
import { resourcesValue } from './resource-values';
import { areUnique, uniqueRule } from './unique-names';

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
      .describe('Several servers'),
    existingSecret: z
      .string()
      .regex(OPTIONAL_DNS_NAME)
      .default('')
      .describe('Secret with `user` and `password` of the administrator; empty is `<fullname>-root`'),
    region: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,40}$/)
      .default('us-east-1')
      .describe('Region that requests are signed for'),
    buckets: z
      .array(z.string().regex(/^[a-z]([a-z0-9-]{1,20}[a-z0-9])$/))
      .default([])
      .describe('Buckets that are made, each with a user whose keys are in the Secret `<fullname>-<bucket>`'),
    resources: resourcesValue('250m CPU and 2Gi memory, limits of 2 CPU and 2Gi'),
    ...placementValues,
    allowFrom: peersValue('Who may call from within the cluster', 'nobody'),
    monitoring: monitoringValues,
    dns: dnsValues,
    ...nameValues,
  ...decorationValues,
  })
  .refine(keepsNameRule, 'no object can have that name')
  .refine(({ buckets }) => areUnique(buckets) && !buckets.includes('minio'), 'MinIO keeps the name `minio` for itself')
  .meta({
    allOf: [NAME_RULE, uniqueRule('buckets'), { properties: { buckets: { items: { not: { const: 'minio' } } } } }],
  }); 

/** MinIO, or a continuation of it, with its buckets and a user for each. */
export const minioChart = new HelmChart({
  ...ABOUT,
  name: 'minio',
  description: 'S3 object store with buckets, a user for each of them, and nothing open that is not asked for',
  nameLength: 35,
  values,
  build(chart, { distributed, buckets, ...given }, release) {
    useDns(chart, given.dns);
    const store = new Minio(chart, release.fullname, {
      image: imageOf(given.image),
      clientImage: imageOf(given.clientImage),
      size: given.size,
      storageClass: given.storageClass || undefined,
      servers: distributed.enabled ? distributed.servers : 1,
      root: SecretSource.existing(given.existingSecret || `${release.fullname}-root`),
      region: given.region,
      metrics: given.monitoring.enabled,
      placement: placementOf(given),
    });
    buckets.forEach(bucket => store.addUser(bucket, 'readWrite'));
    finish(chart, store, 'minio', given, release);
  },
});
