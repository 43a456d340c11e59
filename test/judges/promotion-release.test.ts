import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import { Cycle } from '../../lib/promotion/cycle';
import { synthesis } from '../../lib/promotion/ports/synthesis';
import { MemoryRegistry } from '../promotion/memory-registry';
import { SharedRepository } from '../promotion/shared-repository';
import { HELMS } from './helm/binaries';
import { ENVIRONMENTS, placesOf, withoutOwnership } from './helm/environments';
import { folderOf } from './helm/published';
import { readWithGo } from './helm/referee';
import { ask } from './helm/template';
import { describeJudged } from './judge';
import { objectsIn, PROJECT, type Manifest } from './manifests';

jest.setTimeout(300_000);

const RULES = `registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  production: { alias: champion }
teams:
  fraud:
    registry: mlflow
    models:
      churn: { environments: { production: { values: releases/$environment/$model.yaml } } }
  pricing:
    registry: mlflow
    models:
      prices: { environments: { production: { values: 'releases/pricing.yaml#model' } } }
`;
const released = ENVIRONMENTS.filter(
  ({ unit, chart, name }) =>
    unit.startsWith('production/') && chart.name === 'model-api' && ['churn', 'prices'].includes(name),
);
const values = (name: string) => `# reviewed by ops\n${stringify(released.find(one => one.name === name)!.values)}`;
const below = (text: string) => `other: {}\nmodel:\n${text.replace(/^(?=.)/gm, '  ')}`;

/** The reference platform, two of whose models are releases of the chart model-api as well. */
describe('a release whose model was promoted', () => {
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const repository = new SharedRepository();
  const registry = new MemoryRegistry();
  beforeAll(async () => {
    cpSync(join(PROJECT, 'environments'), join(repository.work, 'environments'), { recursive: true });
    cpSync(join(PROJECT, 'dist'), join(repository.work, 'dist'), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(repository.work, 'node_modules'));
    const main = readFileSync(join(PROJECT, 'main.ts'), 'utf8');
    repository.edit({
      'main.ts': main.replace("'./lib'", JSON.stringify(join(PROJECT, 'lib'))),
      'promotion.yaml': RULES,
      'releases/production/churn.yaml': values('churn'),
      'releases/pricing.yaml': below(values('prices')),
      '.gitignore': 'node_modules\n',
    });
    for (const model of ['churn', 'prices']) {
      registry.register(model, 12, { file: { digest: `sha256:${'1'.repeat(64)}`, pickles: [] } });
      await registry.moveAlias(model, 'champion', 12);
    }
    const { done } = await new Cycle({
      git: repository.open({ nodeModules: join(PROJECT, 'node_modules') }),
      registry: () => registry,
      synthesize: synthesis([process.execPath, '--import', tsx, join(PROJECT, 'lib/cli/mlops.ts')]),
      now: () => new Date(),
      pause: async () => undefined,
    }).run();
    expect(done.map(({ promotion }) => promotion.model)).toEqual(['churn', 'prices']);
  });
  afterAll(() => repository.remove());

  it('has its values in the commit of the pin and the manifest', () => {
    const files = (unit: string) => [`dist/${unit}.k8s.yaml`, `environments/${unit}.yaml`];
    expect(repository.changed('main~1').sort()).toEqual([
      ...files('production/fraud'),
      'releases/production/churn.yaml',
    ]);
    expect(repository.changed('main').sort()).toEqual([...files('production/pricing'), 'releases/pricing.yaml']);
    expect(repository.read('releases/production/churn.yaml')).toBe(
      values('churn').replace('version: 1\n', 'version: 12\n'),
    );
    expect(repository.read('releases/pricing.yaml')).toBe(
      below(values('prices').replace('version: 1\n', 'version: 12\n').replace('prices/1\n', 'prices/12\n')),
    );
  });

  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      it.each(released.map(({ name, ...one }) => [name, one] as const))(
        '%s is what the manifest of the commit has',
        async (name, { unit, chart, namespace }) => {
          const text =
            name === 'churn'
              ? repository.read('releases/production/churn.yaml')
              : stringify(parse(repository.read('releases/pricing.yaml')).model);
          const args = ['template', name, folderOf(chart), '--namespace', namespace, '--skip-tests', '--values', '-'];
          const { stdout, stderr } = await ask(helm, args, text);
          const [printed] = await readWithGo(helm, [stdout]);
          const objects = printed as unknown as Manifest[];
          const manifest = objectsIn(repository.read(`dist/${unit}.k8s.yaml`));
          const different = objects.flatMap(object => {
            const other = manifest.find(
              ({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name,
            );
            return other === undefined
              ? [`no ${object.kind}/${object.metadata.name}`]
              : placesOf(withoutOwnership(object), withoutOwnership(other));
          });
          expect([stderr, objects.length > 3, different]).toEqual(['', true, []]);
          expect(JSON.stringify(objects)).toContain(`${name}/12`);
        },
      );
    });
  }
});
