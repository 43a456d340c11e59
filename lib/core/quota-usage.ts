import { formatQuantity, parseQuantity } from './quantity';
import type { Resources } from './resources';

interface Container {
  readonly restartPolicy?: string;
  readonly resources?: Resources;
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** The part of a Kubernetes object that a ResourceQuota counts. */
export interface CountedObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: any;
}

type Amounts = Map<string, number>;

/** What adding up fractions may cost: three times 0.1 is a little more than 0.3. */
const ROUNDING = 1e-9;

/**
 * What a namespace's objects need at most at one time, where it is more than the quota: every Deployment in the middle
 * of a rollout, every autoscaler at its maximum, every Job and one run of every CronJob at work.
 *
 * Without that room a rollout waits for ever, without a word in Git.
 *
 * @param hard the `spec.hard` of the quota
 * @param defaults what a container that states no resources gets from the LimitRange
 * @returns one sentence for each resource that does not fit
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function quotaOverruns(
  objects: readonly CountedObject[],
  hard: Readonly<Record<string, string>>,
  defaults: Required<Resources>,
): string[] {
  const need: Amounts = new Map();
  const greatest = new Map<string, { readonly name: string; readonly amount: number }>();
  const scalers = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject');
  for (const object of objects) {
    const amounts = objectNeed(object, scalers, defaults);
    for (const [resource, amount] of amounts) {
      add(need, resource, amount);
      if (amount > (greatest.get(resource)?.amount ?? 0)) {
        greatest.set(resource, { name: `${object.kind} ${object.metadata?.name}`, amount });
      }
    }
  }
  return Object.entries(hard).flatMap(([resource, limit]) => {
    const needed = need.get(resource) ?? 0;
    if (needed <= parseQuantity(limit)! * (1 + ROUNDING)) {
      return [];
    }
    const most = greatest.get(resource)!;
    return [
      `the workloads need ${formatQuantity(resource, needed)} of ${resource} while they roll out, the quota is ${limit}; ` +
        `raise the quota or lower what they ask for, most of it ${most.name} with ${formatQuantity(resource, most.amount)}`,
    ];
  });
}

function objectNeed(object: CountedObject, scalers: readonly CountedObject[], defaults: Required<Resources>): Amounts {
  const amounts: Amounts = new Map();
  count(amounts, object);
  const pods = podsAtOnce(object, scalers);
  const pod = podSpec(object);
  if (pods > 0 && pod) {
    addObjects(amounts, 'pods', object.kind === 'Pod' ? 0 : pods);
    for (const [resource, amount] of podNeed(pod, defaults)) {
      add(amounts, resource, pods * amount);
    }
  }
  for (const claim of claims(object)) {
    const copies = object.kind === 'PersistentVolumeClaim' ? 1 : pods;
    add(amounts, 'requests.storage', copies * (parseQuantity(claim.spec?.resources?.requests?.storage ?? '0') ?? 0));
    if (object.kind !== 'PersistentVolumeClaim') {
      addObjects(amounts, 'persistentvolumeclaims', copies);
    }
  }
  return amounts;
}

/** Counts the object itself under the names that a quota may use for it. */
function count(amounts: Amounts, { apiVersion, kind, spec }: CountedObject): void {
  for (const name of namesOf(apiVersion ?? '', kind ?? '')) {
    add(amounts, name, 1);
  }
  if (kind === 'CronJob') {
    add(amounts, 'count/jobs.batch', 1);
  }
  if (kind === 'Service' && (spec?.type === 'NodePort' || spec?.type === 'LoadBalancer')) {
    add(amounts, 'services.nodeports', spec.allocateLoadBalancerNodePorts === false ? 0 : (spec.ports?.length ?? 1));
    add(amounts, 'services.loadbalancers', spec.type === 'LoadBalancer' ? 1 : 0);
  }
}

/** Names of a kind in quotas; kept, because a platform has many objects of few kinds. */
const names = new Map<string, readonly string[]>();

