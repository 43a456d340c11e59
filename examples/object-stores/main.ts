import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  ClusterNetwork,
  Database,
  ExternalObjectStore,
  Minio,
  MlflowServer,
  Peer,
  SeaweedFs,
  SecretSource,
  Workload,
} from '../../lib';

/** A team whose models lie in a MinIO of its own; its trainer writes data there, and its report only reads it. */
export function withMinio(team: Chart): void {
  const store = new Minio(team, 'store', {
    size: '200Gi',
    image: 'registry.example.com/silo:2026.9.1',
    clientImage: 'registry.example.com/mc:2026.9.1',
  });
  new MlflowServer(team, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('mlflow'),
    database: Database.sqlite(),
  });

  const [trainer, report] = [
    new Workload(team, 'trainer', { program: 'trainer' }),
    new Workload(team, 'report', { program: 'report' }),
  ];
  store.bucket('data').grantReadWrite(trainer);
  store.bucket('data').grantRead(report);
  [trainer, report].forEach(workload => workload.allowTo(store));
}

/** A team with a SeaweedFS of its own. */
export function withSeaweedFs(team: Chart): void {
  const store = new SeaweedFs(team, 'store', { size: '200Gi', image: 'docker.io/chrislusf/seaweedfs:4.44' });
  const trainer = new Workload(team, 'trainer', { program: 'trainer' });
  store.bucket('models').grantReadWrite(trainer);
  trainer.allowTo(store);
}

/** A team that uses a store of the company's, known by a certificate of the company's. */
export function withExternalStore(team: Chart): void {
  const store = new ExternalObjectStore(team, 'store', {
    endpoint: 'https://s3.example.com',
    peer: Peer.hosts({ cidrs: ['203.0.113.0/24'] }),
    credentials: SecretSource.existing('s3'),
    certificateAuthority: SecretSource.existing('company-ca'),
  });
  const trainer = new Workload(team, 'trainer', { program: 'trainer' });
  store.bucket('fraud-models').grantReadWrite(trainer);
  trainer.allowTo(store);
}

/** Three teams, each with another store. */
export function objectStores(outdir: string): App {
  const app = new App({ outdir });
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });
  for (const [name, define] of Object.entries({
    fraud: withMinio,
    search: withSeaweedFs,
    pricing: withExternalStore,
  })) {
    define(new Chart(app, name, { namespace: name }));
  }
  return app;
}

if (require.main === module) {
  objectStores(join(__dirname, 'dist')).synth();
}
