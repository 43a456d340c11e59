import {
  ExternalObjectStore,
  KserveModel,
  KserveRuntime,
  Minio,
  ModelApi,
  ModelCache,
  ModelRuntime,
  ModelSource,
  Peer,
  SecretSource,
  type KserveModelProps,
  type KserveRuntimeProps,
} from '../../lib';
import { chartIn, expectRefusal, find, objectsOf } from '../support';

const model = { name: 'plates', version: 7 };
const runtime = ModelRuntime.container({ image: 'registry.example.com/plates:1.4.2', port: 8000 });
const store = (chart = chartIn('vision')) =>
  new ExternalObjectStore(chart, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });

function served(props: Partial<KserveModelProps> = {}, chart = chartIn('vision'), id = 'plates') {
  const plates = new KserveModel(chart, id, { model, runtime, ...props });
  const service = find(chart, `InferenceService/${id}`);
  return { chart, plates, service, predictor: service.spec.predictor };
}

describe('KserveModel', () => {
  it('takes all the props', () => {
    const allProps: Required<Omit<KserveModelProps, 'replicas' | 'autoscaling'>> = {
      model,
      runtime,
      source: ModelSource.objectStore(store().bucket('models')),
      resources: { requests: { cpu: '2' } },
      gpus: 1,
      placement: { priorityClass: 'online' },
      cache: ModelCache.perPod('8Gi'),
      startupSeconds: 62,
      drainSeconds: 30,
      imagePullSecrets: [SecretSource.existing('registry')],
    };
    const fixed: Required<Omit<KserveModelProps, 'autoscaling'>> = { ...allProps, replicas: 3 };
    const { predictor } = served(fixed);
    expect(predictor).toMatchObject({
      minReplicas: 3,
      maxReplicas: 3,
      priorityClassName: 'online',
      terminationGracePeriodSeconds: 50,
    });
    expect(predictor).not.toHaveProperty('scaleMetric');
    expect(predictor.containers[0].resources.limits).toMatchObject({ cpu: '2', 'nvidia.com/gpu': '1' });
    expect(predictor.containers[0].startupProbe.failureThreshold).toBe(13);
    const scaled: Required<Omit<KserveModelProps, 'replicas'>> = {
      ...allProps,
      autoscaling: { min: 3, max: 9, cpuPercent: 55 },
    };
    expect(served(scaled).predictor).toMatchObject({
      minReplicas: 3,
      maxReplicas: 9,
      scaleMetric: 'cpu',
      scaleTarget: 55,
    });
  });

  it('has two pods, rolled out one by one, and follows 70 percent of CPU if it is scaled', () => {
    expect(served().predictor).toMatchObject({
      minReplicas: 2,
      maxReplicas: 2,
      deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(served({ autoscaling: { max: 4 } }).predictor).toMatchObject({
      minReplicas: 2,
      maxReplicas: 4,
      scaleTarget: 70,
    });
  });

  it('is one InferenceService, whose Deployment and Service KServe makes', () => {
    const { chart, plates, service } = served();
    expect(objectsOf(chart)).toEqual([
      'ServiceAccount/plates',
      'NetworkPolicy/plates',
      'InferenceService/plates',
      'PodDisruptionBudget/plates',
    ]);
    expect(service.metadata.annotations).toEqual({
      'serving.kserve.io/deploymentMode': 'Standard',
      'kubernetes.io/change-cause': 'plates version 7, image registry.example.com/plates:1.4.2',
    });
    expect(service.metadata.labels).toMatchObject({ 'networking.kserve.io/visibility': 'cluster-local' });
    expect(plates).toMatchObject({ url: 'http://plates-predictor.vision.svc', ports: [8000] });
    expect(plates.deployment.name).toBe('plates-predictor');
  });

  it('runs the very pods of a ModelApi, but for the proxy: KServe leads callers to the model itself', () => {
    const { predictor } = served();
    const chart = chartIn('vision');
    new ModelApi(chart, 'plates', { model, runtime });
    const { metadata, spec } = find(chart, 'Deployment/plates').spec.template;
    const { initContainers: _proxy, volumes, ...rest } = spec;
    const [container] = spec.containers;
    const { labels, minReplicas: _, maxReplicas: __, deploymentStrategy: ___, ...pod } = predictor;
    expect(pod).toEqual({
      ...rest,
      volumes: volumes.filter(({ name }: any) => !name.startsWith('proxy')),
      containers: [{ ...container, name: 'kserve-container' }],
    });
    expect(labels).toEqual(metadata.labels);
  });

  it('is closed until callers are named, and found by the label of its pods', () => {
    const { chart, plates } = served();
    const web = served({}, chart, 'web').plates;
    plates.allowFrom(Peer.pods({ namespace: 'gateway' }));
    web.allowTo(plates);
    const { podSelector, ingress } = find(chart, 'NetworkPolicy/plates').spec;
    expect(podSelector.matchLabels).toEqual({ 'app.kubernetes.io/instance': 'plates' });
    expect(ingress.map(({ ports }: any) => ports[0].port)).toEqual([8000, 8000]);
    expect(ingress[1].from).toEqual(web.networkPeers());
    expect(find(chart, 'PodDisruptionBudget/plates').spec.selector).toEqual(podSelector);
  });

  it('says where its metrics are, if the runtime has any', () => {
    const metered = ModelRuntime.container({ image: 'plates:1', metrics: { path: '/metrics' } });
    expect(served({ runtime: metered }).plates.metrics).toEqual({ path: '/metrics', port: 8080 });
    expect(served().plates.metrics).toBeUndefined();
  });

  test.each<[Partial<KserveModelProps>, string]>([
    [
      { replicas: 2, autoscaling: { max: 4 } },
      'replicas (2) and autoscaling cannot both be set: each would undo the other; remove one of them',
    ],
    [{ replicas: 0 }, 'replicas must be a whole number of at least 1, got 0; write 1 or a greater one'],
    [{ autoscaling: { max: 1 } }, 'autoscaling.max (1) is below autoscaling.min (2); raise max or lower min'],
    [
      { runtime: KserveRuntime.named() },
      'KServe cannot fetch the model from "/opt/model"; ' +
        'use ModelSource.objectStore(), or a runtime with an image of its own',
    ],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => served(props), `[vision/plates] ${message}`);
  });

  it('refuses a name that KServe would make too long', () => {
    const id = 'p'.repeat(54);
    expectRefusal(
      () => served({}, undefined, id),
      `[vision/${id}] the name "${id}" must have at most 53 characters, got 54; choose another id: ` +
        'at most 53 lower-case letters, digits and "-", starting and ending with a letter or digit',
    );
  });
});

describe('a serving runtime of the cluster', () => {
  const source = ModelSource.objectStore(store().bucket('models'));

  it('takes all the props', () => {
    const allProps: Required<KserveRuntimeProps> = {
      servingRuntime: 'our-onnx',
      format: 'onnx',
      protocol: 'v1',
      port: 9000,
      credentials: SecretSource.existing('kserve-s3'),
    };
    const { chart, plates, service, predictor } = served({ runtime: KserveRuntime.named(allProps), source });
    expect(predictor.model).toMatchObject({
      modelFormat: { name: 'onnx' },
      protocolVersion: 'v1',
      runtime: 'our-onnx',
      storageUri: 's3://models/plates/7',
    });
    expect(plates.ports).toEqual([9000]);
    expect(service.metadata.annotations).toMatchObject({
      'serving.kserve.io/storageSecretName': 'kserve-s3',
      'kubernetes.io/change-cause': 'plates version 7, image of serving runtime our-onnx',
    });
    expect(find(chart, 'NetworkPolicy/plates').spec.egress[1].ports).toEqual([{ port: 7070, protocol: 'TCP' }]);
  });

  it('is MLServer with an MLflow model by default, without credentials', () => {
    const { service, predictor } = served({ runtime: KserveRuntime.named(), source });
    expect(predictor.model).toMatchObject({
      modelFormat: { name: 'mlflow' },
      protocolVersion: 'v2',
      runtime: 'kserve-mlserver',
    });
    expect(service.metadata.annotations).not.toHaveProperty('serving.kserve.io/storageSecretName');
  });

  it('is limited and hardened like any container, while image, command and probes stay its own', () => {
    const { predictor } = served({ runtime: KserveRuntime.named(), source });
    expect(predictor).not.toHaveProperty('containers');
    expect(predictor.model.securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsNonRoot: true });
    expect(predictor.model.resources.limits.memory).toBe('1Gi');
    for (const field of ['image', 'command', 'args', 'readinessProbe', 'ports']) {
      expect(predictor.model).not.toHaveProperty(field);
    }
  });

  it('fetches the model with its own credentials alone: the runtime finds it on its disk', () => {
    const chart = chartIn('vision');
    const bucket = new Minio(chart, 'store', {
      size: '1Gi',
      image: 'registry.example.com/silo:1.2.3',
      clientImage: 'registry.example.com/mc:1.2.3',
    }).bucket('models');
    const { predictor } = served({ runtime: KserveRuntime.named(), source: ModelSource.objectStore(bucket) }, chart);
    expect(predictor.volumes.map(({ name }: any) => name)).toEqual(['home', 'tmp']);
    expect(JSON.stringify(chart.toJson())).not.toContain('store-models-read');
    expect(find(chart, 'NetworkPolicy/plates').spec.egress[1].ports).toEqual([{ port: 9000, protocol: 'TCP' }]);
    expect(predictor.model.storageUri).toBe('s3://models/plates/7');
  });

  it('refuses a name that nothing has', () => {
    expectRefusal(
      () => KserveRuntime.named({ servingRuntime: 'MLServer' }),
      '[KserveRuntime.named] "MLServer" cannot name a ServingRuntime; use lower-case letters, digits, "-" and "."',
    );
  });

  it('asks its Secret for the keys that KServe reads', () => {
    const asked: string[] = [];
    const credentials: SecretSource = { name: 's3', mustHave: (_, keys) => asked.push(...Object.keys(keys)) };
    served({ runtime: KserveRuntime.named({ credentials }), source });
    expect(asked).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
  });
});
