import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1';
import {
  Database,
  KubeObject,
  MlflowServer,
  MlflowUsers,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  Platform,
  SeaweedFs,
  Workbench,
  type Team,
} from '../../lib';

/** What every team of the platform has; the teams share nothing. */
function research(team: Team, model: string, people: readonly string[]): void {
  const store = new SeaweedFs(team, 'store', { size: '200Gi', image: 'docker.io/chrislusf/seaweedfs:4.44' });
  const mlflow = new MlflowServer(team, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('mlflow'),
    database: Database.sqlite(),
    workspaces: true,
  });
  new MlflowUsers(team, 'users', { server: mlflow });

  const workbench = new Workbench(team, 'workbench', { size: '100Gi', podDefault: true });
  mlflow.grantReadWrite(workbench.workload);
  workbench.allowTo(mlflow);
  workbench.allowFrom(Peer.pods({ namespace: 'istio-system', labels: { app: 'istio-ingressgateway' } }));
  people.forEach(person => notebook(workbench, person));

  const served = new ModelApi(team, model, {
    model: team.pinned(model),
    source: ModelSource.registry(mlflow),
    runtime: ModelRuntime.mlflow({ image: 'registry.example.com/research/serving:3.17.2' }),
  });
  served.allowFrom(workbench);
  served.allowFrom(Peer.pods({ namespace: 'gateway' }));
}

/** A notebook that runs until it is removed here; Kubeflow or JupyterHub can start them as well. */
function notebook({ workload }: Workbench, person: string): void {
  const labels = { notebook: person };
  new KubeObject<Deployment>(workload, person, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `notebook-${person}`, labels: workload.labels },
    get spec() {
      const container = workload.container({
        name: 'jupyter',
        image: 'registry.example.com/research/jupyter:4.2.0',
        ports: [{ name: 'http', containerPort: 8888 }],
        resources: {
          requests: { cpu: '500m', memory: '2Gi', 'ephemeral-storage': '256Mi' },
          limits: { cpu: '2', memory: '2Gi', 'ephemeral-storage': '1Gi' },
        },
        readinessProbe: { httpGet: { path: '/api', port: 8888 } },
        livenessProbe: { tcpSocket: { port: 8888 }, periodSeconds: 30 },
      });
      return {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: { ...workload.selector, ...labels } },
        template: workload.podTemplate({ containers: [container] }, labels),
      };
    },
  });
}

/** Two teams with notebooks: one in a namespace of the platform's, one in that of a Kubeflow Profile. */
export function notebooks(folder: string): Platform {
  const platform = new Platform({
    name: 'research',
    outdir: join(folder, 'dist'),
    pins: join(folder, 'environments'),
    gitOps: { repoUrl: 'https://git.example.com/research/platform.git' },
  });
  const quota = { cpu: '16', memory: '64Gi', storage: '500Gi' };
  for (const environment of platform.environments({ production: {} })) {
    environment.team('speech', { quota }, team => research(team, 'intent', ['ana', 'bo']));
    environment.team('demand', { quota, namespace: 'demand', adopt: true }, team => research(team, 'sales', ['cem']));
  }
  return platform;
}

export default notebooks(__dirname);
