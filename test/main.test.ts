import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform } from '../lib';
import type reference from '../main';

const DIST = join(__dirname, '../dist');

/** Content of all files below a folder, by path. */
function contentOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path =>
    statSync(join(folder, path)).isFile(),
  );
  return Object.fromEntries(paths.map(path => [path, readFileSync(join(folder, path), 'utf8')]));
}

describe('the reference platform', () => {
  const known = process.env['CDK8S_OUTDIR'];
  let outdir: string;
  let platform: Platform;
  let synthesized: Record<string, string>;
  let objects: any[];
  beforeAll(() => {
    outdir = mkdtempSync(join(tmpdir(), 'reference-'));
    process.env['CDK8S_OUTDIR'] = outdir;
    // Not imported above, where the folder would be read from the environment before it is set.
    platform = jest.requireActual<{ default: typeof reference }>('../main').default;
    platform.synth();
    synthesized = contentOf(outdir);
    objects = platform.units.flatMap(({ name }) => platform.build(name).charts.flatMap(chart => chart.toJson()));
  });
  afterAll(() => {
    rmSync(outdir, { recursive: true });
    if (known === undefined) {
      delete process.env['CDK8S_OUTDIR'];
    } else {
      process.env['CDK8S_OUTDIR'] = known;
    }
  });
  const containers = (): any[] =>
    objects.flatMap(({ spec }) => {
      const pod = spec?.template?.spec ?? {};
      return [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
    });

  test('is what dist holds', () => {
    expect(contentOf(DIST)).toEqual(synthesized);
  });

  test('is the same when it is synthesized again, and when plain cdk8s synthesizes each unit', () => {
    expect(platform.synth()).toEqual({
      written: [],
      unchanged: platform.units.length,
      removed: [],
      isolation: { proven: 6, remembered: 0, unknown: [], assumptions: expect.any(Array) },
    });
    for (const { name } of platform.units) {
      rmSync(join(outdir, `${name}.k8s.yaml`));
      platform.build(name).synth();
    }
    expect(contentOf(outdir)).toEqual(synthesized);
  });

  test('has three teams in two environments, each with its Argo CD objects', () => {
    expect(platform.units.map(({ name }) => name)).toEqual([
      'staging/fraud',
      'staging/search',
      'staging/pricing',
      'production/fraud',
      'production/search',
      'production/pricing',
      'argocd/staging',
      'argocd/production',
    ]);
  });

  test('serves a model of the registry and a container of its own', () => {
    const served = (name: string) =>
      objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name).spec.template.spec
        .containers;
    expect(served('churn')[0].args).toContain('--model-uri=models:/churn/1');
    expect(served('ranking')[0].image).toBe('registry.example.com/search/ranking:2.3.0');
  });

  test('exposes each model below the domain of its environment', () => {
    const hosts = objects.filter(({ kind }) => kind === 'HTTPRoute').flatMap(({ spec }) => spec.hostnames);
    const models = ['churn', 'ranking', 'prices'].flatMap(name => [`${name}.staging`, `${name}.production`]);
    expect(hosts).toEqual(expect.arrayContaining(models.map(name => `${name}.example.com`)));
  });

  test('shows a store of each kind, and MLflow on PostgreSQL and on SQLite', () => {
    const images = new Set(containers().map(({ image }) => image.split('/').at(-1).split(':')[0]));
    expect([...images]).toEqual(expect.arrayContaining(['seaweedfs', 'silo']));
    expect(synthesized['staging/fraud.k8s.yaml']).toContain('http://s3.storage.svc:7070');
    expect(synthesized['staging/fraud.k8s.yaml']).toContain('postgres');
    expect(synthesized['staging/search.k8s.yaml']).toContain('sqlite:////');
  });

  test('holds no Secret, and no variable with the value of one', () => {
    expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
    const variables = containers().flatMap(({ env = [] }) => env);
    const secrets = variables.filter(({ name }) => /PASSWORD|SECRET|TOKEN|CREDENTIAL|_KEY/.test(name));
    const values = secrets.map(({ value }) => value).filter(value => value !== undefined);
    expect(values.filter(value => !value.startsWith('/'))).toEqual([]);
    expect(Object.values(synthesized).join('')).not.toMatch(/:\/\/[^/\s]+:[^/\s]+@/);
  });

  test('pins every image', () => {
    const images = containers().map(({ image }) => image);
    expect(images.length).toBeGreaterThan(8);
    expect(images.filter(image => !/(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/.test(image))).toEqual([]);
  });
});
