import { quotaOverruns, type CountedObject } from '../../lib/core/quota-usage';

const DEFAULTS = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } };
const NO_DEFAULTS = { requests: {}, limits: {} };

const container = (cpu: string) => ({ resources: { requests: { cpu } } });
const pod = (...cpus: string[]) => ({ template: { spec: { containers: cpus.map(container) } } });
const object = (kind: string, spec: object, name = 'churn'): CountedObject => ({
  apiVersion: { Deployment: 'apps/v1', StatefulSet: 'apps/v1', Job: 'batch/v1', CronJob: 'batch/v1' }[kind] ?? 'v1',
  kind,
  metadata: { name },
  spec,
});

/** What the objects need of the resource, as the sentence about a quota of nothing says it. */
function need(
  resource: string,
  objects: readonly CountedObject[],
  defaults: typeof DEFAULTS | object = NO_DEFAULTS,
): string {
  const [sentence] = quotaOverruns(objects, { [resource]: '0' }, defaults as typeof DEFAULTS);
  return sentence === undefined ? '0' : /need (\S+) of/.exec(sentence)![1]!;
}

describe('pods at one time', () => {
  const rolling = (maxSurge: number | string) => ({ strategy: { rollingUpdate: { maxSurge } } });
  test.each([
    ['one, with the surge of Kubernetes', object('Deployment', pod('1')), '2'],
    ['four, with a quarter more', object('Deployment', { replicas: 4, ...pod('1') }), '5'],
    ['five, with a quarter more, rounded up', object('Deployment', { replicas: 5, ...pod('1') }), '7'],
    ['four, with half more', object('Deployment', { replicas: 4, ...rolling('50%'), ...pod('1') }), '6'],
    ['three, with a third more', object('Deployment', { replicas: 3, ...rolling('34%'), ...pod('1') }), '5'],
    ['four, with one more', object('Deployment', { replicas: 4, ...rolling(1), ...pod('1') }), '5'],
    ['four, without more', object('Deployment', { replicas: 4, ...rolling(0), ...pod('1') }), '4'],
    ['four, without more in percent', object('Deployment', { replicas: 4, ...rolling('0%'), ...pod('1') }), '4'],
    ['four, recreated', object('Deployment', { replicas: 4, strategy: { type: 'Recreate' }, ...pod('1') }), '4'],
    ['none', object('Deployment', { replicas: 0, ...pod('1') }), '0'],
    ['three of a StatefulSet', object('StatefulSet', { replicas: 3, ...pod('1') }), '3'],
    ['one of a StatefulSet', object('StatefulSet', pod('1')), '1'],
    ['one of a Job', object('Job', pod('1')), '1'],
    ['four of a parallel Job', object('Job', { parallelism: 4, ...pod('1') }), '4'],
    ['as many of a Job as it completes', object('Job', { parallelism: 4, completions: 2, ...pod('1') }), '2'],
    ['one of a CronJob', object('CronJob', { jobTemplate: { spec: pod('1') } }), '1'],
    ['three of a parallel CronJob', object('CronJob', { jobTemplate: { spec: { parallelism: 3, ...pod('1') } } }), '3'],
    ['one of a DaemonSet at least', object('DaemonSet', pod('1')), '1'],
    ['one of a Notebook', object('Notebook', pod('1')), '1'],
    ['a Pod alone', object('Pod', pod('1').template.spec), '1'],
    ['none of a Service', object('Service', {}), '0'],
    ['none of an object without a spec', { apiVersion: 'v1', kind: 'ConfigMap' }, '0'],
  ])('are counted: %s', (_, counted, cpus) => {
    expect(need('requests.cpu', [counted])).toBe(cpus);
    expect(need('pods', [counted])).toBe(cpus);
    expect(need('count/pods', [counted])).toBe(cpus);
  });

  it('are as many as an autoscaler allows', () => {
    const scaler = (kind: string, name: string) =>
      object('HorizontalPodAutoscaler', { scaleTargetRef: { kind, name }, maxReplicas: 8 }, 'scaler');
    const deployment = object('Deployment', pod('1'));
    expect(need('pods', [deployment, scaler('Deployment', 'churn')])).toBe('10');
    expect(need('pods', [object('StatefulSet', pod('1')), scaler('StatefulSet', 'churn')])).toBe('8');
    expect(need('pods', [deployment, scaler('Deployment', 'fraud')])).toBe('2');
    expect(need('pods', [deployment, scaler('StatefulSet', 'churn')])).toBe('2');
  });
});

