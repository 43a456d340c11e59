import {
  ExternalObjectStore,
  KserveModel,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  SecretSource,
  type ModelApiProps,
} from '../../lib';
import { FETCH_MODEL } from '../../lib/constructs/scripts/fetch-model';
import { chartIn, expectRefusal, find } from '../support';

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const model = { name: 'churn', version: 7, digest: DIGEST };
const runtime = ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' });
const source = ModelSource.volume('models');

function api(props: Partial<ModelApiProps> = {}, chart = chartIn('fraud')) {
  const churn = new ModelApi(chart, 'churn', { model, runtime, source, ...props });
  const { spec } = find(chart, 'Deployment/churn');
  const pod = spec.template.spec;
  const [fetching] = pod.initContainers;
  return { chart, churn, spec, pod, fetching, container: pod.containers[0] };
}
const folder = { name: 'checked-model', mountPath: '/opt/checked-model' };

describe('a model with a digest', () => {
  it('is fetched from its source and checked before the proxy and the model start', () => {
    const { pod, fetching } = api();
    expect(pod.initContainers.map(({ name }: any) => name)).toEqual(['fetch-model', 'proxy']);
    expect(fetching).toMatchObject({
      image: runtime.image,
      command: ['python3', '-c', FETCH_MODEL],
      args: ['/opt/model/churn/7', '/opt/checked-model', DIGEST],
      terminationMessagePolicy: 'FallbackToLogsOnError',
    });
    expect(fetching).not.toHaveProperty('restartPolicy');
  });

  it('is served from the folder that was checked, which the server cannot change', () => {
    const { pod, fetching, container } = api();
    expect(container.args).toContain('--model-uri=/opt/checked-model/model');
    expect(container.env).toContainEqual({ name: 'MODEL_URI', value: '/opt/checked-model/model' });
    expect(container.volumeMounts).toContainEqual({ ...folder, readOnly: true });
    expect(fetching.volumeMounts).toContainEqual(folder);
    expect(pod.volumes).toContainEqual({ name: folder.name, emptyDir: { sizeLimit: '2Gi' } });
  });

  it('is fetched with the credentials that were granted, also later', () => {
    const chart = chartIn('fraud');
    const store = new ExternalObjectStore(chart, 'store', {
      endpoint: 'http://s3.storage.svc:7070',
      peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
      credentials: SecretSource.existing('s3'),
    });
    const { churn } = api({ source: ModelSource.objectStore(store.bucket('models')) }, chart);
    churn.workload.mountSecret('late', SecretSource.existing('late'), '/etc/late', [{ key: 'a', path: 'a' }]);
    const [fetching] = find(chart, 'Deployment/churn').spec.template.spec.initContainers;
    expect(fetching.args[0]).toBe('s3://models/churn/7');
    const mounts = fetching.volumeMounts.map(({ mountPath }: any) => mountPath);
    expect(mounts).toEqual(expect.arrayContaining(['/etc/s3', '/etc/late', folder.mountPath]));
  });

  it('needs no more of the quota, and no GPU to be fetched', () => {
    const { fetching, container } = api({
      gpus: 1,
      resources: { limits: { memory: '4Gi' }, requests: { memory: '4Gi' } },
    });
    const { 'nvidia.com/gpu': gpus, ...limits } = container.resources.limits;
    expect(gpus).toBeDefined();
    expect(fetching.resources.limits).toEqual(limits);
  });

  it('has time for being fetched', () => {
    expect(api({ startupSeconds: 100 }).spec.progressDeadlineSeconds).toBe(500);
    expect(api({ startupSeconds: 100, model: { name: 'churn', version: 7 } }).spec.progressDeadlineSeconds).toBe(400);
  });

  it('is fetched by an image of its own where the runtime has no Python', () => {
    const own = ModelRuntime.container({
      image: 'pricing:2.3.0',
      downloader: 'registry.example.com/ml/serving:3.17.2',
    });
    const { fetching, container } = api({ runtime: own });
    expect(fetching.image).toBe('registry.example.com/ml/serving:3.17.2');
    expect(container.image).toBe('pricing:2.3.0');
  });

  it('is fetched by a KserveModel too', () => {
    const chart = chartIn('fraud');
    new KserveModel(chart, 'churn', { model, runtime, source });
    const { initContainers, containers } = find(chart, 'InferenceService/churn').spec.predictor;
    expect(initContainers.map(({ name }: any) => name)).toEqual(['fetch-model']);
    expect(containers[0].volumeMounts).toContainEqual({ ...folder, readOnly: true });
  });

  it('leaves no trace where there is none', () => {
    const { pod, container } = api({ model: { name: 'churn', version: 7 } });
    expect(pod.initContainers.map(({ name }: any) => name)).toEqual(['proxy']);
    expect(JSON.stringify(pod)).not.toContain('checked-model');
    expect(container.args).toContain('--model-uri=/opt/model/churn/7');
  });

  test.each<[string, Partial<ModelApiProps>, string]>([
    [
      'a model in the image',
      { source: ModelSource.image() },
      '[fraud/churn/server] the model "churn" is part of the image, whose files no digest of a model can hold; ' +
        "pin the image by its own digest, and remove the model's from the pin",
    ],
    [
      'a runtime that names nothing to fetch it with',
      { runtime: ModelRuntime.container({ image: 'pricing:2.3.0' }) },
      '[fraud/churn/server] nothing can fetch the model "churn" to check its digest; name an image with Python and ' +
        "MLflow: ModelRuntime.container({ downloader: 'registry.example.com/ml/serving:3.17.2', … })",
    ],
    [
      'a digest of another form',
      { model: { ...model, digest: 'md5:0' } },
      '[fraud/churn] the digest of version 7 of model "churn" is no digest, got "md5:0"; use what `mlops digest <folder>` prints: sha256: and 64 digits from 0 to f, in lower case',
    ],
  ])('is refused with %s', (_, props, message) => {
    expectRefusal(() => api(props), message);
  });

  it('is refused with an image to fetch it that is not pinned', () => {
    expectRefusal(
      () => ModelRuntime.container({ image: 'pricing:2.3.0', downloader: 'serving' }),
      '[ModelRuntime.container] downloader must be pinned, got "serving"; use a version tag or a digest, for example "registry.example.com/ml/serving:3.17.2"',
    );
  });
});
