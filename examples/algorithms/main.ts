import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { ModelApi, ModelRuntime, Peer, TeamNamespace } from '../../lib';

/** One API with an endpoint for each algorithm, on three pods behind one Service. */
export function algorithms(outdir: string): App {
  const app = new App({ outdir });
  const team = new Chart(app, 'quality', { namespace: 'quality' });
  new TeamNamespace(team, 'team', { quota: { cpu: '4', memory: '4Gi' } });

  const outliers = new ModelApi(team, 'outliers', {
    model: { name: 'outliers', version: 3 },
    runtime: ModelRuntime.container({ image: 'registry.example.com/quality/outliers:3.0.0' }),
    replicas: 3,
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
  });
  outliers.allowFrom(Peer.pods({ namespace: 'gateway' }));
  return app;
}

if (require.main === module) {
  algorithms(join(__dirname, 'dist')).synth();
}
