import {
  ModelApi,
  ModelCache,
  ModelRuntime,
  TeamNamespace,
  type ModelApiProps,
  type Placement,
  type TeamQuota,
  type VolumeCacheProps,
} from '../../lib';
import { chartIn, expectRefusal, find, lateProblems, objectsOf } from '../support';

const runtime = ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2' });

function api(props: Partial<ModelApiProps> = {}, chart = chartIn('fraud')) {
  new ModelApi(chart, 'churn', { model: { name: 'churn', version: 7 }, runtime, ...props });
  const pod = () => find(chart, 'Deployment/churn').spec.template.spec;
  return { chart, pod, container: () => pod().containers[0] };
}
const variables = ({ env }: any) => Object.fromEntries(env.map(({ name, value }: any) => [name, value]));

describe('the placement of pods', () => {
  it('takes all the props', () => {
    const allProps: Required<Placement> = {
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
      priorityClass: 'online',
    };
    expect(api({ placement: allProps }).pod()).toMatchObject({
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
      priorityClassName: 'online',
    });
  });

  it('leaves no trace unless asked for', () => {
    for (const field of ['nodeSelector', 'tolerations', 'affinity', 'priorityClassName']) {
      expect(api().pod()).not.toHaveProperty(field);
      expect(api({ placement: { tolerations: [] } }).pod()).not.toHaveProperty(field);
    }
  });

  test.each<[string, Placement, string]>([
    [
      'a toleration of everything',
      { tolerations: [{ operator: 'Exists' }] },
      'a toleration without a key puts up with every taint, also with those of control-plane and failing nodes; ' +
        'name the key of the taint',
    ],
    [
      "the priority of the cluster's own pods",
      { priorityClass: 'system-node-critical' },
      'the priority class "system-node-critical" is for the cluster\'s own pods; ' +
        'name a PriorityClass that the cluster has for its users',
    ],
    [
      'a priority that nothing can name',
      { priorityClass: 'Very High' },
      '"Very High" cannot name a PriorityClass; name a PriorityClass that the cluster has for its users',
    ],
  ])('refuses %s', (_, placement, message) => {
    expectRefusal(() => api({ placement }), `[fraud/churn] ${message}`);
  });
});

describe('the GPUs of pods', () => {
  const team = (chart: ReturnType<typeof chartIn>, quota: Partial<TeamQuota>) =>
    new TeamNamespace(chart, 'team', { quota: { cpu: '8', memory: '64Gi', ...quota } });

  it('are the usual ones, as request and as limit', () => {
    const { requests, limits } = api({ gpus: 2 }).container().resources;
    expect([requests['nvidia.com/gpu'], limits['nvidia.com/gpu']]).toEqual(['2', '2']);
    expect(requests.memory).toBe('1Gi');
  });

  it('have the name that the quota counts them by, wherever that stands', () => {
    const before = chartIn('fraud');
    team(before, { gpus: 3, gpuResource: 'amd.com/gpu' });
    const after = api({ gpus: 1 });
    team(after.chart, { gpus: 3, gpuResource: 'amd.com/gpu' });
    for (const { container, chart } of [api({ gpus: 1 }, before), after]) {
      expect(container().resources.limits).toMatchObject({ 'amd.com/gpu': '1' });
      expect(container().resources.limits).not.toHaveProperty('nvidia.com/gpu');
      expect(lateProblems(chart)).toEqual([]);
    }
  });

  it('must fit the quota, with those of the pod that a rollout adds', () => {
    const { chart } = api({ gpus: 1 });
    team(chart, { gpus: 2 });
    expect(lateProblems(chart)).toEqual([
      'the workloads need 3 of requests.nvidia.com/gpu while they roll out, the quota is 2; ' +
        'raise the quota or lower what they ask for, most of it Deployment churn with 3',
    ]);
  });

  test.each<[Partial<ModelApiProps>, string]>([
    [{ gpus: 0 }, 'gpus must be a whole number of at least 1, got 0; write 1 or a greater one'],
    [{ gpus: 0.5 }, 'gpus must be a whole number of at least 1, got 0.5; write 1 or a greater one'],
    [
      { gpus: 1, resources: { limits: { 'nvidia.com/gpu': '2' } } },
      'gpus (1) and nvidia.com/gpu of resources cannot both be set; remove one of them',
    ],
    [
      { gpus: 1, resources: { requests: { 'gpu.intel.com/i915': '2' } } },
      'gpus (1) and gpu.intel.com/i915 of resources cannot both be set; remove one of them',
    ],
  ])('are refused: %j', (props, message) => {
    expectRefusal(() => api(props), `[fraud/churn] ${message}`);
  });
});

