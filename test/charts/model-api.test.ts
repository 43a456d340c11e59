import { modelApiChart } from '../../lib/charts/model-api';
import type { Values } from '../../lib/helm/values/samples';
import { expectRefusal } from '../support';
import { Built, refusal } from './built';

const built = (values: Values = {}) => new Built(modelApiChart, values);
const NAME = 'demo-model-api';
const API = `Deployment/${NAME}`;

const model = (release: Built) => release.container(API, 'model');
const variable = (release: Built, name: string) => model(release).env.find((each: any) => each.name === name)?.value;
const secretsOf = (release: Built): string[] =>
  release.pod(API).volumes.flatMap(({ secret }: any) => (secret === undefined ? [] : [secret.secretName]));
const proxyOf = (release: Built) =>
  release.pod(API).initContainers.find(({ name }: { readonly name: string }) => name === 'proxy');
const entryOf = (release: Built, name: string): string =>
  release.find(`ExternalSecret/${name}`).spec.data[0].remoteRef.key;

describe('the chart model-api', () => {
  it('is two pods with the model in their image, which nobody may call', () => {
    const release = built();
    expect(release.find(API).spec.replicas).toBe(2);
    expect(release.of('PodDisruptionBudget')).toEqual([NAME]);
    expect(secretsOf(release)).toEqual([`${NAME}-clients`]);
    expect(release.find(`NetworkPolicy/${NAME}`).spec.ingress).toBeUndefined();
    expect(['HTTPRoute', 'HorizontalPodAutoscaler', 'ExternalSecret', 'PodMonitor'].flatMap(kind => release.of(kind))).toEqual([]);
  });

  it('takes both images in parts, with what nodes need to fetch them', () => {
    const release = built({
      image: { registry: 'registry.example.com:5000', repository: 'ml/churn', tag: '2.4.0' },
      proxy: { image: { registry: 'mirror.example.com', tag: 'v1.41.0' } },
      imagePullPolicy: 'IfNotPresent',
      imagePullSecrets: ['registry'],
    });
    expect(model(release)).toMatchObject({ image: 'registry.example.com:5000/ml/churn:2.4.0', imagePullPolicy: 'IfNotPresent' });
    expect(proxyOf(release)).toMatchObject({
      image: 'mirror.example.com/envoyproxy/envoy:v1.41.0',
      imagePullPolicy: 'IfNotPresent',
    });
    expect(release.pod(API).imagePullSecrets).toEqual([{ name: 'registry' }]);
  });

  it('serves the version that is given', () => {
    const release = built({ model: { name: 'churn', version: 7 } });
    expect(variable(release, 'MODEL_NAME')).toBe('churn');
    expect(variable(release, 'MODEL_VERSION')).toBe('7');
  });

  it('gets the model from a registry, with credentials from somebody or from a store', () => {
    const given = { host: 'tracking', port: 5001, secret: { name: 'tracking-auth' } };
    const release = built({ source: { kind: 'registry', registry: given } });
    expect(variable(release, 'MLFLOW_TRACKING_URI')).toBe('http://tracking:5001');
    expect(secretsOf(release)).toContain('tracking-auth');
    expect(secretsOf(built({ source: { kind: 'registry' } }))).toContain(`${NAME}-registry`);
    const external = { kind: 'external', external: { key: 'fraud/mlflow' } };
    const operated = built({ source: { kind: 'registry', registry: { secret: external } } });
    expect(secretsOf(operated)).toContain(`${NAME}-registry`);
    expect(entryOf(operated, `${NAME}-registry`)).toBe('fraud/mlflow');
  });

  it('gets the model from a bucket or a volume', () => {
    const bucket = built({ source: { kind: 'objectStore', objectStore: { bucket: 'models', minio: { fullname: 'store' } } } });
    expect(JSON.stringify(bucket.pod(API))).toContain('http://store:9000');
    expect(secretsOf(bucket)).toContain('store-models');
    const volume = built({ source: { kind: 'volume', volume: { claimName: 'churn' } } });
    expect(volume.pod(API).volumes.map((each: any) => each.persistentVolumeClaim?.claimName)).toContain('churn');
  });

  it('lets the load set the number of pods', () => {
    const hpa = built({ autoscaling: { kind: 'hpa', min: 3, max: 9, cpuPercent: 50 } });
    expect(hpa.find(API).spec.replicas).toBeUndefined();
    expect(hpa.find(`HorizontalPodAutoscaler/${NAME}`).spec).toMatchObject({ minReplicas: 3, maxReplicas: 9 });
    const keda = built({ autoscaling: { kind: 'keda', min: 3, max: 9, prometheus: { query: 'load', threshold: 5 } } });
    expect(keda.find(API).spec.replicas).toBeUndefined();
    const { spec } = keda.find(`ScaledObject/${NAME}`);
    expect(spec).toMatchObject({ minReplicaCount: 3, maxReplicaCount: 9 });
    expect(spec.triggers[0].metadata).toMatchObject({ query: 'load', threshold: '5' });
  });

  it('knows its callers by keys, passwords or tokens', () => {
    expect(secretsOf(built({ auth: { secret: { name: 'keys' } } }))).toEqual(['keys']);
    const basic = built({ auth: { kind: 'basic', secret: { kind: 'external', external: { key: 'fraud/users' } } } });
    expect(entryOf(basic, `${NAME}-clients`)).toBe('fraud/users');
    const jwt = built({ auth: { kind: 'jwt', jwt: { configMap: 'keys' } } });
    expect(secretsOf(jwt)).toEqual([]);
    expect(jwt.pod(API).volumes.map((each: any) => each.configMap?.name)).toContain('keys');
  });

  it.each([
    ['gateway', 'HTTPRoute'],
    ['ingress', 'Ingress'],
    ['istio', 'VirtualService'],
  ])('is reached from outside by %s', (kind, object) => {
    const release = built({ exposure: { kind, host: 'churn.example.org' } });
    expect(JSON.stringify(release.find(`${object}/${NAME}`).spec)).toContain('"churn.example.org"');
  });

  it('gives the container more, as it is given', () => {
    const release = built({
      extraEnv: [{ name: 'OMP_NUM_THREADS', value: '4' }],
      extraVolumes: [{ name: 'features', configMap: { name: 'features' } }],
      extraVolumeMounts: [{ name: 'features', mountPath: '/mnt/features' }],
      resources: { limits: { 'nvidia.com/gpu': 1 } },
    });
    expect(variable(release, 'OMP_NUM_THREADS')).toBe('4');
    expect(release.pod(API).volumes).toContainEqual({ name: 'features', configMap: { name: 'features' } });
    expect(model(release).volumeMounts).toContainEqual({ name: 'features', mountPath: '/mnt/features' });
    expect(model(release).resources).toEqual({ limits: { 'nvidia.com/gpu': 1 } });
    expect(proxyOf(release).volumeMounts.map(({ name }: any) => name)).not.toContain('features');
  });

  it('is watched, and has addresses of both families, if asked', () => {
    const release = built({ monitoring: { enabled: true }, service: { ipFamilyPolicy: 'PreferDualStack' } });
    expect(release.of('PodMonitor')).toHaveLength(1);
    expect(release.of('PrometheusRule')).toHaveLength(1);
    expect(release.find(`Service/${NAME}`).spec.ipFamilyPolicy).toBe('PreferDualStack');
    expect(built().find(`Service/${NAME}`).spec.ipFamilyPolicy).toBeUndefined();
  });

  it('refuses a way from outside to a model that asks nobody who they are', () => {
    expectRefusal(
      () => built({ auth: { kind: 'none' }, exposure: { kind: 'gateway' } }),
      refusal(modelApiChart, 'values: who is not authenticated has no route'),
    );
  });

  it('refuses Secrets and callers that stand twice', () => {
    const twice = refusal(modelApiChart, 'values: a name stands twice');
    expectRefusal(() => built({ imagePullSecrets: ['a', 'a'] }), twice);
    expectRefusal(() => built({ auth: { clients: ['web', 'web'] } }), twice);
  });
});
