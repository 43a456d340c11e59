import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  Database,
  ExternalObjectStore,
  KubeObject,
  MlflowServer,
  Peer,
  SecretSource,
  TeamNamespace,
  Workbench,
} from '../../lib';

/** A team whose namespace is a Kubeflow Profile's, with notebooks that reach its tracking server. */
export function notebooks(outdir: string): App {
  const app = new App({ outdir });
  const team = new Chart(app, 'vision', { namespace: 'vision' });
  new TeamNamespace(team, 'team', { adopt: true, quota: { cpu: '16', memory: '64Gi', storage: '500Gi' } });
  const store = new ExternalObjectStore(team, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });
  const mlflow = new MlflowServer(team, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('vision-models'),
    database: Database.sqlite(),
  });

  const workbench = new Workbench(team, 'workbench', { size: '100Gi', podDefault: true });
  mlflow.grantReadWrite(workbench.workload);
  workbench.allowTo(mlflow);
  workbench.allowFrom(Peer.pods({ namespace: 'istio-system', labels: { app: 'istio-ingressgateway' } }));

  const pod = workbench.workload.podTemplate({
    containers: [
      workbench.workload.container({
        name: 'ana',
        image: 'registry.example.com/vision/jupyter:4.2.0',
        resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { cpu: '2', memory: '4Gi' } },
      }),
    ],
  });
  new KubeObject(team, 'ana', {
    apiVersion: 'kubeflow.org/v1',
    kind: 'Notebook',
    metadata: { name: 'ana', labels: workbench.workload.labels },
    spec: { template: { spec: pod.spec } },
  });
  return app;
}

if (require.main === module) {
  notebooks(join(__dirname, 'dist')).synth();
}
