import type { PostgresProps } from './database';
import type { Workload } from './workload';

const DIRECTORY = '/etc/postgres';

/**
 * Gives a workload the connection to a PostgreSQL and opens the path to it.
 *
 * @returns the URI for SQLAlchemy, which holds nothing but the name of the section in the service file
 */
export function connectPostgres(workload: Workload, database: PostgresProps): string {
  workload.allowTo(database.peer);
  workload.mountSecret('postgres', database.connection, DIRECTORY, [
    { key: 'pg_service.conf', path: 'pg_service.conf' },
  ]);
  workload.addEnvironment({ name: 'PGSERVICEFILE', value: `${DIRECTORY}/pg_service.conf` });
  return 'postgresql+psycopg2:///?service=mlflow';
}
