import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { ExternalSecret, KubeObject, SealedSecret, SecretTemplate, SopsSecret, Workload } from '../../lib';
import { seal } from '../sealed';
import { chartIn, expectRefusal } from '../support';

const settings = (scope: Construct, id: string, namespace?: string) =>
  new KubeObject<ConfigMap>(scope, id, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace },
    data: { level: 'info' },
  });

describe('two objects of one name', () => {
  it('are refused in one chart, and both are named', () => {
    const chart = chartIn('fraud');
    settings(chart, 'one');
    expectRefusal(
      () => settings(chart, 'two'),
      '[fraud/two] ConfigMap "settings" is defined by fraud/one already; give one of them another id or name',
    );
    new Workload(chart, 'trainer', { program: 'trainer' });
    expectRefusal(
      () => new Workload(chart, 'other', { program: 'trainer', name: 'trainer' }),
      '[fraud/other/service-account] ServiceAccount "trainer" is defined by fraud/trainer/service-account already; ' +
        'give one of them another id or name',
    );
  });

  it('may be in two namespaces, of two kinds, or in charts for two clusters', () => {
    const chart = chartIn('fraud');
    settings(chart, 'one');
    settings(chart, 'elsewhere', 'search');
    new KubeObject(chart, 'other', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'settings' } });
    new KubeObject(chart, 'custom', {
      apiVersion: 'example.com/v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
    });
    const app = new App();
    const charts = ['staging', 'production'].map(name => new Chart(app, name, { namespace: 'fraud' }));
    charts.forEach(one => settings(one, 'settings'));
    expect(charts.map(one => one.toJson()).flat()).toHaveLength(2);
  });
});

describe('two sources of one Secret', () => {
  const sources: Readonly<Record<string, (scope: Construct, id: string) => unknown>> = {
    ExternalSecret: (scope, id) =>
      new ExternalSecret(scope, id, {
        store: { kind: 'SecretStore', name: 'vault' },
        data: { password: { key: 'fraud/s3' } },
      }),
    SealedSecret: (scope, id) => new SealedSecret(scope, id, { encryptedData: { password: seal('text') } }),
    SopsSecret: (scope, id) => new SopsSecret(scope, id),
    SecretTemplate: (scope, id) => new SecretTemplate(scope, id),
  };
  const pairs = Object.keys(sources).flatMap(first => Object.keys(sources).map(second => [first, second] as const));

  it.each(pairs)('are refused, and both are named: a %s and a %s', (first, second) => {
    const chart = chartIn('fraud');
    sources[first]!(chart, 'mlflow-auth');
    expectRefusal(
      () => sources[second]!(new Construct(chart, 'mlflow'), 'auth'),
      `[fraud/mlflow/auth] the Secret "mlflow-auth" comes from the ${first} fraud/mlflow-auth, ` +
        `and cannot come from a ${second} too; give one of them another id or name`,
    );
  });

  it('may be in two namespaces', () => {
    const app = new App();
    expect(() => ['fraud', 'search'].map(name => new SopsSecret(chartIn(name, app), 's3'))).not.toThrow();
  });
});
