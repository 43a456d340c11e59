import type { App } from 'cdk8s';
import { Database, ExternalSecret, MlflowServer, SealedSecret } from '../../lib';
import { seal } from '../sealed';
import { teamIn } from './team';

export function external(outdir: string): App {
  const { app, team, image, artifacts, peer } = teamIn(outdir);
  const connection = new ExternalSecret(team, 'mlflow-postgres', {
    store: { kind: 'ClusterSecretStore', name: 'vault' },
    values: { password: { key: 'fraud/postgres', property: 'password' } },
    files: { 'pg_service.conf': '[mlflow]\nhost=postgres.databases.svc\nuser=mlflow\npassword={{ .password }}\n' },
  });
  const database = Database.postgres({ connection, peer });
  new MlflowServer(team, 'mlflow', { image, artifacts, database });
  return app;
}

export function sealed(outdir: string): App {
  const { app, team } = teamIn(outdir);
  const sealedByKubeseal = seal('[default]');
  new SealedSecret(team, 's3', { encryptedData: { credentials: sealedByKubeseal } });
  return app;
}
