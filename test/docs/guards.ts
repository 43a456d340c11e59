import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { ClusterGuards, Guard, ModelApi, ModelRuntime, Platform, TeamMesh, TeamNamespace } from '../../lib';

const quota = { cpu: '8', memory: '24Gi' };

export function platform(outdir: string): Platform {
  const gitOps = { repoUrl: 'https://git.example.com/ml/platform.git' };
  const platform = new Platform({ name: 'ml', outdir, gitOps, pins: join(outdir, 'environments') });

  const [staging, production] = platform.environments({
    staging: { guards: [Guard.nodes(), Guard.services()] },
    production: {
      server: 'https://production.example.com:6443',
      guards: [...Guard.all(), Guard.teamTier({ priority: 100 })],
      deployers: ['platform-on-call'], // people who may repair by hand
    },
  });
  production!.team('fraud', { quota, hosts: ['*.fraud.example.com'] });
  staging!.team('fraud', { quota });
  return platform;
}

export function app(outdir: string): App {
  const app = new App({ outdir });
  const guards = [Guard.namespaces(), Guard.hosts(), Guard.networkPolicies()];

  const cluster = new Chart(app, 'cluster');
  const teams = [{ team: 'fraud', namespace: 'fraud' }];
  new ClusterGuards(cluster, 'guards', { teams, guards, deployers: [{ user: 'system:serviceaccount:flux:deployer' }] });

  const fraud = new Chart(app, 'fraud', { namespace: 'fraud' });
  new TeamNamespace(fraud, 'team', { quota, guarded: { guards, hosts: ['fraud.example.com'] } });
  return app;
}

export function mesh(outdir: string): App {
  const app = new App({ outdir });
  const fraud = new Chart(app, 'fraud', { namespace: 'fraud' });
  const runtime = ModelRuntime.container({ image: 'registry.example.com/fraud/churn:7.1.0' });
  new ModelApi(fraud, 'churn', { model: { name: 'churn', version: 7 }, runtime });
  new TeamMesh(fraud, 'mesh', { callers: ['cluster.local/ns/istio-ingress/sa/istio-ingress'] });
  return app;
}
