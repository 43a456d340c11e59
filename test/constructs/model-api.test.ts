import {
  ApiAuth,
  Database,
  Exposure,
  ExternalObjectStore,
  MlflowServer,
  ModelApi,
  ModelCache,
  ModelRuntime,
  ModelSource,
  Peer,
  SecretSource,
  type Workload,
  type Autoscaling,
  type ContainerRuntimeProps,
  type MlflowRuntimeProps,
  type ModelApiProps,
  type ProbePaths,
} from '../../lib';
import { SERVE_MODEL } from '../../lib/constructs/scripts/serve-model';
import { chartIn, expectGolden, expectRefusal, find, objectsOf } from '../support';

const model = { name: 'churn', version: 7 };
const runtime = ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2' });

function api(props: Partial<ModelApiProps> = {}, chart = chartIn('fraud'), id = 'churn') {
  const churn = new ModelApi(chart, id, { model, runtime, ...props });
  const deployment = find(chart, `Deployment/${id}`);
  const pod = deployment.spec.template.spec;
  return { chart, churn, deployment, pod, container: pod.containers[0] };
}

const store = (chart = chartIn('fraud')) =>
  new ExternalObjectStore(chart, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
    credentials: SecretSource.existing('s3'),
    readCredentials: SecretSource.existing('s3-read'),
  });
const variable = ({ env }: any, name: string) => env.find((one: any) => one.name === name)?.value;

