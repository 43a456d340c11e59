import type { Chart } from 'cdk8s';
import { Database, ExternalObjectStore, MlflowServer, Peer, SecretSource, type MlflowServerProps } from '../../lib';

/** An S3 store of somebody else's. */
export const storeIn = (chart: Chart, id = 'store') =>
  new ExternalObjectStore(chart, id, {
    endpoint: `http://${id}.storage.svc:7070`,
    peer: Peer.pods({ namespace: 'storage', labels: { app: id }, ports: [7070] }),
    credentials: SecretSource.existing(id),
  });

/** A PostgreSQL of somebody else's. */
export const postgres = (connection = 'mlflow-postgres') =>
  Database.postgres({
    connection: SecretSource.existing(connection),
    peer: Peer.pods({ namespace: 'databases', labels: { app: 'postgres' }, ports: [5432] }),
  });

/** A server on that PostgreSQL. */
export const serverIn = (chart: Chart, props: Partial<MlflowServerProps> = {}) =>
  new MlflowServer(chart, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: storeIn(chart).bucket('fraud'),
    database: postgres(),
    ...props,
  });