function namesOf(apiVersion: string, kind: string): readonly string[] {
  const key = `${apiVersion} ${kind}`;
  const known = names.get(key);
  if (known !== undefined) {
    return known;
  }
  const plural = /(s|x|ch)$/.test(kind) ? `${kind}es` : `${kind.replace(/(?<![aeo])y$/, 'ie')}s`;
  const resource = plural.toLowerCase();
  const made = apiVersion.includes('/')
    ? [`count/${resource}.${apiVersion.split('/')[0]}`]
    : [resource, `count/${resource}`];
  names.set(key, made);
  return made;
}

/** The claim that the object is, or those that each of its pods gets. */
function claims(object: CountedObject): readonly Pick<CountedObject, 'spec'>[] {
  if (object.kind === 'PersistentVolumeClaim') {
    return [object];
  }
  return isPostgres(object, 'Cluster') ? postgresClaims(object.spec) : (object.spec?.volumeClaimTemplates ?? []);
}

function podSpec(object: CountedObject): PodSpec | undefined {
  const { kind, spec } = object;
  if (isPostgres(object, 'Cluster')) {
    return instancePod(spec);
  }
  if (isPostgres(object, 'Pooler')) {
    return poolerPod(spec);
  }
  switch (kind) {
    case 'Pod':
      return spec;
    case 'CronJob':
      return spec?.jobTemplate?.spec?.template?.spec;
    case 'InferenceService':
      return predictorPod(spec);
    default:
      return spec?.template?.spec;
  }
}

/** The pod that KServe makes of a predictor. What loads the model before it is KServe's and counted as the defaults. */
function predictorPod(spec: CountedObject['spec']): PodSpec | undefined {
  const { model, containers = [], initContainers = [] } = spec?.predictor ?? {};
  return model
    ? { containers: [model, ...containers], initContainers: [{}, ...initContainers] }
    : { containers, initContainers };
}

/** Whether it is one of CloudNativePG's: other operators have a kind of that name too. */
const isPostgres = ({ apiVersion, kind }: CountedObject, wanted: 'Cluster' | 'Pooler'): boolean =>
  kind === wanted && apiVersion?.startsWith('postgresql.cnpg.io/') === true;

/** The pod of a PostgreSQL instance. The Jobs that set one up ask for the same, and come before its pod. */
function instancePod({ resources, plugins = [] }: NonNullable<CountedObject['spec']>): PodSpec {
  // What a plugin puts beside PostgreSQL is the plugin's to say, and counted as the defaults.
  return { containers: [{ resources }], initContainers: plugins.map(() => ({ restartPolicy: 'Always' })) };
}

/** The volumes of a PostgreSQL instance. */
function postgresClaims({ storage, walStorage, tablespaces = [] }: NonNullable<CountedObject['spec']>) {
  return [storage, walStorage, ...tablespaces.map((tablespace: { storage: object }) => tablespace.storage)]
    .filter(volume => volume !== undefined)
    .map(({ size, pvcTemplate }) => ({
      spec: size === undefined ? pvcTemplate : { resources: { requests: { storage: size } } },
    }));
}

/** The pod of a connection pooler, whose container the operator adds unless the template has it. */
function poolerPod({ template }: NonNullable<CountedObject['spec']>): PodSpec {
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  const own = containers.some(({ name }: { name?: string }) => name === 'pgbouncer') ? [] : [{}];
  return { containers: [...own, ...containers], initContainers: [{}, ...initContainers] };
}