describe('ModelApi', () => {
  it('renders as reviewed', () => {
    const { chart, churn } = api({
      autoscaling: { max: 6 },
      source: ModelSource.objectStore(store().bucket('models')),
      runtime: ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' }),
    });
    churn.allowFrom(Peer.pods({ namespace: 'gateway' }));
    expectGolden(chart, 'model-api');
  });

  it('takes all the props', () => {
    const allAutoscaling: Required<Autoscaling> = { min: 3, max: 9, cpuPercent: 55 };
    const allProps: Required<Omit<ModelApiProps, 'replicas' | 'autoscaling' | 'keda'>> = {
      model: { name: 'Churn_v2', version: 12 },
      runtime,
      source: ModelSource.image('/models/churn'),
      resources: { requests: { cpu: '2' } },
      gpus: 1,
      placement: { priorityClass: 'online' },
      cache: ModelCache.perPod('8Gi'),
      startupSeconds: 62,
      drainSeconds: 30,
      auth: ApiAuth.apiKeys(SecretSource.existing('callers')),
      limits: { concurrency: 4, timeoutSeconds: 20, requestSize: '1Mi', rate: { perSecond: 5, burst: 9 } },
      proxy: { image: 'registry.example.com/envoy:1.40.0', resources: { limits: { memory: '512Mi' } } },
      imagePullSecrets: [SecretSource.existing('registry')],
      exposure: Exposure.internal(),
    };
    const fixed: Required<Omit<ModelApiProps, 'autoscaling' | 'keda'>> = { ...allProps, replicas: 4 };
    const scaled: Required<Omit<ModelApiProps, 'replicas' | 'keda'>> = { ...allProps, autoscaling: allAutoscaling };
    const { chart, churn, deployment, pod, container } = api(fixed);
    expect(churn.model).toBe(allProps.model);
    expect(deployment.spec).toMatchObject({ replicas: 4, progressDeadlineSeconds: 362 });
    expect(deployment.metadata.annotations).toEqual({
      'kubernetes.io/change-cause': 'Churn_v2 version 12, image registry.example.com/churn:1.4.2',
    });
    expect(pod.terminationGracePeriodSeconds).toBe(50);
    expect(container.startupProbe).toMatchObject({ periodSeconds: 5, failureThreshold: 13 });
    expect(container.resources).toEqual({
      requests: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '8.25Gi', 'nvidia.com/gpu': '1' },
      limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '10Gi', 'nvidia.com/gpu': '1' },
    });
    expect(pod.priorityClassName).toBe('online');
    expect(pod.imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(variable(container, 'MODEL_NAME')).toBe('Churn_v2');
    expect(variable(container, 'MODEL_VERSION')).toBe('12');
    expect(variable(container, 'MODEL_URI')).toBe('/models/churn');
    expect(objectsOf(chart)).not.toContain('HorizontalPodAutoscaler/churn');

    expect(find(api(scaled).chart, 'HorizontalPodAutoscaler/churn').spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'churn' },
      minReplicas: 3,
      maxReplicas: 9,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 55 } } },
      ],
    });
  });

  it('has defaults for the rest', () => {
    const { deployment, pod, container } = api();
    expect(deployment.spec).toMatchObject({ replicas: 2, progressDeadlineSeconds: 900, revisionHistoryLimit: 10 });
    expect(pod.terminationGracePeriodSeconds).toBe(80);
    expect(container.startupProbe).toMatchObject({ periodSeconds: 5, failureThreshold: 120 });
    expect(container.resources).toEqual({
      requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
      limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '2Gi' },
    });
    expect(variable(container, 'MODEL_URI')).toBe('/opt/model');
  });

  it('leaves the number of pods to the autoscaler if there is one', () => {
    const { chart, churn, deployment } = api({ autoscaling: { max: 4 } });
    expect(deployment.spec).not.toHaveProperty('replicas');
    const { minReplicas, maxReplicas, metrics } = find(chart, 'HorizontalPodAutoscaler/churn').spec;
    expect([minReplicas, maxReplicas, metrics[0].resource.target.averageUtilization]).toEqual([2, 4, 70]);
    expect(churn.autoscaler!.name).toBe('churn');
  });

  it('says where it is, and gives the objects away as fields', () => {
    const { churn } = api();
    expect(churn).toMatchObject({ name: 'churn', url: 'http://churn.fraud.svc', ports: [10000] });
    expect([churn.autoscaler, churn.scaledObject]).toEqual([undefined, undefined]);
    expect(churn.metrics).toEqual({ path: '/metrics', port: 10001, exporter: 'envoy' });
    expect([churn.deployment, churn.service, churn.disruptionBudget].map(({ name }) => name)).toEqual(
      Array(3).fill('churn'),
    );
  });

  it('has a Service on port 80 before the proxy, which alone calls the port of its runtime', () => {
    const { chart, container } = api({ runtime: ModelRuntime.container({ image: 'churn:1', port: 8000 }) });
    expect(find(chart, 'Service/churn').spec).toEqual({
      selector: { 'app.kubernetes.io/instance': 'churn' },
      ports: [{ name: 'http', port: 80, targetPort: 10000, protocol: 'TCP' }],
    });
    expect(container.ports).toEqual([{ name: 'http', containerPort: 8000, protocol: 'TCP' }]);
  });

  it('is selected by one label that no version changes, everywhere', () => {
    const { chart, deployment, pod } = api({ autoscaling: { max: 4 } });
    const selector = { 'app.kubernetes.io/instance': 'churn' };
    expect(deployment.spec.selector).toEqual({ matchLabels: selector });
    expect(find(chart, 'Service/churn').spec.selector).toEqual(selector);
    expect(find(chart, 'PodDisruptionBudget/churn').spec.selector).toEqual({ matchLabels: selector });
    expect(find(chart, 'NetworkPolicy/churn').spec.podSelector).toEqual({ matchLabels: selector });
    expect(pod.topologySpreadConstraints.map((one: any) => one.labelSelector)).toEqual(
      Array(2).fill({ matchLabels: selector }),
    );
    expect(deployment.spec.template.metadata.labels).toMatchObject({ ...selector, 'app.kubernetes.io/version': '7' });
  });

  it('changes only what rolls the pods when another version is pinned', () => {
    const manifests = (version: number) => api({ model: { name: 'churn', version } }).chart.toJson();
    const changed = manifests(8).filter(
      (object, index) => JSON.stringify(object) !== JSON.stringify(manifests(7)[index]),
    );
    expect(changed.map(({ kind }) => kind)).toEqual(['Deployment']);
    expect(changed[0].metadata.annotations['kubernetes.io/change-cause']).toContain('churn version 8');
  });

  it('rolls out pod by pod, never below its number', () => {
    expect(api().deployment.spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });

  it('loses one pod at a time to the maintenance of nodes', () => {
    expect(find(api().chart, 'PodDisruptionBudget/churn').spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  it('spreads over nodes and zones, as far as there are any', () => {
    const spread = api().pod.topologySpreadConstraints;
    expect(spread.map((one: any) => one.topologyKey)).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ]);
    for (const one of spread) {
      expect(one).toMatchObject({ maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' });
    }
  });

  it('serves on until everybody knows that it stops, and then ends its requests', () => {
    const { pod, container } = api({ drainSeconds: 100 });
    expect(container.lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(10 + 100);
  });

  it('is closed until callers are named; the path is open at both ends if they are ours', () => {
    const { chart, churn } = api();
    expect(find(chart, 'NetworkPolicy/churn').spec).not.toHaveProperty('ingress');
    churn.allowFrom(Peer.pods({ namespace: 'gateway' }));
    const web = api({}, chart, 'web').churn;
    web.allowTo(churn);
    expect(find(chart, 'NetworkPolicy/churn').spec.ingress).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gateway' } } }],
        ports: [{ port: 10000, protocol: 'TCP' }],
      },
      { from: web.networkPeers(), ports: [{ port: 10000, protocol: 'TCP' }] },
    ]);
    expect(find(chart, 'NetworkPolicy/web').spec.egress[1].to).toEqual(churn.networkPeers());
  });

  test.each<[Partial<ModelApiProps>, string]>([
    [
      { replicas: 2, autoscaling: { max: 4 } },
      'replicas (2) and autoscaling cannot both be set: each would undo the other; remove one of them',
    ],
    [{ autoscaling: { min: 3, max: 2 } }, 'autoscaling.max (2) is below autoscaling.min (3); raise max or lower min'],
    [{ autoscaling: { max: 1 } }, 'autoscaling.max (1) is below autoscaling.min (2); raise max or lower min'],
    [
      { model: { name: 'my churn', version: 1 } },
      '"my churn" cannot name a model; use letters, digits, ".", "_" and "-", at most 128 of them',
    ],
    [
      { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      'requests.cpu (2) is above limits.cpu (1); lower the request or raise the limit',
    ],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => api(props), `[fraud/churn] ${message}`);
  });

  test.each<[string, number, Partial<ModelApiProps>]>([
    ['model.version', 0, { model: { name: 'churn', version: 0 } }],
    ['model.version', NaN, { model: { name: 'churn', version: NaN } }],
    ['model.version', 1.5, { model: { name: 'churn', version: 1.5 } }],
    ['replicas', 0, { replicas: 0 }],
    ['startupSeconds', 0, { startupSeconds: 0 }],
    ['drainSeconds', -1, { drainSeconds: -1 }],
    ['autoscaling.min', 0, { autoscaling: { min: 0, max: 4 } }],
    ['autoscaling.max', Infinity, { autoscaling: { max: Infinity } }],
    ['autoscaling.cpuPercent', 0.7, { autoscaling: { max: 4, cpuPercent: 0.7 } }],
  ])('refuses a %s of %d', (name, value, props) => {
    expectRefusal(
      () => api(props),
      `[fraud/churn] ${name} must be a whole number of at least 1, got ${value}; write 1 or a greater one`,
    );
  });

  it('refuses a name that no Service can have', () => {
    expectRefusal(
      () => api({}, undefined, '7churn'),
      '[fraud/7churn] "7churn" cannot name a Service; choose another id that begins with a letter',
    );
  });
});

