import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  ClusterNetwork,
  Database,
  ExternalObjectStore,
  MlflowBackup,
  MlflowGc,
  MlflowServer,
  MlflowUsers,
  Peer,
  PostgresCluster,
  SecretSource,
} from '../../lib';

/** A tracking server with a PostgreSQL of its own, two pods, users, a nightly backup, a monthly drill and a clean-up. */
export function mlflowOperations(outdir: string): App {
  const app = new App({ outdir });
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });
  const chart = new Chart(app, 'fraud', { namespace: 'fraud' });

  const database = new PostgresCluster(chart, 'db', {
    image: 'ghcr.io/cloudnative-pg/postgresql:17.6',
    apiServer: Peer.nodes({ ports: [6443] }),
    pool: { size: 5, overflow: 5 },
  });
  const store = new ExternalObjectStore(chart, 'store', {
    endpoint: 'https://s3.example.com',
    peer: Peer.hosts({ cidrs: ['203.0.113.0/24'] }),
    credentials: SecretSource.existing('s3'),
  });
  const mlflow = new MlflowServer(chart, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('fraud-models'),
    database,
    replicas: 2,
    workspaces: true,
    metrics: true,
  });
  new MlflowUsers(chart, 'users', { server: mlflow });
  new MlflowGc(chart, 'gc', { server: mlflow });

  const vault = new ExternalObjectStore(chart, 'vault', {
    endpoint: 'https://s3.elsewhere.example.com',
    peer: Peer.hosts({ cidrs: ['198.51.100.0/24'] }),
    credentials: SecretSource.existing('s3-vault'),
  });
  const backup = new MlflowBackup(chart, 'backup', {
    server: mlflow,
    to: vault.bucket('fraud-sets'),
    postgresImage: 'postgres:17.6',
  });
  backup.addRestore('restore');
  backup.addDrill('drill', {
    database: Database.postgres({
      connection: SecretSource.existing('drill-postgres'),
      peer: Peer.pods({ namespace: 'databases', labels: { app: 'postgres' }, ports: [5432] }),
    }),
  });
  return app;
}

if (require.main === module) {
  mlflowOperations(join(__dirname, 'dist')).synth();
}
