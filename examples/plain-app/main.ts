import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  ClusterNetwork,
  Database,
  ExternalObjectStore,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  SecretSource,
  TeamNamespace,
} from '../../lib';

/** A team in a cdk8s App of one's own, without a Platform. */
export function plainApp(outdir: string): App {
  const app = new App({ outdir });
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });

  const chart = new Chart(app, 'fraud', { namespace: 'fraud' });
  new TeamNamespace(chart, 'team', { owners: ['fraud-leads'], quota: { cpu: '4', memory: '16Gi' } });
  const store = new ExternalObjectStore(chart, 'store', {
    endpoint: 'https://s3.example.com',
    peer: Peer.hosts({ cidrs: ['203.0.113.0/24'] }),
    credentials: SecretSource.existing('s3'),
  });
  const mlflow = new MlflowServer(chart, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('fraud-models'),
    database: Database.sqlite(),
  });
  const churn = new ModelApi(chart, 'churn', {
    model: { name: 'churn', version: 7 },
    source: ModelSource.registry(mlflow),
    runtime: ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' }),
  });
  churn.allowFrom(Peer.pods({ namespace: 'gateway' }));
  return app;
}

if (require.main === module) {
  plainApp(join(__dirname, 'dist')).synth();
}