/** The greatest number of pods that the object has at one time. */
function podsAtOnce(object: CountedObject, scalers: readonly CountedObject[]): number {
  if (isPostgres(object, 'Cluster')) {
    return object.spec?.instances ?? 1;
  }
  if (isPostgres(object, 'Pooler')) {
    return rolling(object.spec?.instances ?? 1, object.spec?.deploymentStrategy);
  }
  switch (object.kind) {
    case 'Deployment':
      return rolling(scaledTo(object, scalers) ?? object.spec?.replicas ?? 1, object.spec?.strategy);
    case 'InferenceService': {
      const { minReplicas = 1, maxReplicas = minReplicas, deploymentStrategy } = object.spec?.predictor ?? {};
      return rolling(maxReplicas, deploymentStrategy);
    }
    case 'ReplicaSet':
    case 'StatefulSet':
      return scaledTo(object, scalers) ?? object.spec?.replicas ?? 1;
    case 'Pod':
    case 'Notebook':
    // One for each node, of which there is at least one.
    case 'DaemonSet':
      return 1;
    case 'Job':
      return jobPods(object.spec);
    case 'CronJob':
      return jobPods(object.spec?.jobTemplate?.spec);
    default:
      return 0;
  }
}

interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: { readonly maxSurge?: number | string };
}

/**
 * Pods in the middle of a rollout.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge
 */
function rolling(replicas: number, { type, rollingUpdate }: Strategy = {}): number {
  const surge = type === 'Recreate' ? 0 : (rollingUpdate?.maxSurge ?? '25%');
  return replicas + (typeof surge === 'number' ? surge : Math.ceil((Number.parseInt(surge, 10) / 100) * replicas));
}

/** @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#controlling-parallelism */
function jobPods(job: { readonly parallelism?: number; readonly completions?: number } = {}): number {
  return Math.min(job.parallelism ?? 1, job.completions ?? Infinity);
}

function scaledTo(object: CountedObject, scalers: readonly CountedObject[]): number | undefined {
  const targets = (scaler: CountedObject, kind = scaler.spec?.scaleTargetRef?.kind) =>
    kind === object.kind && scaler.spec?.scaleTargetRef?.name === object.metadata?.name;
  for (const scaler of scalers) {
    if (scaler.kind === 'HorizontalPodAutoscaler' && targets(scaler)) {
      return scaler.spec.maxReplicas;
    }
    // KEDA's own defaults.
    if (scaler.kind === 'ScaledObject' && targets(scaler, scaler.spec?.scaleTargetRef?.kind ?? 'Deployment')) {
      return scaler.spec.maxReplicaCount ?? 100;
    }
  }
  return undefined;
}

/**
 * What one pod asks for: its containers and sidecars together, or its most demanding init container if that is more.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function podNeed(pod: PodSpec, defaults: Required<Resources>): Amounts {
  const running: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of pod.initContainers ?? []) {
    const amounts = containerNeed(container, defaults);
    for (const [resource, amount] of amounts) {
      peak.set(resource, Math.max(peak.get(resource) ?? 0, amount + (running.get(resource) ?? 0)));
      if (container.restartPolicy === 'Always') {
        add(running, resource, amount);
      }
    }
  }
  for (const container of pod.containers ?? []) {
    containerNeed(container, defaults).forEach((amount, resource) => add(running, resource, amount));
  }
  running.forEach((amount, resource) => peak.set(resource, Math.max(peak.get(resource) ?? 0, amount)));
  return peak;
}

function containerNeed(container: Container, defaults: Required<Resources>): Amounts {
  const amounts: Amounts = new Map();
  const limits = { ...defaults.limits, ...container.resources?.limits };
  const requests = { ...defaults.requests, ...container.resources?.limits, ...container.resources?.requests };
  for (const [kind, quantities] of Object.entries({ limits, requests })) {
    for (const [resource, quantity] of Object.entries(quantities)) {
      add(amounts, `${kind}.${resource}`, parseQuantity(String(quantity)) ?? 0);
    }
  }
  return amounts;
}

function add(amounts: Amounts, resource: string, amount: number): void {
  amounts.set(resource, (amounts.get(resource) ?? 0) + amount);
}

/** Adds objects of the core group, which a quota may count under two names. */
function addObjects(amounts: Amounts, resource: string, copies: number): void {
  add(amounts, resource, copies);
  add(amounts, `count/${resource}`, copies);
}
