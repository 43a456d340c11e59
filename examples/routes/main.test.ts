import { routeClaims, claimText } from '../../lib/core/route-claims';
import { written } from '../../test/example';
import { routes } from './main';

describe('the example of routes', () => {
  const objects = written(routes);
  const find = (kind: string, name: string) => objects.find(one => one.kind === kind && one.metadata.name === name);

  test('gives every model an address of its own', () => {
    expect(objects.flatMap(object => routeClaims(object).map(claimText)).sort()).toEqual([
      'https://churn.ml.example.com/',
      'https://mlflow.ml.example.com/',
      'https://prices.mesh.example.com/',
      'https://rebates.example.com/',
      'https://search.ml.example.com/score/forest',
      'https://search.ml.example.com/score/knn',
      'https://search.ml.example.com/v1/models/ranking',
      'https://search.ml.example.com/v1/models/spelling',
    ]);
  });

  test('shows the models the paths that they know', () => {
    const seen = (name: string) => find('HTTPRoute', name).spec.rules[0].filters[0].urlRewrite.path.replacePrefixMatch;
    expect([seen('ranking'), seen('score-knn')]).toEqual(['/', '/invocations']);
  });

  test('lets nobody call a model but its gateway', () => {
    const callers = (name: string) =>
      find('NetworkPolicy', name).spec.ingress.map(
        ({ from: [{ namespaceSelector }] }: any) => namespaceSelector.matchLabels['kubernetes.io/metadata.name'],
      );
    expect(['churn', 'prices', 'rebates'].map(callers)).toEqual([
      ['envoy-gateway-system'],
      ['istio-ingress'],
      ['haproxy-ingress'],
    ]);
  });

  test('lets people log in to MLflow', () => {
    expect(find('SecurityPolicy', 'mlflow').spec.oidc.redirectURL).toBe(
      'https://mlflow.ml.example.com/oauth2/callback',
    );
  });
});
