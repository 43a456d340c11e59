import { imagePlaces } from '../../lib/core/image-places';

const pod = {
  containers: [{ name: 'a', image: 'a:1' }],
  initContainers: [{ name: 'b', image: 'b:1' }],
  ephemeralContainers: [{ name: 'c', image: 'c:1' }],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'v', image: { reference: 'd:1', pullPolicy: 'Always' } },
  ],
};
const inTemplate = { template: { spec: pod } };
const images = (object: object) => imagePlaces(object).map(({ image }) => image);

describe('the places of images', () => {
  test.each([
    ['Pod', pod],
    ['Deployment', inTemplate],
    ['StatefulSet', inTemplate],
    ['DaemonSet', inTemplate],
    ['ReplicaSet', inTemplate],
    ['Job', inTemplate],
    ['CronJob', { jobTemplate: { spec: inTemplate } }],
    ['ScaledJob', { jobTargetRef: inTemplate }],
  ])('are all found in a %s', (kind, spec) => {
    expect(images({ kind, spec })).toEqual(['a:1', 'b:1', 'c:1', 'd:1']);
  });

  it('are found in a PodTemplate, whose template is no part of a spec', () => {
    expect(images({ kind: 'PodTemplate', ...inTemplate })).toHaveLength(4);
  });

  it('are told by pointers into the object', () => {
    const spec = { 'a/b~c': { containers: [{}, { image: 'a:1' }] } };
    expect(imagePlaces({ spec } as object)).toEqual([{ pointer: '/spec/a~1b~0c/containers/1/image', image: 'a:1' }]);
  });

  it('are found once in an InferenceService, be it in a container or with a framework', () => {
    const predictor = { ...pod, model: { image: 'm:1', modelFormat: { name: 'mlflow' } }, workerSpec: pod };
    expect(
      images({
        apiVersion: 'serving.kserve.io/v1beta1',
        spec: { predictor, transformer: { containers: [{ image: 't:1' }] } },
      } as object),
    ).toEqual(['a:1', 'b:1', 'c:1', 'd:1', 'm:1', 'a:1', 'b:1', 'c:1', 'd:1', 't:1']);
  });

  it('are found in what other operators turn into pods', () => {
    expect(images({ apiVersion: 'postgresql.cnpg.io/v1', spec: { imageName: 'postgres:17' } } as object)).toEqual([
      'postgres:17',
    ]);
    const container = { image: 'envoy:1' };
    const spec = { provider: { kubernetes: { envoyDeployment: { container } } } };
    expect(images({ apiVersion: 'gateway.envoyproxy.io/v1alpha1', spec } as object)).toEqual(['envoy:1']);
  });

  test.each([
    ['the data of a ConfigMap', { data: { image: 'a:1', containers: '[{"image": "a:1"}]' } }],
    ['a variable', { spec: { containers: [{ env: [{ name: 'image', value: 'a:1' }] }] } }],
    ['the image of no container', { spec: { image: 'a:1', imageName: 'b:1' } }],
    ['a schema', { spec: { properties: { containers: { items: { properties: { image: { type: 'string' } } } } } } }],
    ['a reference outside of volumes', { spec: { image: { reference: 'a:1' } } }],
    ['a volume of another kind', { spec: { volumes: [{ csi: { reference: 'a:1' } }] } }],
  ])('are not found in %s', (_, object) => {
    expect(images(object)).toEqual([]);
  });
});
