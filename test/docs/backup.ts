import type { App } from 'cdk8s';
import { Database, MlflowBackup, MlflowServer, SecretSource } from '../../lib';
import { teamIn } from './team';

export function backup(outdir: string): App {
  const { app, team, vault, image, artifacts, database, peer } = teamIn(outdir);
  const mlflow = new MlflowServer(team, 'mlflow', { image, artifacts, database });
  const backup = new MlflowBackup(team, 'backup', {
    server: mlflow,
    to: vault.bucket('fraud-sets'), // a bucket of another store
    postgresImage: 'postgres:17.6', // psql, pg_dump, pg_restore: at least as new as the database
  });

  backup.addRestore('restore'); // or { set: '20261121T020000Z' }

  const connection = SecretSource.existing('drill-postgres'); // a database for the drill alone
  backup.addDrill('drill', { database: Database.postgres({ connection, peer }) });
  return app;
}
