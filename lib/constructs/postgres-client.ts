import type { Construct } from 'constructs';
import type { Container } from 'kubernetes-types/core/v1';
import { checkCounts } from '../core/counts';
import { PlatformError } from '../core/platform-error';
import { AUTHORITY_KEYS, POSTGRES_FIELD_KEYS, POSTGRES_KEYS } from '../core/secret-keys';
import type { PostgresProps } from './database';
import { WRITE_SERVICE_FILE } from './scripts/write-service-file';
import type { Workload } from './workload';

const DIRECTORY = '/etc/postgres';
const FIELDS = '/etc/postgres-fields';
const CA = '/etc/postgres-ca';
/** What a container must be given to connect. */
export const POSTGRES_NEEDS = {
  volumes: ['postgres', 'postgres-ca'],
  variables: ['PGSERVICEFILE', 'PGSSLMODE', 'PGSSLROOTCERT'],
} as const;
const RESOURCES = {
  requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
  limits: { cpu: '500m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
};

/**
 * Gives a workload the connection to a PostgreSQL and opens the path to it. Its pods need `connectionContainers()` too.
 *
 * @returns the URI for SQLAlchemy, which holds nothing but the name of the section in the service file
 */
export function connectPostgres(workload: Workload, database: PostgresProps): string {
  checkPostgres(workload, database);
  database.connection.mustHave?.(workload, database.form === 'fields' ? POSTGRES_FIELD_KEYS : POSTGRES_KEYS);
  workload.allowTo(database.peer);
  if (database.form === 'fields') {
    const keys = ['host', 'port', 'dbname', 'user', 'password'];
    workload.mountSecret(
      'postgres-fields',
      database.connection,
      FIELDS,
      keys.map(key => ({ key, path: key })),
    );
    // In memory: the file holds the password.
    workload.addVolume(
      { name: 'postgres', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      { mountPath: DIRECTORY },
    );
  } else {
    workload.mountSecret('postgres', database.connection, DIRECTORY, [
      { key: 'pg_service.conf', path: 'pg_service.conf' },
    ]);
  }
  workload.addEnvironment({ name: 'PGSERVICEFILE', value: `${DIRECTORY}/pg_service.conf` });
  demandTls(workload, database);
  return 'postgresql+psycopg2:///?service=mlflow';
}

/**
 * What must run in a pod before anything connects: with the form `fields` it writes the service file, mode 600, since
 * libpq takes a password from no file that has a group, which is what Kubernetes makes of a mounted Secret.
 *
 * @param image any image with Python 3
 */
export function connectionContainers(workload: Workload, database: PostgresProps, image: string): Container[] {
  return database.form === 'fields'
    ? [
        workload.sideContainer(
          {
            name: 'postgres-connection',
            image,
            command: ['python3', '-c', WRITE_SERVICE_FILE],
            args: [FIELDS, `${DIRECTORY}/pg_service.conf`],
            resources: RESOURCES,
          },
          { volumes: ['postgres', 'postgres-fields'] },
        ),
      ]
    : [];
}

/** Sets how many connections a server keeps. */
export function sizePool(workload: Workload, { pool }: PostgresProps): void {
  if (pool) {
    workload.addEnvironment(
      { name: 'MLFLOW_SQLALCHEMYSTORE_POOL_SIZE', value: `${pool.size}` },
      { name: 'MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW', value: `${pool.overflow}` },
    );
  }
}

function demandTls(workload: Workload, { tls }: PostgresProps): void {
  if (!tls) {
    return;
  }
  workload.addEnvironment({ name: 'PGSSLMODE', value: tls.mode });
  if (tls.ca) {
    tls.ca.mustHave?.(workload, AUTHORITY_KEYS);
    workload.mountSecret('postgres-ca', tls.ca, CA, [{ key: 'ca.crt', path: 'ca.crt' }]);
    workload.addEnvironment({ name: 'PGSSLROOTCERT', value: `${CA}/ca.crt` });
  }
}

function checkPostgres(where: Construct, { form, tls, pool }: PostgresProps): void {
  if (form === 'fields' && tls && tls.mode !== 'require' && !tls.ca) {
    throw new PlatformError(
      where,
      `tls.mode "${tls.mode}" checks the server's certificate, but no authority is given`,
      "set tls.ca to the Secret with the key ca.crt, or name it in a service file's sslrootcert",
    );
  }
  // MLflow takes 0 as not set at all.
  checkCounts(where, Object.fromEntries(Object.entries(pool ?? {}).map(([name, count]) => [`pool.${name}`, count])));
}
