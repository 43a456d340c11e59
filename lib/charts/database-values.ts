import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { Database } from '../constructs/database';
import { SecretSource } from '../constructs/secret-source';
import { POSTGRES_FIELD_KEYS, POSTGRES_KEYS } from '../core/secret-keys';
import { peerOf, peersValue } from './network-values';
import { DNS_NAME, MEMORY, OPTIONAL_DNS_NAME } from './patterns';
import { secretOf, secretValues } from './secret-values';

/** Port of PostgreSQL, at which nothing else that a server calls may listen. */
export const POSTGRES_PORT = 5432;

/** Values for where MLflow keeps runs, models and users. */
export const databaseValues = z
  .strictObject({
    kind: z
      .enum(['sqlite', 'postgres'])
      .default('sqlite')
      .describe('A file on a volume, for one pod at a time, or a PostgreSQL that is there'),
    sqlite: z
      .strictObject({
        size: z.string().regex(MEMORY).default('5Gi').describe('Size of the volume'),
        storageClass: z
          .string()
          .regex(OPTIONAL_DNS_NAME)
          .default('')
          .describe("Storage class of the volume; empty is the cluster's default"),
      })
      .prefault({})
      .describe('The volume, for the kind `sqlite`'),
    postgres: z
      .strictObject({
        secret: secretValues('Secret that says how to connect', 'postgres', 'ml/mlflow-postgres'),
        form: z
          .enum(['service-file', 'fields'])
          .default('service-file')
          .describe('What it holds: a `pg_service.conf`, or the keys that database operators make'),
        tls: z
          .enum(['from-secret', 'require', 'verify-ca', 'verify-full'])
          .default('from-secret')
          .describe('What is demanded of the connection'),
        certificateAuthority: z
          .string()
          .regex(DNS_NAME)
          .default('postgres-ca')
          .describe("Secret whose key `ca.crt` signs the server's certificate, for the modes that verify"),
        peers: peersValue('Where the server is on the network, at port 5432'),
        pool: z
          .strictObject({
            size: z.int().min(1).max(1000).default(5).describe('Connections that stay open'),
            overflow: z.int().min(1).max(1000).default(10).describe('Connections beyond these for a while'),
          })
          .prefault({})
          .describe('Connections that each worker keeps, twice'),
      })
      .prefault({})
      .describe('The server, for the kind `postgres`'),
  })
  .prefault({})
  .describe('Where runs, models, versions and users go');

/** @param name name of the release, with which the names of Secrets begin that are not given */
export function databaseOf(
  chart: Chart,
  name: string,
  { kind, sqlite, postgres }: z.output<typeof databaseValues>,
): Database {
  switch (kind) {
    case 'sqlite':
      return Database.sqlite({ size: sqlite.size, storageClass: sqlite.storageClass || undefined });
    case 'postgres': {
      const { secret, form, tls, certificateAuthority, peers, pool } = postgres;
      const ca = SecretSource.existing(certificateAuthority);
      const keys = Object.keys(form === 'fields' ? POSTGRES_FIELD_KEYS : POSTGRES_KEYS);
      return Database.postgres({
        connection: secretOf(chart, `${name}-postgres`, keys, secret),
        form,
        tls: tls === 'from-secret' ? undefined : { mode: tls, ca: tls === 'require' ? undefined : ca },
        peer: peerOf(peers, chart.namespace!, [POSTGRES_PORT]),
        pool,
      });
    }
  }
}
