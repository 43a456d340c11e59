import { ApiObject } from 'cdk8s';
import { parse } from 'yaml';
import { z } from 'zod';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '../../lib/core/platform-error';
import { HelmChart } from '../../lib/helm/helm-chart';
import { expectRefusal } from '../support';
import { jobChart, webChart } from './web-chart';

const about = { name: 'demo', version: '1.0.0', appVersion: '2.0.0', description: 'A demo.' };
const replicas = z.strictObject({ replicas: z.int().min(0).max(9).default(1).describe('Pods.') });

describe('HelmChart', () => {
  const web = webChart();
  const job = jobChart();
  const file = (path: string): string => web.files().get(path)!;

  it('has all files of a chart', () => {
    expect([...web.files().keys()].sort()).toEqual([
      '.helmignore',
      'Chart.yaml',
      'README.md',
      'ci/busy-values.yaml',
      'templates/NOTES.txt',
      'templates/_helpers.tpl',
      'templates/configmap.yaml',
      'templates/deployment.yaml',
      'templates/ingress.yaml',
      'templates/service.yaml',
      'values.schema.json',
      'values.yaml',
    ]);
  }, 30_000);

  it('says in Chart.yaml what it is', () => {
    expect(parse(file('Chart.yaml'))).toEqual({
      apiVersion: 'v2',
      name: 'web',
      description: 'A web server.',
      type: 'application',
      version: '1.2.0',
      appVersion: '4.5.6',
      kubeVersion: '>=1.29.0-0',
      keywords: ['web'],
      annotations: {
        'artifacthub.io/category': 'networking',
        'artifacthub.io/license': 'Apache-2.0',
        'artifacthub.io/changes': '- kind: added\n  description: All.\n',
      },
    });
  });

  it('is the same bytes each time', () => {
    expect([...jobChart().files()]).toEqual([...job.files()]);
  }, 30_000);

  it('builds the objects of a release with the values of a user', () => {
    const objects = web.synth({ image: { tag: 'v2' }, env: { LEVEL: null, B: 'c' } }, { name: 'r', namespace: 'ml' });
    expect(objects.map(object => (object as any).metadata.name)).toEqual(['r-web', 'r-web']);
    expect(objects[0]).toMatchObject({
      spec: {
        replicas: 2,
        template: {
          spec: {
            containers: [{ image: 'registry.example.com/web:v2', env: [{ name: 'B', value: 'c' }] }],
          },
        },
      },
    });
  });

  it('asks for values that have no default', () => {
    expect([web.asks, job.asks]).toEqual([false, true]);
    expect(job.files().get('README.md')).toContain(
      'helm install my-job ./job --namespace my-namespace --create-namespace --values values.yaml\n',
    );
    expect(job.files().get('values.yaml')).toContain(
      'bucket:\n  # -- Its name.\n  # Required.\n  # From 3 to 63 characters.\n  # name:\n'.replace(
        'bucket:',
        'bucket: {}',
      ),
    );
  });

  it('refuses values that its schema refuses', () => {
    expectRefusal(
      () => job.synth({ user: 'ann' }, { name: 'r', namespace: 'ml' }),
      '[job] the chart does not take these values: values.bucket.name: Invalid input: expected string, received undefined; give values that its schema allows',
    );
    expectRefusal(
      () => web.synth({ replicas: null }, { name: 'r', namespace: 'ml' }),
      '[web] the chart does not take these values: null takes a value away; give values that its schema allows',
    );
  });

  it.each<[what: string, act: () => unknown, message: string]>([
    [
      'values to try that its schema refuses',
      () => new HelmChart({ ...about, values: replicas, build: () => undefined, ci: { many: { replicas: 10 } } }),
      '[demo/ci/many-values.yaml] the chart does not take these values: values.replicas: Too big: expected number to be <=9; give values that its schema allows',
    ],
    [
      'to ask for values and have none to try',
      () =>
        new HelmChart({
          ...about,
          values: z.strictObject({ bucket: z.string().describe('Bucket.') }),
          build: () => undefined,
        }),
      '[demo] the chart has values without default, but none to try it with; give `ci` values: ci: { minimal: { ... } }',
    ],
    [
      'a name that Helm refuses',
      () => new HelmChart({ ...about, name: 'a_b', values: replicas, build: () => undefined }),
      '[HelmChart] "a_b" is no name of a chart; use at most 53 small letters, digits and "-", as in model-api',
    ],
  ])('refuses %s', (_what, act, message) => {
    expectRefusal(act, message);
  });

  it('writes nothing if no templates say what is built', () => {
    const charts = mkdtempSync(join(tmpdir(), 'charts-'));
    let count = 0;
    const impure = new HelmChart({
      ...about,
      values: replicas,
      build: (chart, values, { fullname: name }) => {
        const data = { replicas: `${values.replicas}`, count: `${count++}` };
        new ApiObject(chart, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...{ data } });
      },
    });
    expect(() => impure.write(charts)).toThrow();
    expect(readdirSync(charts)).toEqual([]);
    rmSync(charts, { recursive: true });
  });

  it('refuses what constructs find wrong at the end', () => {
    const late = new HelmChart({
      ...about,
      values: replicas,
      build: chart => chart.node.addValidation({ validate: () => ['too late'] }),
    });
    expect(() => late.files()).toThrow(/too late/);
  });

  it('refuses a build that is not done when it returns', () => {
    const late = new HelmChart({
      ...about,
      values: replicas,
      build: async chart => {
        await Promise.resolve();
        chart.node.addValidation({ validate: () => [] });
      },
    });
    expectRefusal(
      () => late.files(),
      '[demo: build] it returns a promise, but what it adds later is not seen; build must not be async: make constructs of the values alone, and read nothing on the way',
    );
  });

  it.each<[what: string, field: unknown, problem: string]>([
    [
      'null in a list',
      { list: ['a', null] },
      'list[1]] the construct prints a list with a place that is undefined or null',
    ],
    [
      'nothing in a list',
      { list: [undefined] },
      'list[0]] the construct prints a list with a place that is undefined or null',
    ],
    ['a function', { a: { b: () => 1 } }, 'a.b] the construct prints a function, which no manifest can hold'],
    ['a symbol', { a: Symbol('b') }, 'a] the construct prints a symbol, which no manifest can hold'],
    ['a BigInt', { a: 1n }, 'a] the construct prints a bigint, which no manifest can hold'],
    ['no number', { a: NaN }, 'a] the construct prints NaN'],
  ])('refuses %s', (_what, field, problem) => {
    const foreign = new HelmChart({
      ...about,
      values: replicas,
      build: (chart, values, { fullname: name }) =>
        new ApiObject(chart, 'map', {
          apiVersion: 'v1',
          kind: 'Thing',
          metadata: { name },
          ...{ spec: { replicas: values.replicas, more: field } },
        }),
    });
    expect(() => foreign.files()).toThrow(PlatformError);
    expect(() => foreign.files()).toThrow(
      `spec.more.${problem}; print texts, numbers, booleans, lists and maps of them, and leave out what is not there`,
    );
  });
});
