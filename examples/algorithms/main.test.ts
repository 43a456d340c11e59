import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectReadmeQuoted, written } from '../../test/example';
import { algorithms } from './main';

describe('the example of an API with an endpoint for each algorithm', () => {
  const objects = written(algorithms);
  const find = (kind: string, name: string) => objects.find(one => one.kind === kind && one.metadata.name === name);
  const { replicas, strategy, template } = find('Deployment', 'outliers').spec;
  const selector = { 'app.kubernetes.io/instance': 'outliers' };

  test('runs three pods behind one Service', () => {
    expect(replicas).toBe(3);
    expect(objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name)).toEqual(['outliers']);
    expect(find('Service', 'outliers').spec.selector).toEqual(selector);
    expect(template.metadata.labels).toMatchObject(selector);
  });

  test('spreads them over nodes and zones', () => {
    const spread = template.spec.topologySpreadConstraints;
    expect(spread.map(({ topologyKey, maxSkew }: any) => [topologyKey, maxSkew])).toEqual([
      ['kubernetes.io/hostname', 1],
      ['topology.kubernetes.io/zone', 1],
    ]);
    expect(spread[0].labelSelector.matchLabels).toEqual(selector);
  });

  test('loses one of them at a time, to maintenance or to a rollout', () => {
    expect(find('PodDisruptionBudget', 'outliers').spec).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: selector },
    });
    expect(strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('has a program with the endpoints and probes that the page names', () => {
    const routes = (text: string) => [...text.matchAll(/(?:post|get)\("(\/[\w/]+)"\)/g)].map(([, path]) => path);
    const paths = routes(readFileSync(join(__dirname, 'api.py'), 'utf8'));
    expect(paths).toEqual(['/score/zscore', '/score/mad', '/score/iqr', '/caller', '/ready', '/health']);
    const { readinessProbe, livenessProbe } = template.spec.containers[0];
    expect([readinessProbe, livenessProbe].map(probe => probe.httpGet.path)).toEqual(['/ready', '/health']);
    const page = readFileSync(join(__dirname, 'README.md'), 'utf8');
    expect(paths.filter(path => !page.includes(path!))).toEqual([]);
  });

  test('is what its page quotes', () => expectReadmeQuoted('algorithms'));
});
