import { join } from 'node:path';
import {
  ApiAuth,
  Database,
  ExternalObjectStore,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  Platform,
  SecretTemplate,
} from '../../lib';

/** A team with a REST API of its own, which loads one version of a model by the registry from the bucket. */
export function restApi(folder: string): Platform {
  const platform = new Platform({
    name: 'lending',
    outdir: join(folder, 'dist'),
    pins: join(folder, 'environments'),
    secrets: join(folder, 'secrets'),
    gitOps: { repoUrl: 'https://git.example.com/lending/platform.git' },
  });
  for (const environment of platform.environments({ staging: {} })) {
    environment.team('credit', { quota: { cpu: '8', memory: '16Gi' } }, team => {
      const store = new ExternalObjectStore(team, 'store', {
        endpoint: 'http://s3.storage.svc:7070',
        peer: Peer.pods({ namespace: 'storage', labels: { app: 's3' }, ports: [7070] }),
        credentials: new SecretTemplate(team, 's3'),
        readCredentials: new SecretTemplate(team, 's3-read'),
      });
      const bucket = store.bucket('credit-models');
      const mlflow = new MlflowServer(team, 'mlflow', {
        image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
        artifacts: bucket,
        database: Database.sqlite(),
        auth: new SecretTemplate(team, 'mlflow-auth'),
      });

      const risk = new ModelApi(team, 'risk', {
        model: team.pinned('risk'),
        source: ModelSource.registry(mlflow),
        runtime: ModelRuntime.container({ image: 'registry.example.com/credit/risk-api:1.4.0' }),
        auth: ApiAuth.apiKeys(new SecretTemplate(team, 'risk-clients')),
      });
      bucket.grantRead(risk.workload);
      risk.allowTo(store);
      risk.allowFrom(Peer.pods({ namespace: 'gateway' }));
    });
  }
  return platform;
}

export default restApi(__dirname);
