import { join } from 'node:path';
import {
  Database,
  ExternalObjectStore,
  ExternalSecret,
  MlflowServer,
  Peer,
  Platform,
  SecretTemplate,
  SopsSecret,
} from '../../lib';

/** A team whose Secrets come from three places: a vault, a file that SOPS encrypted, and a person. */
export function secretsPlatform(folder: string): Platform {
  const platform = new Platform({
    name: 'ml',
    outdir: join(folder, 'dist'),
    secrets: join(folder, 'secrets'),
    pins: join(folder, 'environments'),
  });
  for (const environment of platform.environments({ staging: {} })) {
    environment.team('fraud', { quota: { cpu: '4', memory: '16Gi' } }, team => {
      const connection = new ExternalSecret(team, 'mlflow-postgres', {
        store: { kind: 'ClusterSecretStore', name: 'vault' },
        values: {
          user: { key: 'fraud/postgres', property: 'user' },
          password: { key: 'fraud/postgres', property: 'password' },
        },
        files: {
          'pg_service.conf': [
            '[mlflow]',
            'host=postgres.databases.svc',
            'dbname=mlflow',
            'user={{ .user }}',
            'password={{ .password }}',
            'sslmode=verify-full\n',
          ].join('\n'),
        },
      });
      const store = new ExternalObjectStore(team, 'store', {
        endpoint: 'http://s3.storage.svc:7070',
        peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
        credentials: new SecretTemplate(team, 's3'),
      });
      new MlflowServer(team, 'mlflow', {
        image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
        artifacts: store.bucket('fraud-staging'),
        database: Database.postgres({ connection, peer: Peer.pods({ namespace: 'databases', ports: [5432] }) }),
        auth: new SopsSecret(team, 'mlflow-auth'),
      });
    });
  }
  return platform;
}

export default secretsPlatform(__dirname);
