import type { KeyToPath } from 'kubernetes-types/core/v1';
import { PlatformError } from '../core/platform-error';
import { mlflowClientKeys } from '../core/secret-keys';
import type { Postgres } from './database';
import type { MlflowServer } from './mlflow-server';
import type { Workload } from './workload';

/** Where a workload finds the logins of an MLflow server. */
export const LOGINS = '/etc/mlflow/auth';

/** Lets a workload call the server as its administrator, by the file that the server itself reads. */
export function administrate(workload: Workload, server: MlflowServer, keys: readonly string[] = []): void {
  const items: KeyToPath[] = ['basic_auth.ini', ...keys].map(key => ({ key, path: key }));
  keys.forEach(key => server.auth.mustHave?.(workload, mlflowClientKeys(key)));
  workload.mountSecret('auth', server.auth, LOGINS, items);
  workload.allowTo(server);
  workload.addEnvironment(
    { name: 'MLFLOW_TRACKING_URI', value: server.trackingUri },
    { name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' },
  );
}

/**
 * The server's PostgreSQL.
 *
 * @throws PlatformError if its database is a file, which only the server's own pod can open
 */
export function postgresOf(
  where: ConstructorParameters<typeof PlatformError>[0],
  server: MlflowServer,
  verb: string,
): Postgres {
  if (server.database.kind === 'sqlite') {
    throw new PlatformError(
      where,
      `the database of ${server.node.path} is a file on a volume, which no pod but the server's can ${verb}`,
      'use Database.postgres() or a PostgresCluster',
    );
  }
  return server.database;
}
