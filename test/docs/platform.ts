import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  ApiAuth,
  Database,
  Exposure,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  Platform,
  SeaweedFs,
  SecretSource,
  TeamNamespace,
} from '../../lib';

const images = {
  mlflow: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
  serving: 'registry.example.com/ml/serving:3.17.2',
  seaweedFs: 'docker.io/chrislusf/seaweedfs:4.44',
};
const gateway = Peer.pods({ namespace: 'gateway' });
const pins = join(__dirname, 'environments');

export function readme(outdir: string): Platform {
  const network = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] };
  const staging = { domain: 'staging.example.com', network };
  const production = { domain: 'production.example.com', network };
  const gateway = { name: 'public', namespace: 'gateway', sectionName: 'https' };
  const peer = Peer.pods({ namespace: 'gateway' });
  const platform = new Platform({ name: 'ml', outdir, pins });

  for (const environment of platform.environments({ staging, production })) {
    environment.team('fraud', { owners: ['fraud-leads'], quota: { cpu: '8', memory: '24Gi' } }, team => {
      const store = new SeaweedFs(team, 'store', { size: '50Gi', image: images.seaweedFs });
      const mlflow = new MlflowServer(team, 'mlflow', {
        image: images.mlflow,
        artifacts: store.bucket('mlflow'),
        database: Database.sqlite(),
      });
      new ModelApi(team, 'churn', {
        model: team.pinned('churn'), // environments/<environment>/fraud.yaml says which version
        source: ModelSource.registry(mlflow),
        runtime: ModelRuntime.mlflow({ image: images.serving }),
        auth: ApiAuth.apiKeys(SecretSource.existing('churn-clients'), { clients: ['web', 'batch'] }),
        exposure: Exposure.gateway({ gateway, host: `churn.${environment.domain}`, peer }),
      });
    });
  }
  return platform;
}

export function modelApi(outdir: string): Platform {
  const platform = new Platform({ name: 'ml', outdir, pins });
  for (const environment of platform.environments({ staging: {}, production: {} })) {
    environment.team('fraud', { quota: { cpu: '8', memory: '24Gi' } }, team => {
      const store = new SeaweedFs(team, 'store', { size: '50Gi', image: images.seaweedFs });
      const artifacts = store.bucket('mlflow');
      const mlflow = new MlflowServer(team, 'mlflow', { image: images.mlflow, artifacts, database: Database.sqlite() });

      const churn = new ModelApi(team, 'churn', {
        model: team.pinned('churn'),
        source: ModelSource.registry(mlflow),
        runtime: ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' }),
      });
      churn.allowFrom(gateway);
    });
  }
  return platform;
}

export function argoCd(outdir: string): Platform {
  const gitOps = { repoUrl: 'https://git.example.com/ml/platform.git' };
  const server = 'https://production.example.com:6443';
  const platform = new Platform({ name: 'ml', outdir, gitOps, pins: join(outdir, 'environments') });

  for (const environment of platform.environments({ staging: {}, production: { server } })) {
    environment.team('search', { quota: { cpu: '8', memory: '24Gi' } }, team => {
      new SeaweedFs(team, 'store', { size: '50Gi', image: 'docker.io/chrislusf/seaweedfs:4.44' });
    });
  }
  return platform;
}

export function namespace(outdir: string): App {
  const app = new App({ outdir });
  const chart = new Chart(app, 'fraud', { namespace: 'fraud' });
  new TeamNamespace(chart, 'team', {
    owners: ['fraud-leads'],
    members: ['fraud', { user: 'ana@example.com' }],
    quota: { cpu: '8', memory: '24Gi' },
  });
  return app;
}
