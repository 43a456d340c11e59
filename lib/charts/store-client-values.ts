import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { ExternalObjectStore } from '../constructs/external-object-store';
import { Peer } from '../constructs/network-peer';
import type { Bucket } from '../constructs/object-store';
import { SecretSource } from '../constructs/secret-source';
import { peerOf, peersValue } from './network-values';
import { OPTIONAL_DNS_NAME } from './patterns';
import { secretOf, secretValues } from './secret-values';

/** Port of the servers that the chart minio installs. */
const MINIO_PORT = 9000;
/** A host name, with a port if that is none which a URL leaves out. */
const HOST =
  /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z]([-a-z0-9]{0,61}[a-z0-9])?){0,6}(:([1-9][0-9]{3}|[1-5][0-9]{4}))?$/;

/** Values for a bucket of an S3 store that is there. */
export const storeClientValues = (what: string, bucket: string) =>
  z
    .strictObject({
      kind: z
        .enum(['minio', 's3'])
        .default('minio')
        .describe('A release of the chart minio in the same namespace, or any S3 store'),
      bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)
        .default(bucket)
        .describe('Name of the bucket'),
      region: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,40}$/)
        .default('us-east-1')
        .describe('Region that requests are signed for'),
      minio: z
        .strictObject({
          fullname: z
            .string()
            .regex(/^[a-z]([-a-z0-9]{0,33}[a-z0-9])?$/)
            .default('minio')
            .describe('Full name of that release; its Secret is `<this>-<bucket>`'),
        })
        .prefault({})
        .describe('The release, for the kind `minio`'),
      s3: z
        .strictObject({
          tls: z.boolean().default(true).describe('Whether the store has TLS'),
          host: z
            .string()
            .regex(HOST)
            .default('s3.example.com')
            .describe('Host name of the S3 API, with its port unless that is the usual one'),
          port: z
            .int()
            .min(1)
            .max(65535)
            .default(443)
            .describe('Port at which it listens on the network, behind any Service'),
          peers: peersValue('Where it is on the network'),
          secret: secretValues('Secret whose key `credentials` is a file in the form of `~/.aws/credentials`', 's3', 'ml/s3'),
          certificateAuthority: z
            .string()
            .regex(OPTIONAL_DNS_NAME)
            .default('')
            .describe("With TLS, a Secret whose key `ca.crt` signs the store's certificate; empty trusts the public ones"),
        })
        .prefault({})
        .describe('The store, for the kind `s3`'),
    })
    .prefault({})
    .describe(what);
export type StoreClientValues = z.output<ReturnType<typeof storeClientValues>>;

/** @param name name of the release, with which the names of Secrets begin that are not given */
export function bucketOf(chart: Chart, name: string, { kind, bucket, region, minio, s3 }: StoreClientValues): Bucket {
  const namespace = chart.namespace!;
  // No release can have that name, so nothing else in the chart has.
  const id = 'Store';
  switch (kind) {
    case 'minio':
      return new ExternalObjectStore(chart, id, {
        endpoint: `http://${minio.fullname}:${MINIO_PORT}`,
        region,
        peer: Peer.pods({
          namespace,
          labels: { 'app.kubernetes.io/instance': minio.fullname },
          ports: [MINIO_PORT],
        }),
        credentials: SecretSource.existing(`${minio.fullname}-${bucket}`),
      }).bucket(bucket);
    case 's3': {
      const authority = s3.tls ? s3.certificateAuthority : '';
      return new ExternalObjectStore(chart, id, {
        endpoint: `${s3.tls ? 'https' : 'http'}://${s3.host}`,
        region,
        peer: peerOf(s3.peers, namespace, [s3.port]),
        credentials: secretOf(chart, `${name}-s3`, ['credentials'], s3.secret),
        certificateAuthority: authority ? SecretSource.existing(authority) : undefined,
      }).bucket(bucket);
    }
  }
}