describe('pods of other controllers at one time', () => {
  const scaledObject = (target: object, limits: object) =>
    object('ScaledObject', { scaleTargetRef: target, ...limits }, 'scaler');
  const deployment = object('Deployment', { ...pod('1'), strategy: { rollingUpdate: { maxSurge: 1 } } });

  test.each([
    ['its maximum', { kind: 'Deployment', name: 'churn' }, { maxReplicaCount: 8 }, '9'],
    ['its maximum, for the kind that KEDA assumes', { name: 'churn' }, { maxReplicaCount: 8 }, '9'],
    ["KEDA's own maximum, if it names none", { name: 'churn' }, {}, '101'],
    [
      'none of its own, if it scales something else',
      { kind: 'StatefulSet', name: 'churn' },
      { maxReplicaCount: 8 },
      '2',
    ],
    ['none of its own, if it scales another', { name: 'fraud' }, { maxReplicaCount: 8 }, '2'],
  ])('are as many as a ScaledObject allows: %s', (_, target, limits, pods) => {
    expect(need('pods', [deployment, scaledObject(target, limits)])).toBe(pods);
  });

  it('are those of an InferenceService, with the surge of its rollout', () => {
    const strategy = { deploymentStrategy: { rollingUpdate: { maxSurge: 1 } } };
    const predictor = { minReplicas: 2, maxReplicas: 4, containers: [container('1')], ...strategy };
    expect(need('requests.cpu', [object('InferenceService', { predictor })])).toBe('5');
    const usual = { containers: [container('1')], minReplicas: 3 };
    expect(need('requests.cpu', [object('InferenceService', { predictor: usual })])).toBe('4');
  });

  it('are those of an InferenceService that fetches its model: at least the defaults while it does', () => {
    const model = container('50m');
    const predictor = { minReplicas: 1, maxReplicas: 1, model, deploymentStrategy: { rollingUpdate: { maxSurge: 0 } } };
    expect(need('requests.cpu', [object('InferenceService', { predictor })], DEFAULTS)).toBe('100m');
  });
});

describe('a PostgreSQL of CloudNativePG', () => {
  const cnpg = (kind: string, spec: object): CountedObject => ({
    apiVersion: 'postgresql.cnpg.io/v1',
    kind,
    metadata: { name: 'postgres' },
    spec,
  });
  const instances = { instances: 3, ...container('1'), storage: { size: '10Gi' } };
  const sized = { pvcTemplate: { resources: { requests: { storage: '7Gi' } } } };

  test.each([
    ['requests.cpu', instances, '3'],
    ['pods', instances, '3'],
    ['requests.cpu', { ...container('1'), storage: { size: '1Gi' } }, '1'],
    ['requests.storage', instances, '30Gi'],
    ['persistentvolumeclaims', instances, '3'],
    [
      'requests.storage',
      { ...instances, walStorage: { size: '2Gi' }, tablespaces: [{ storage: { size: '1Gi' } }] },
      '39Gi',
    ],
    ['persistentvolumeclaims', { ...instances, walStorage: sized }, '6'],
    ['requests.storage', { instances: 2, storage: sized }, '14Gi'],
    ['count/clusters.postgresql.cnpg.io', instances, '1'],
  ])('is counted by %s: %j', (resource, spec, amount) => {
    expect(need(resource, [cnpg('Cluster', spec)])).toBe(amount);
  });

  it('counts what a plugin adds to each instance as the defaults', () => {
    expect(need('requests.cpu', [cnpg('Cluster', { ...instances, plugins: [{ name: 'backup' }] })], DEFAULTS)).toBe(
      '3300m',
    );
  });

  test.each([
    ['three, with a quarter more', { instances: 3 }, '4', '400m'],
    ['one, with the surge of Kubernetes', {}, '2', '200m'],
    ['two, without more', { instances: 2, deploymentStrategy: { rollingUpdate: { maxSurge: 0 } } }, '2', '200m'],
    [
      'one with resources of its own',
      {
        deploymentStrategy: { type: 'Recreate' },
        template: { spec: { containers: [{ name: 'pgbouncer', ...container('1') }, container('1')] } },
      },
      '1',
      '2',
    ],
    [
      'one with another container',
      { deploymentStrategy: { type: 'Recreate' }, template: { spec: { containers: [container('1')] } } },
      '1',
      '1100m',
    ],
  ])('has the pods of its pooler: %s', (_, spec, pods, cpus) => {
    expect(need('pods', [cnpg('Pooler', spec)])).toBe(pods);
    expect(need('requests.cpu', [cnpg('Pooler', spec)], DEFAULTS)).toBe(cpus);
  });

  it('is not what another operator calls a Cluster', () => {
    expect(need('pods', [{ ...cnpg('Cluster', instances), apiVersion: 'cluster.x-k8s.io/v1beta1' }])).toBe('0');
  });
});

