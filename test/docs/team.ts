import { App, Chart } from 'cdk8s';
import { ClusterNetwork, Database, ExternalObjectStore, Peer, SecretSource } from '../../lib';

/** A team in an App of its own, with what the pages take for granted. */
export function teamIn(outdir: string) {
  const app = new App({ outdir });
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });
  const team = new Chart(app, 'fraud', { namespace: 'fraud' });
  const s3 = (name: string) =>
    new ExternalObjectStore(team, name, {
      endpoint: `http://${name}.storage.svc:7070`,
      peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
      credentials: SecretSource.existing(name),
    });
  const store = s3('store');
  const peer = Peer.pods({ namespace: 'databases', ports: [5432] });
  return {
    app,
    team,
    store,
    vault: s3('vault'),
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('fraud-models'),
    peer,
    database: Database.postgres({ connection: SecretSource.existing('mlflow-postgres'), peer }),
    gateway: Peer.pods({ namespace: 'gateway' }),
  };
}
