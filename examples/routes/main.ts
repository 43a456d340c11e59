import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  Database,
  Exposure,
  ExternalObjectStore,
  GatewayLogin,
  HttpsGateway,
  IstioGateway,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  Peer,
  SecretSource,
} from '../../lib';

const runtime = ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' });

/** Routes of each kind: below one host, with hosts of their own, and one for each algorithm. */
export function routes(outdir: string): App {
  const app = new App({ outdir });

  const edge = new Chart(app, 'edge', { namespace: 'edge' });
  const gateway = new HttpsGateway(edge, 'public', {
    className: 'envoy',
    host: '*.ml.example.com',
    certificate: SecretSource.existing('ml-example-com'),
    certificateNamespace: 'certificates',
    routesFrom: ['fraud', 'search'],
  });
  const peer = Peer.pods({
    namespace: 'envoy-gateway-system',
    labels: { 'gateway.envoyproxy.io/owning-gateway-name': gateway.name },
  });

  const fraud = new Chart(app, 'fraud', { namespace: 'fraud' });
  new ModelApi(fraud, 'churn', {
    model: { name: 'churn', version: 7 },
    runtime,
    exposure: Exposure.gateway({ gateway, host: 'churn.ml.example.com', peer }),
  });
  const store = new ExternalObjectStore(fraud, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });
  const login = GatewayLogin.oidc({
    issuer: 'https://login.example.com/realms/ml',
    clientId: 'mlflow',
    clientSecret: SecretSource.existing('mlflow-login'),
  });
  new MlflowServer(fraud, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('fraud-models'),
    database: Database.sqlite(),
    exposure: Exposure.gateway({ gateway, host: 'mlflow.ml.example.com', peer, login }),
  });

  const search = new Chart(app, 'search', { namespace: 'search' });
  const host = 'search.ml.example.com';
  for (const name of ['ranking', 'spelling']) {
    new ModelApi(search, name, {
      model: { name, version: 1 },
      runtime,
      exposure: Exposure.gateway({ gateway, host, path: `/v1/models/${name}`, peer }),
    });
  }
  for (const algorithm of ['knn', 'forest']) {
    new ModelApi(search, `score-${algorithm}`, {
      model: { name: algorithm, version: 3 },
      runtime,
      exposure: Exposure.gateway({ gateway, host, path: `/score/${algorithm}`, rewrite: '/invocations', peer }),
    });
  }

  const mesh = new Chart(app, 'mesh', { namespace: 'istio-ingress' });
  const meshGateway = new IstioGateway(mesh, 'public', {
    selector: { istio: 'ingress' },
    host: '*.mesh.example.com',
    certificate: SecretSource.existing('mesh-example-com'),
    routesFrom: ['pricing'],
  });
  const pricing = new Chart(app, 'pricing', { namespace: 'pricing' });
  new ModelApi(pricing, 'prices', {
    model: { name: 'prices', version: 2 },
    runtime,
    exposure: Exposure.istio({
      gateway: meshGateway,
      host: 'prices.mesh.example.com',
      peer: Peer.pods({ namespace: 'istio-ingress', labels: { istio: 'ingress' } }),
      principals: ['cluster.local/ns/istio-ingress/sa/istio-ingress'],
    }),
  });
  new ModelApi(pricing, 'rebates', {
    model: { name: 'rebates', version: 5 },
    runtime,
    exposure: Exposure.ingress({
      className: 'haproxy',
      host: 'rebates.example.com',
      certificate: SecretSource.existing('rebates-tls'),
      peer: Peer.pods({ namespace: 'haproxy-ingress' }),
    }),
  });
  return app;
}

if (require.main === module) {
  routes(join(__dirname, 'dist')).synth();
}
