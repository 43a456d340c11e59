import { written } from '../../test/example';
import { monitored } from './main';

describe('the example of monitoring', () => {
  const objects = written(monitored);
  const find = (kind: string, name: string) => objects.find(one => one.kind === kind && one.metadata.name === name);

  test('scrapes every API at its proxy, and what an API itself tells there too', () => {
    expect(objects.filter(({ kind }) => kind.endsWith('Monitor')).map(({ metadata }) => metadata.name)).toEqual([
      'churn',
      'pricing',
    ]);
    const paths = (name: string) => find('PodMonitor', name).spec.podMetricsEndpoints.map(({ path }: any) => path);
    expect([paths('churn'), paths('pricing')]).toEqual([['/metrics'], ['/metrics', '/model/metrics']]);
    const [rule] = find('NetworkPolicy', 'pricing').spec.ingress;
    expect(rule.ports).toEqual([{ port: 10001, protocol: 'TCP' }]);
  });

  test('alerts on all three', () => {
    const groups = find('PrometheusRule', 'monitoring').spec.groups.map(({ name }: any) => name);
    expect(groups).toEqual(['fraud', 'fraud-mlflow', 'fraud-churn', 'fraud-pricing']);
  });
});
