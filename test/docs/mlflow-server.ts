import type { App } from 'cdk8s';
import { Database, MlflowGc, MlflowServer, MlflowUsers, Monitoring, Peer, SecretSource } from '../../lib';
import { teamIn } from './team';

export function server(outdir: string): App {
  const { app, team, store, gateway } = teamIn(outdir);
  const mlflow = new MlflowServer(team, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('fraud-models'),
    database: Database.sqlite(),
  });
  mlflow.allowFrom(gateway);
  return app;
}

export function users(outdir: string): App {
  const { app, team, image, artifacts, database } = teamIn(outdir);
  const mlflow = new MlflowServer(team, 'mlflow', { image, artifacts, database, workspaces: true });
  new MlflowUsers(team, 'users', { server: mlflow });

  new MlflowGc(team, 'gc', { server: mlflow });
  return app;
}

export function proxy(outdir: string): App {
  const { app, team, image, artifacts, database } = teamIn(outdir);
  new MlflowServer(team, 'mlflow', {
    image,
    artifacts,
    database,
    hosts: ['mlflow.example.com'],
    authProxy: {
      peer: Peer.pods({ namespace: 'oauth2-proxy', labels: { app: 'fraud-mlflow' } }),
      secret: SecretSource.existing('mlflow-proxy'),
    },
  });
  return app;
}

export function metrics(outdir: string): App {
  const { app, team, image, artifacts, database } = teamIn(outdir);
  const prometheus = Peer.pods({ namespace: 'monitoring', labels: { app: 'prometheus' } });
  const monitoring = new Monitoring(team, 'monitoring', { prometheus });
  const mlflow = new MlflowServer(team, 'mlflow', { image, artifacts, database, metrics: true });
  monitoring.scrape(mlflow); // or mlflow.workload.allowFrom(prometheus, [9090])
  return app;
}