describe('the source of a model', () => {
  it('is the registry: the pods read it with the team’s credentials', () => {
    const chart = chartIn('fraud');
    const mlflow = new MlflowServer(chart, 'mlflow', {
      image: 'mlflow:3.17.2',
      artifacts: store(chart).bucket('models'),
      database: Database.sqlite(),
    });
    const { churn, pod, container } = api({ source: ModelSource.registry(mlflow) }, chart);
    expect(variable(container, 'MODEL_URI')).toBe('models:/churn/7');
    expect(variable(container, 'MLFLOW_TRACKING_URI')).toBe('http://mlflow.fraud.svc:5000');
    expect(pod.volumes).toContainEqual({
      name: 'mlflow-credentials',
      secret: { secretName: 'mlflow-auth', items: [{ key: 'reader', path: 'credentials' }] },
    });
    expect(find(chart, 'NetworkPolicy/churn').spec.egress[1].to).toEqual(mlflow.networkPeers());
    expect(find(chart, 'NetworkPolicy/mlflow').spec.ingress[0].from).toEqual(churn.networkPeers());
  });

  test.each([
    [undefined, 's3://models/churn/7'],
    ['release/churn', 's3://models/release/churn'],
  ])('is an object store, at the path %s', (path, uri) => {
    const { chart, pod, container } = api({ source: ModelSource.objectStore(store().bucket('models'), path) });
    expect(variable(container, 'MODEL_URI')).toBe(uri);
    expect(pod.volumes.find(({ name }: any) => name === 's3').secret.secretName).toBe('s3-read');
    expect(find(chart, 'NetworkPolicy/churn').spec.egress[1].ports).toEqual([{ port: 7070, protocol: 'TCP' }]);
  });

  test.each([
    [undefined, '/opt/model/churn/7'],
    ['release', '/opt/model/release'],
  ])('is a volume that is only read, at the path %s', (path, uri) => {
    const { chart, pod, container } = api({ source: ModelSource.volume('models', path) });
    expect(variable(container, 'MODEL_URI')).toBe(uri);
    expect(pod.volumes).toContainEqual({
      name: 'model',
      persistentVolumeClaim: { claimName: 'models', readOnly: true },
    });
    expect(container.volumeMounts).toContainEqual({ name: 'model', mountPath: '/opt/model', readOnly: true });
    expect(find(chart, 'NetworkPolicy/churn').spec.egress).toHaveLength(1);
  });

  test.each(['', 'Models', 'a/b'])('is no volume with the name %j', name => {
    expectRefusal(
      () => ModelSource.volume(name),
      `[ModelSource.volume] "${name}" cannot name a PersistentVolumeClaim; use lower-case letters, digits, "-" and "."`,
    );
  });

  test.each(['/etc', '../other', 'churn/../../other'])('lies below its bucket or volume, so not at %s', path => {
    const message = `[fraud/churn/server] the model's path must lie in its bucket or volume, got "${path}"; write it without a leading "/" and without ".."`;
    expectRefusal(() => api({ source: ModelSource.volume('models', path) }), message);
    expectRefusal(() => api({ source: ModelSource.objectStore(store().bucket('models'), path) }), message);
  });

  it('has as much room for a download as its container may write', () => {
    const { pod } = api({ resources: { limits: { 'ephemeral-storage': '50Gi' } } });
    expect(pod.volumes).toContainEqual({ name: 'tmp', emptyDir: { sizeLimit: '50Gi' } });
  });

  it('is the image, if nothing else is said', () => {
    expect(variable(api({ source: ModelSource.image('/srv/churn') }).container, 'MODEL_URI')).toBe('/srv/churn');
    expect(variable(api({ source: ModelSource.image() }).container, 'MODEL_URI')).toBe('/opt/model');
  });

  it('may be the user’s own', () => {
    const source: ModelSource = {
      connect(workload: Workload, { version }) {
        workload.addEnvironment({ name: 'CACHE', value: 'on' });
        return `https://models.example.com/churn-${version}`;
      },
    };
    const { container } = api({ source });
    expect(variable(container, 'CACHE')).toBe('on');
    expect(variable(container, 'MODEL_URI')).toBe('https://models.example.com/churn-7');
  });
});

