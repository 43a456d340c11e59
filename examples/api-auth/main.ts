import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { ApiAuth, ClusterNetwork, Jwks, ModelApi, ModelRuntime, ModelSource, Peer, SecretSource } from '../../lib';

/** One API for each way in which callers can show who they are. */
export function authenticated(outdir: string): App {
  const app = new App({ outdir });
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });
  const team = new Chart(app, 'fraud', { namespace: 'fraud' });
  const serving = (version: number) => ({
    model: { name: 'churn', version },
    source: ModelSource.image(),
    runtime: ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' }),
  });

  new ModelApi(team, 'by-key', { ...serving(7), auth: ApiAuth.apiKeys(SecretSource.existing('churn-clients')) });

  new ModelApi(team, 'by-password', { ...serving(7), auth: ApiAuth.basic(SecretSource.existing('churn-users')) });

  new ModelApi(team, 'by-token', {
    ...serving(7),
    auth: ApiAuth.jwt({
      issuer: 'https://issuer.example.com',
      audiences: ['churn'],
      jwks: Jwks.remote({
        url: 'https://issuer.example.com/.well-known/jwks.json',
        peer: Peer.hosts({ cidrs: ['203.0.113.0/24'], ports: [443] }),
      }),
      claims: { team: ['fraud', 'pricing'], realm_access: { roles: 'scorer' } },
    }),
  });

  new ModelApi(team, 'by-account', {
    ...serving(7),
    auth: ApiAuth.jwt({
      issuer: 'https://kubernetes.default.svc.cluster.local',
      audiences: ['churn'],
      jwks: Jwks.configMap('cluster-keys'),
      clients: ['system:serviceaccount:shop:checkout'],
    }),
  });

  new ModelApi(team, 'by-service', {
    ...serving(7),
    auth: ApiAuth.external({
      url: 'http://decider.access.svc:8080/check',
      peer: Peer.pods({ namespace: 'access', labels: { app: 'decider' }, ports: [8080] }),
    }),
  });

  new ModelApi(team, 'open', {
    ...serving(7),
    auth: ApiAuth.none('only the gateway reaches it and authenticates'),
  });
  return app;
}

if (require.main === module) {
  authenticated(join(__dirname, 'dist')).synth();
}
