import type { App } from 'cdk8s';
import { Database, MlflowServer, Peer, PostgresCluster, SecretSource } from '../../lib';
import { teamIn } from './team';

export function cluster(outdir: string): App {
  const { app, team, image, artifacts } = teamIn(outdir);
  const database = new PostgresCluster(team, 'db', {
    image: 'ghcr.io/cloudnative-pg/postgresql:17.6',
    apiServer: Peer.nodes({ ports: [6443] }),
  });
  new MlflowServer(team, 'mlflow', { image, artifacts, database });
  return app;
}

export function archived(outdir: string): App {
  const { app, team, vault, image, artifacts } = teamIn(outdir);
  const database = new PostgresCluster(team, 'db', {
    image: 'ghcr.io/cloudnative-pg/postgresql:17.6',
    apiServer: Peer.nodes({ ports: [6443] }),
    backup: { objectStore: 'db-archive', peer: vault },
  });
  new MlflowServer(team, 'mlflow', { image, artifacts, database });
  return app;
}

export function existing(outdir: string): App {
  const { app, team, image, artifacts } = teamIn(outdir);
  const database = Database.postgres({
    connection: SecretSource.existing('mlflow-postgres'),
    peer: Peer.pods({ namespace: 'databases', ports: [5432] }),
  });
  new MlflowServer(team, 'mlflow', { image, artifacts, database });
  return app;
}
