import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectReadmeQuoted, written } from '../../test/example';
import { manyModels } from './main';

describe('the example of many models', () => {
  const objects = written(manyModels);
  const find = (kind: string, name: string) => objects.find(one => one.kind === kind && one.metadata.name === name);
  const containerOf = (name: string) => find('Deployment', name).spec.template.spec.containers[0];
  const variable = (name: string, key: string) => containerOf(name).env.find((one: any) => one.name === key).value;

  test('serves each from the same image and arguments, told apart by variables', () => {
    const { image, args } = containerOf('cats');
    expect(containerOf('dogs')).toMatchObject({ image, args });
    expect([variable('cats', 'MODEL_URI'), variable('dogs', 'MODEL_URI')]).toEqual([
      's3://models/cats/4',
      's3://models/dogs/2',
    ]);
  });

  test('asks each pod whether it has loaded, may be called, and works, at paths that the program has', () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf('cats');
    const paths = [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }: any) => httpGet.path);
    expect(paths).toEqual(['/loaded', '/ready', '/health']);
    const program = readFileSync(join(__dirname, 'api.py'), 'utf8');
    expect(paths.filter(path => !program.includes(`@api.get("${path}")`))).toEqual([]);
  });

  test('names the version in the rollout history, and changes no selector with it', () => {
    const next = written(outdir => manyModels(outdir, { cats: 5, dogs: 2 })).find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'cats',
    );
    const cause = ({ metadata }: any) => metadata.annotations['kubernetes.io/change-cause'];
    expect([find('Deployment', 'cats'), next].map(cause)).toEqual([
      'cats version 4, image registry.example.com/vision/serving:2.3.0',
      'cats version 5, image registry.example.com/vision/serving:2.3.0',
    ]);
    expect(next.spec.selector).toEqual(find('Deployment', 'cats').spec.selector);
  });

  test('lets one sleep while there is nothing to do', () => {
    expect(find('ScaledObject', 'night-shift').spec).toMatchObject({ minReplicaCount: 0, maxReplicaCount: 4 });
    expect(find('Deployment', 'night-shift').spec).not.toHaveProperty('replicas');
  });

  test('puts one onto nodes with a GPU, which the quota has for a rollout too', () => {
    expect(containerOf('captions').resources.limits).toMatchObject({ 'nvidia.com/gpu': '1' });
    expect(find('ResourceQuota', 'team').spec.hard['requests.nvidia.com/gpu']).toBe('3');
  });

  test('hands one to KServe, with the version in its address', () => {
    expect(find('InferenceService', 'plates').spec.predictor.model.storageUri).toBe('s3://models/plates/7');
  });

  test('is what its page quotes', () => expectReadmeQuoted('many-models'));
});
