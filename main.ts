import {
  ApiAuth,
  Database,
  Exposure,
  ExternalObjectStore,
  Minio,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  Platform,
  SeaweedFs,
  SecretSource,
} from './lib';

const images = {
  mlflow: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
  serving: 'registry.example.com/ml/serving:3.17.2',
  ranking: 'registry.example.com/search/ranking:2.3.0',
  pricing: 'registry.example.com/pricing/api:1.8.0',
  seaweedFs: 'docker.io/chrislusf/seaweedfs:4.44',
  minio: 'registry.example.com/pgsty/silo:2026.9.1',
  minioClient: 'registry.example.com/pgsty/mc:2026.9.1',
};
const network = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] };
const gateway = { name: 'public', namespace: 'gateway', sectionName: 'https' };
const peer = Peer.pods({ namespace: 'gateway' });
const postgres = Peer.pods({ namespace: 'databases', labels: { app: 'postgres' }, ports: [5432] });

const platform = new Platform({ name: 'ml', gitOps: { repoUrl: 'https://git.example.com/ml/platform.git' } });

for (const environment of platform.environments({
  staging: { domain: 'staging.example.com', network },
  production: { domain: 'production.example.com', network },
})) {
  environment.team(
    'fraud',
    { owners: ['fraud-leads'], members: ['fraud'], quota: { cpu: '8', memory: '24Gi' } },
    team => {
      const store = new ExternalObjectStore(team, 'store', {
        endpoint: 'http://s3.storage.svc:7070',
        peer: Peer.pods({ namespace: 'storage', labels: { app: 's3' }, ports: [7070] }),
        credentials: SecretSource.existing('s3'),
      });
      const mlflow = new MlflowServer(team, 'mlflow', {
        image: images.mlflow,
        artifacts: store.bucket(`fraud-${environment.name}`),
        database: Database.postgres({ connection: SecretSource.existing('mlflow-postgres'), peer: postgres }),
        exposure: Exposure.gateway({ gateway, host: `mlflow.fraud.${environment.domain}`, peer }),
      });
      new ModelApi(team, 'churn', {
        model: team.pinned('churn'),
        source: ModelSource.registry(mlflow),
        runtime: ModelRuntime.mlflow({ image: images.serving }),
        auth: ApiAuth.apiKeys(SecretSource.existing('churn-clients'), { clients: ['web', 'batch'] }),
        exposure: Exposure.gateway({ gateway, host: `churn.${environment.domain}`, peer }),
      });
    },
  );

  environment.team(
    'search',
    {
      owners: ['search-leads'],
      repositories: ['https://git.example.com/search/apps.git'],
      quota: { cpu: '4', memory: '16Gi' },
    },
    team => {
      const store = new SeaweedFs(team, 'store', { size: '50Gi', image: images.seaweedFs });
      new MlflowServer(team, 'mlflow', {
        image: images.mlflow,
        artifacts: store.bucket('mlflow'),
        database: Database.sqlite(),
      });
      new ModelApi(team, 'ranking', {
        model: team.pinned('ranking'),
        runtime: ModelRuntime.container({ image: images.ranking, port: 8000 }),
        autoscaling: { max: 4 },
        exposure: Exposure.gateway({ gateway, host: `ranking.${environment.domain}`, peer }),
      });
    },
  );

  environment.team('pricing', { owners: ['pricing-leads'], quota: { cpu: '6', memory: '24Gi' } }, team => {
    const store = new Minio(team, 'store', { size: '80Gi', image: images.minio, clientImage: images.minioClient });
    new ModelApi(team, 'prices', {
      model: team.pinned('prices'),
      source: ModelSource.objectStore(store.bucket('models')),
      runtime: ModelRuntime.container({ image: images.pricing }),
      exposure: Exposure.gateway({ gateway, host: `prices.${environment.domain}`, peer }),
    });
  });
}

export default platform;