describe('ModelRuntime.mlflow', () => {
  it('takes all the props', () => {
    const allProps: Required<MlflowRuntimeProps> = { image: 'serving:3.17.2', workers: 4, timeoutSeconds: 120 };
    const { container, churn } = api({ runtime: ModelRuntime.mlflow(allProps), source: ModelSource.image('/m') });
    expect(container).toMatchObject({ image: 'serving:3.17.2', command: ['python3', '-c', SERVE_MODEL] });
    expect(container.args).toEqual([
      'models',
      'serve',
      '--model-uri=/m',
      '--host=0.0.0.0',
      '--port=8080',
      '--workers=4',
      '--timeout=120',
      '--env-manager=local',
    ]);
    expect(churn.ports).toEqual([10000]);
  });

  it('has one worker, a minute for a request, MLflow’s probes and no telemetry', () => {
    const { container } = api({ runtime: ModelRuntime.mlflow({ image: 'serving:3.17.2' }) });
    expect(container.args).toEqual(expect.arrayContaining(['--workers=1', '--timeout=60']));
    expect(container.startupProbe.httpGet).toEqual({ path: '/ping', port: 8080 });
    expect(container.readinessProbe).toMatchObject({
      httpGet: { path: '/ping' },
      periodSeconds: 5,
      failureThreshold: 2,
    });
    expect(container.livenessProbe).toMatchObject({
      httpGet: { path: '/health' },
      periodSeconds: 20,
      failureThreshold: 3,
    });
    expect(variable(container, 'MLFLOW_DISABLE_TELEMETRY')).toBe('true');
  });

  test.each([
    ['workers', { workers: 0 }, 0],
    ['workers', { workers: 1.5 }, 1.5],
    ['timeoutSeconds', { timeoutSeconds: NaN }, NaN],
  ])('refuses %s of %j', (name, props, value) => {
    expectRefusal(
      () => ModelRuntime.mlflow({ image: 'serving:3.17.2', ...props }),
      `[ModelRuntime.mlflow] ${name} must be a whole number of at least 1, got ${value}; write 1 or a greater one`,
    );
  });

  it('refuses an image that is not pinned', () => {
    expectRefusal(
      () => ModelRuntime.mlflow({ image: 'serving:latest' }),
      '[ModelRuntime.mlflow] image must be pinned, got "serving:latest"; ' +
        'use a version tag or a digest, for example "registry.example.com/ml/serving:3.17.2"',
    );
  });
});

