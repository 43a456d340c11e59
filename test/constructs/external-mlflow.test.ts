import { ExternalMlflow, ModelApi, ModelRuntime, ModelSource, Peer, SecretSource } from '../../lib';
import { chartIn, expectRefusal, find } from '../support';

const peer = Peer.pods({ namespace: 'registry', labels: { app: 'mlflow' }, ports: [5000] });
const auth = SecretSource.existing('registry');

describe('ExternalMlflow', () => {
  it('lets pods load models from a registry that something else runs', () => {
    const chart = chartIn('fraud');
    const mlflow = new ExternalMlflow({ trackingUri: 'http://mlflow.registry.svc:5000', auth, peer });
    new ModelApi(chart, 'churn', {
      model: { name: 'churn', version: 7 },
      source: ModelSource.registry(mlflow),
      runtime: ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' }),
    });

    const { containers, volumes } = find(chart, 'Deployment/churn').spec.template.spec;
    expect(containers[0].env).toContainEqual({ name: 'MLFLOW_TRACKING_URI', value: 'http://mlflow.registry.svc:5000' });
    expect(volumes).toContainEqual({
      name: 'mlflow-credentials',
      secret: { secretName: 'registry', items: [{ key: 'reader', path: 'credentials' }] },
    });
    expect(find(chart, 'NetworkPolicy/churn').spec.egress[1]).toEqual({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'registry' } },
          podSelector: { matchLabels: { app: 'mlflow' } },
        },
      ],
      ports: [{ port: 5000, protocol: 'TCP' }],
    });
  });

  it.each(['mlflow:5000', 'ftp://mlflow', 'http://reader:x@mlflow:5000'])('refuses the URI %s', trackingUri => {
    expectRefusal(
      () => new ExternalMlflow({ trackingUri, auth, peer }),
      `[ExternalMlflow] trackingUri must be the URL of a server, without user and password, got "${trackingUri}"; ` +
        'write scheme, host and port, for example "http://mlflow.fraud.svc:5000"; credentials belong into the Secret',
    );
  });
});
