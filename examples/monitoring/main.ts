import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  Database,
  ExternalObjectStore,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  Monitoring,
  Peer,
  SecretSource,
} from '../../lib';

/** A team whose servers are watched by Prometheus and drawn by Grafana. */
export function monitored(outdir: string): App {
  const app = new App({ outdir });
  const team = new Chart(app, 'fraud', { namespace: 'fraud' });
  const store = new ExternalObjectStore(team, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });
  const mlflow = new MlflowServer(team, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('fraud-models'),
    database: Database.postgres({
      connection: SecretSource.existing('mlflow-postgres'),
      peer: Peer.pods({ namespace: 'databases', labels: { app: 'postgres' }, ports: [5432] }),
    }),
  });
  const churn = new ModelApi(team, 'churn', {
    model: { name: 'churn', version: 7 },
    runtime: ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' }),
  });

  const pricing = new ModelApi(team, 'pricing', {
    model: { name: 'pricing', version: 2 },
    runtime: ModelRuntime.container({
      image: 'registry.example.com/fraud/pricing:2.3.0',
      metrics: { path: '/metrics', port: 9090, latency: 'http_request_duration_seconds' },
    }),
  });
  const monitoring = new Monitoring(team, 'monitoring', {
    prometheus: Peer.pods({ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } }),
    labels: { release: 'prometheus' },
  });
  monitoring.watch(mlflow);
  monitoring.scrape(churn, pricing);
  return app;
}

if (require.main === module) {
  monitored(join(__dirname, 'dist')).synth();
}