describe('the cache of a model', () => {
  const mounted = { name: 'cache', mountPath: '/var/cache/models' };
  const told = { HF_HOME: '/var/cache/models/huggingface', XDG_CACHE_HOME: '/var/cache/models' };

  it('leaves no trace unless asked for', () => {
    const { container } = api();
    expect(container().volumeMounts.map(({ name }: any) => name)).toEqual(['home', 'tmp']);
    expect(Object.keys(variables(container()))).toEqual(['HOME', 'MODEL_NAME', 'MODEL_VERSION', 'MODEL_URI']);
  });

  it('is a part of the node’s disk, which the pod asks for, and takes temporary files too', () => {
    const { pod, container } = api({ cache: ModelCache.perPod('20Gi') });
    expect(pod().volumes).toContainEqual({ name: 'cache', emptyDir: { sizeLimit: '20Gi' } });
    expect(container().volumeMounts).toContainEqual(mounted);
    expect(variables(container())).toMatchObject({ ...told, TMPDIR: ModelCache.DIRECTORY });
    const { requests, limits } = container().resources;
    expect([requests['ephemeral-storage'], limits['ephemeral-storage']]).toEqual(['20.25Gi', '22Gi']);
  });

  it('is a volume that pods of several nodes share', () => {
    const allProps: Required<VolumeCacheProps> = { size: '100Gi', storageClass: 'nfs' };
    const { chart, pod, container } = api({ cache: ModelCache.volume(allProps) });
    expect(find(chart, 'PersistentVolumeClaim/churn-cache').spec).toEqual({
      accessModes: ['ReadWriteMany'],
      storageClassName: 'nfs',
      resources: { requests: { storage: '100Gi' } },
    });
    expect(pod().volumes).toContainEqual({ name: 'cache', persistentVolumeClaim: { claimName: 'churn-cache' } });
    expect(container().volumeMounts).toContainEqual(mounted);
    expect(variables(container())).toMatchObject(told);
    expect(variables(container())).not.toHaveProperty('TMPDIR');
    expect(container().resources.limits['ephemeral-storage']).toBe('2Gi');
    const usual = api({ cache: ModelCache.volume({ size: '1Gi' }) }).chart;
    expect(find(usual, 'PersistentVolumeClaim/churn-cache').spec).not.toHaveProperty('storageClassName');
  });

  it('is a volume that exists', () => {
    const { chart, pod, container } = api({ cache: ModelCache.existing('weights') });
    expect(pod().volumes).toContainEqual({ name: 'cache', persistentVolumeClaim: { claimName: 'weights' } });
    expect(variables(container())).toMatchObject(told);
    expect(objectsOf(chart).filter(name => name.startsWith('PersistentVolumeClaim'))).toEqual([]);
  });

  test.each<[() => unknown, string]>([
    [
      () => ModelCache.perPod('20 GB'),
      '[ModelCache.perPod] size must be a quantity, got "20 GB"; ' +
        'write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    [
      () => ModelCache.volume({ size: 'big' }),
      '[ModelCache.volume] size must be a quantity, got "big"; ' +
        'write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    [
      () => ModelCache.existing('My Weights'),
      '[ModelCache.existing] "My Weights" cannot name a PersistentVolumeClaim; use lower-case letters, digits, "-" and "."',
    ],
    [
      () => api({ cache: ModelCache.perPod('20Gi'), resources: { limits: { 'ephemeral-storage': '4Gi' } } }),
      '[fraud/churn] limits.ephemeral-storage (4Gi) cannot hold the cache (20Gi); ' +
        'raise the limit, or choose ModelCache.volume()',
    ],
  ])('refuses what cannot work (%#)', (act, message) => {
    expectRefusal(act, message);
  });
});
