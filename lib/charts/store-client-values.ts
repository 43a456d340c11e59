import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { ExternalObjectStore } from '../constructs/external-object-store';
import type { Bucket } from '../constructs/object-store';
import { SecretSource } from '../constructs/secret-source';
import { peerOf, peersValue } from './network-values';
import { DNS_NAME, HOST } from './patterns';

/** Values for a bucket of an S3 store that is there. */
export const storeClientValues = (what: string, bucket: string) =>
  z
    .strictObject({
      scheme: z.enum(['http', 'https']).default('http').describe('Whether the store has TLS'),
      host: z.string().regex(HOST).default('minio').describe('Host name of the S3 API'),
      port: z.int().min(1024).max(65535).default(9000).describe('Port of the S3 API'),
      region: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,40}$/)
        .default('us-east-1')
        .describe('Region that requests are signed for'),
      bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)
        .default(bucket)
        .describe('Name of the bucket'),
      existingSecret: z
        .string()
        .regex(DNS_NAME)
        .default('s3')
        .describe('Secret whose key `credentials` is a file in the form of `~/.aws/credentials`'),
      peers: peersValue('Where the store is on the network'),
    })
    .prefault({})
    .describe(what);
export type StoreClientValues = z.output<ReturnType<typeof storeClientValues>>;

export function bucketOf(chart: Chart, id: string, values: StoreClientValues): Bucket {
  const { scheme, host, port, region, bucket, existingSecret, peers } = values;
  const store = new ExternalObjectStore(chart, id, {
    endpoint: `${scheme}://${host}:${port}`,
    region,
    peer: peerOf(peers, chart.namespace!, [port]),
    credentials: SecretSource.existing(existingSecret),
  });
  return store.bucket(bucket);
}