describe('ModelRuntime.container', () => {
  it('takes all the props', () => {
    const probes: Required<ProbePaths> = { startup: '/loaded', readiness: '/ready', liveness: '/live' };
    const allProps: Required<ContainerRuntimeProps> = {
      image: 'pricing:2.3.0',
      port: 8000,
      probes,
      environment: { LOG_LEVEL: 'debug' },
      args: ['--fast'],
      metrics: { path: '/stats', port: 9090, latency: 'answer_seconds' },
      invocations: '/score',
      downloader: 'mlflow:3.17.2',
    };
    const { container, churn } = api({ runtime: ModelRuntime.container(allProps) });
    expect(container).toMatchObject({ image: 'pricing:2.3.0', args: ['--fast'] });
    expect(container).not.toHaveProperty('command');
    expect(churn.ports).toEqual([10000]);
    expect(churn.metrics).toMatchObject({ behind: '/model/metrics', latency: 'answer_seconds' });
    expect(container.ports).toEqual([
      { name: 'http', containerPort: 8000, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
    ]);
    expect(variable(container, 'LOG_LEVEL')).toBe('debug');
    const asked = [container.startupProbe, container.readinessProbe, container.livenessProbe];
    expect(asked.map(({ httpGet }) => httpGet)).toEqual([
      { path: '/loaded', port: 8000 },
      { path: '/ready', port: 8000 },
      { path: '/live', port: 8000 },
    ]);
  });

  it('has port 8080, the image’s own command and the usual probes', () => {
    const { container, churn } = api({ runtime: ModelRuntime.container({ image: 'pricing:2.3.0' }) });
    expect(churn.ports).toEqual([10000]);
    expect(container).not.toHaveProperty('args');
    const asked = [container.startupProbe, container.readinessProbe, container.livenessProbe];
    expect(asked.map(({ httpGet }) => httpGet.path)).toEqual(['/ready', '/ready', '/health']);
    expect(container.env.map(({ name }: any) => name)).toEqual(['HOME', 'MODEL_NAME', 'MODEL_VERSION', 'MODEL_URI']);
  });

  it('has its metrics on the port of the API, unless another is named', () => {
    const metered = ModelRuntime.container({ image: 'pricing:2.3.0', port: 8000, metrics: { path: '/metrics' } });
    const { container, churn } = api({ runtime: metered });
    expect(churn.metrics).toMatchObject({ port: 10001, behind: '/model/metrics' });
    expect(metered.metrics).toEqual({ path: '/metrics', port: 8000 });
    expect(container.ports).toHaveLength(1);
  });

  it('serves several models from one image, each told by variables that its arguments may quote', () => {
    const shared = ModelRuntime.container({ image: 'pricing:2.3.0', args: ['--model=$(MODEL_NAME)'] });
    const chart = chartIn('fraud');
    const cats = api({ runtime: shared, model: { name: 'cats', version: 4 } }, chart, 'cats').container;
    const dogs = api({ runtime: shared, model: { name: 'dogs', version: 2 } }, chart, 'dogs').container;
    expect([cats.args, dogs.args]).toEqual(Array(2).fill(['--model=$(MODEL_NAME)']));
    expect([variable(cats, 'MODEL_NAME'), variable(dogs, 'MODEL_NAME')]).toEqual(['cats', 'dogs']);
    expect([variable(cats, 'MODEL_VERSION'), variable(dogs, 'MODEL_VERSION')]).toEqual(['4', '2']);
  });

  it('may not be told to serve another model', () => {
    const other = ModelRuntime.container({ image: 'pricing:2.3.0', environment: { MODEL_VERSION: '8' } });
    expectRefusal(
      () => api({ runtime: other }),
      '[fraud/churn/server] the variable MODEL_VERSION is "7" and cannot be "8" too; set it once',
    );
  });

  test.each<[Partial<ContainerRuntimeProps>, string]>([
    [
      { image: 'pricing' },
      'image must be pinned, got "pricing"; ' +
        'use a version tag or a digest, for example "registry.example.com/pricing:2.3.0"',
    ],
    [{ port: 0 }, 'port must be a whole number from 1 to 65535, got 0; name the port that the API listens on'],
    [{ port: 65536 }, 'port must be a whole number from 1 to 65535, got 65536; name the port that the API listens on'],
    [
      { probes: { readiness: '/ready', liveness: 'health' } },
      'a probe path must start with "/", got "health"; write "/health"',
    ],
    [
      { probes: { readiness: '', liveness: '/health', startup: undefined } },
      'a probe path must start with "/", got ""; write "/"',
    ],
    ...['//health', '/a//b', '/a/../health', '/./health', '/a/.', '/he%61lth', '/health;x=1', '/a\\b', '/a b'].flatMap(
      (path): [Partial<ContainerRuntimeProps>, string][] =>
        [{ probes: { readiness: '/ready', liveness: path } }, { metrics: { path } }].map(props => [
          props,
          `a path of health or metrics cannot hold "//", "..", "%", ";" and the like, got "${path}"; ` +
            'write the path by which the API knows it, so that it can be kept from callers',
        ]),
    ),
    [
      { metrics: { path: '/score/' }, invocations: '/score' },
      'the path "/score/" of health or metrics is that of invocations "/score", and callers are refused on it; ' +
        'give health and metrics paths of their own',
    ],
    ...[
      ['/score', '/score'],
      ['/Score/?full=1', '/score'],
      ['/', '/'],
    ].map(([readiness, invocations]): [Partial<ContainerRuntimeProps>, string] => [
      { probes: { readiness: readiness!, liveness: '/health' }, invocations },
      `the path "${readiness}" of health or metrics is that of invocations "${invocations}", and callers are refused on it; ` +
        'give health and metrics paths of their own',
    ]),
    [
      { args: ['--model=$(MODEL_URI)', '--api-key', 'hunter2'] },
      'the argument 1 (--api-key) holds a secret, which would stand in the manifest; ' +
        'put it into a Secret, mount that as a file and name the file: api.workload.mountSecret()',
    ],
    [
      { environment: { DATABASE: 'x' }, args: ['--db=postgresql://mlflow:hunter2@db/x'] },
      'the argument 0 (--db) holds a secret, which would stand in the manifest; ' +
        'put it into a Secret, mount that as a file and name the file: api.workload.mountSecret()',
    ],
    [{ metrics: { path: 'metrics' } }, 'metrics.path must start with "/", got "metrics"; write "/metrics"'],
    [
      { metrics: { path: '/metrics', port: 0 } },
      'metrics.port must be a whole number from 1 to 65535, got 0; name the port that the API listens on',
    ],
    [
      { metrics: { path: '/metrics', latency: 'latency{job="x"}' } },
      'metrics.latency must name a histogram, got "latency{job="x"}"; ' +
        'write its name without "_bucket", for example "http_request_duration_seconds"',
    ],
  ])('refuses %j', (props, message) => {
    expectRefusal(
      () => ModelRuntime.container({ image: 'pricing:2.3.0', ...props }),
      `[ModelRuntime.container] ${message}`,
    );
  });
});