describe('what one pod needs', () => {
  const job = (spec: object) => [object('Job', { template: { spec } })];
  const sidecar = (cpu: string) => ({ ...container(cpu), restartPolicy: 'Always' });

  test.each([
    ['its containers together', { containers: [container('1'), container('2')] }, '3'],
    [
      'its greatest init container',
      { initContainers: [container('4'), container('2')], containers: [container('1')] },
      '4',
    ],
    ['its containers, if they need more', { initContainers: [container('1')], containers: [container('3')] }, '3'],
    ['its sidecars too', { initContainers: [sidecar('1'), sidecar('1')], containers: [container('2')] }, '4'],
    [
      'an init container beside the sidecars before it',
      { initContainers: [sidecar('1'), container('4'), sidecar('2')], containers: [container('1')] },
      '5',
    ],
    ['an init container without the sidecars after it', { initContainers: [container('4'), sidecar('2')] }, '4'],
  ])('is %s', (_, spec, cpus) => {
    expect(need('requests.cpu', job(spec))).toBe(cpus);
  });

  test.each([
    ['requests.cpu', {}, '100m'],
    ['limits.memory', {}, '512Mi'],
    ['requests.memory', { limits: { memory: '1Gi' } }, '1Gi'],
    ['limits.memory', { limits: { memory: '1Gi' } }, '1Gi'],
    ['requests.memory', { requests: { memory: '256Mi' } }, '256Mi'],
    ['limits.memory', { requests: { memory: '256Mi' } }, '512Mi'],
    ['requests.memory', { requests: { memory: '256Mi' }, limits: { memory: '1Gi' } }, '256Mi'],
    ['requests.nvidia.com/gpu', { limits: { 'nvidia.com/gpu': '2' } }, '2'],
    ['requests.cpu', { requests: { cpu: 2 } }, '2'],
  ])('in %s, with the resources %j and the defaults of the namespace, is right', (resource, resources, amount) => {
    expect(need(resource, job({ containers: [{ resources }] }), DEFAULTS)).toBe(amount);
  });
});

describe('objects and storage', () => {
  const claim = (storage: string) => ({ spec: { resources: { requests: { storage } } } });
  const service = (spec: object) => [object('Service', spec)];
  test.each([
    ['requests.storage', [object('PersistentVolumeClaim', claim('5Gi').spec)], '5Gi'],
    ['persistentvolumeclaims', [object('PersistentVolumeClaim', claim('5Gi').spec)], '1'],
    [
      'requests.storage',
      [object('StatefulSet', { replicas: 3, volumeClaimTemplates: [claim('5Gi'), claim('1Gi')] })],
      '18Gi',
    ],
    [
      'persistentvolumeclaims',
      [object('StatefulSet', { replicas: 3, volumeClaimTemplates: [claim('5Gi'), claim('1Gi')] })],
      '6',
    ],
    ['count/persistentvolumeclaims', [object('StatefulSet', { volumeClaimTemplates: [claim('5Gi')] })], '1'],
    ['services', service({}), '1'],
    ['count/services', service({}), '1'],
    ['services.nodeports', service({ ports: [{}, {}] }), '0'],
    ['services.nodeports', service({ type: 'NodePort', ports: [{}, {}] }), '2'],
    ['services.loadbalancers', service({ type: 'NodePort', ports: [{}] }), '0'],
    ['services.nodeports', service({ type: 'LoadBalancer', ports: [{}, {}] }), '2'],
    ['services.nodeports', service({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{}] }), '0'],
    ['services.loadbalancers', service({ type: 'LoadBalancer', ports: [{}, {}] }), '1'],
    ['secrets', [object('Secret', {}), object('Secret', {}, 'other')], '2'],
    ['configmaps', [object('ConfigMap', {})], '1'],
    ['count/jobs.batch', [object('Job', {})], '1'],
    ['count/jobs.batch', [object('CronJob', {})], '1'],
    ['count/cronjobs.batch', [object('CronJob', {})], '1'],
    ['count/deployments.apps', [object('Deployment', {})], '1'],
    ['deployments', [object('Deployment', {})], '0'],
    ['count/networkpolicies.networking.k8s.io', [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }], '1'],
    ['count/ingresses.networking.k8s.io', [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }], '1'],
    [
      'count/gateways.gateway.networking.k8s.io',
      [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' }],
      '1',
    ],
  ])('%s of %j are counted', (resource, objects, amount) => {
    expect(need(resource, objects)).toBe(amount);
  });
});

describe('the verdict', () => {
  it('is nothing if all fits, to the last millicore', () => {
    const three = object('Job', { parallelism: 3, ...pod('100m') });
    expect(quotaOverruns([three], { 'requests.cpu': '300m', pods: '3' }, NO_DEFAULTS)).toEqual([]);
    expect(quotaOverruns([three], { 'requests.cpu': '299m' }, NO_DEFAULTS)).toHaveLength(1);
  });

  it('is one sentence for each resource, which names the object that takes most', () => {
    const objects = [object('Job', pod('500m'), 'small'), object('Deployment', { replicas: 2, ...pod('1') }, 'big')];
    expect(quotaOverruns(objects, { 'requests.cpu': '3', 'requests.memory': '1Gi', pods: '3' }, NO_DEFAULTS)).toEqual([
      'the workloads need 3500m of requests.cpu while they roll out, the quota is 3; ' +
        'raise the quota or lower what they ask for, most of it Deployment big with 3',
      'the workloads need 4 of pods while they roll out, the quota is 3; ' +
        'raise the quota or lower what they ask for, most of it Deployment big with 3',
    ]);
  });
});
