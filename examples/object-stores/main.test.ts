import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chart } from 'cdk8s';
import { find, objectsOf } from '../../test/support';
import { objectStores } from './main';

const read = (...path: string[]) => readFileSync(join(__dirname, ...path), 'utf8').split('\n');
const trimmed = (lines: readonly string[]) => lines.map(line => line.trim()).join('\n');

describe('the example of object stores', () => {
  const app = objectStores('dist');
  const chart = (name: string) => app.node.findChild(name) as Chart;

  it('makes a bucket for each use of MinIO, and a user for each who uses it', () => {
    const [container] = find(chart('fraud'), 'Job/store-buckets').spec.template.spec.containers;
    expect(container.args).toEqual(['mlflow', 'data', '--', 'store-mlflow', 'store-data', 'store-data-read']);
  });

  it('lets MLflow, the trainer and the report call MinIO', () => {
    const callers = find(chart('fraud'), 'NetworkPolicy/store').spec.ingress.map(
      ({ from }: any) => from[0].podSelector.matchLabels['app.kubernetes.io/instance'],
    );
    expect(callers).toEqual(['store-buckets', 'mlflow', 'trainer', 'report']);
  });

  it('runs a server where the team has its own store, and none where it uses another', () => {
    expect(objectsOf(chart('search'))).toContain('StatefulSet/store');
    expect(objectsOf(chart('pricing'))).toEqual(['ServiceAccount/trainer', 'NetworkPolicy/trainer']);
  });

  test.each(['minio', 'seaweed-fs', 'object-store'])('is what docs/%s.md shows', page => {
    const lines = read('..', '..', 'docs', `${page}.md`);
    const start = lines.indexOf('```ts');
    const shown = lines.slice(start + 1, lines.indexOf('```', start));
    expect(shown.length).toBeGreaterThan(3);
    expect(trimmed(read('main.ts'))).toContain(trimmed(shown));
  });
});
