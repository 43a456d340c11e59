import { App, Chart } from 'cdk8s';
import type { CronJob } from 'kubernetes-types/batch/v1';
import { ClusterNetwork, KubeObject, MlflowServer, ModelApi, ModelRuntime, Peer, Platform, Workload } from '../../lib';
import { teamIn } from './team';

export function paths(outdir: string): App {
  const { app, team, image, artifacts, database } = teamIn(outdir);
  const mlflow = new MlflowServer(team, 'mlflow', { image, artifacts, database });
  const runtime = ModelRuntime.container({ image: 'registry.example.com/fraud/churn:7.1.0' });
  const churn = new ModelApi(team, 'churn', { model: { name: 'churn', version: 7 }, runtime });
  const features = new ModelApi(team, 'features', { model: { name: 'features', version: 1 }, runtime });

  churn.allowFrom(Peer.pods({ namespace: 'gateway' }));
  mlflow.allowFrom(Peer.pods({ namespace: 'monitoring', labels: { app: 'prometheus' } }));
  churn.allowTo(features); // another ModelApi or Workload
  churn.allowTo(Peer.hosts({ cidrs: ['203.0.113.7/32'], ports: [443] })); // outside of the cluster

  const trainer = new Workload(team, 'trainer', { program: 'trainer' });
  mlflow.grantReadWrite(trainer);
  trainer.allowTo(mlflow);
  const container = trainer.container({
    name: 'train',
    image: 'registry.example.com/fraud/train:1.4.0',
    resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { cpu: '1', memory: '4Gi' } },
  });
  const template = trainer.podTemplate({ restartPolicy: 'Never', containers: [container] });
  new KubeObject<CronJob>(team, 'nightly', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'trainer' },
    spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template } } },
  });
  return app;
}

export function addresses(outdir: string): App {
  const app = new App({ outdir });
  const platform = new Platform({ name: 'ml', outdir });

  const network = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] };
  platform.environments({ staging: { network } });
  new ClusterNetwork(app, network); // in an App of your own, before the first chart

  const trainer = new Workload(new Chart(app, 'fraud', { namespace: 'fraud' }), 'trainer', { program: 'trainer' });
  trainer.allowTo(Peer.hosts({ cidrs: ['203.0.113.7/32'], ports: [443] }));
  return app;
}
