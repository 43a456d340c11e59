import type { Construct } from 'constructs';
import type { Container, PodSpec, Probe } from 'kubernetes-types/core/v1';
import { checkCounts } from '../core/counts';
import { CONNECTION_SECONDS } from '../core/envoy-bootstrap';
import { isModelName, type ModelVersion } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import { formatQuantity, parseQuantity } from '../core/quantity';
import { checkedResources, type Resources } from '../core/resources';
import { withGpus } from './gpus';
import type { ModelCache } from './model-cache';
import { modelDownload, type ModelDownload } from './model-download';
import type { ModelRuntime } from './model-runtime';
import { ModelSource } from './model-source';
import { apart, placed, type Placement } from './placement';
import type { SecretSource } from './secret-source';
import { Workload } from './workload';

/** What the pods that serve a model are like, whoever starts them. */
export interface ModelPodsProps {
  /** The version to serve: `team.pinned('churn')`, or `{ name, version }`. */
  readonly model: ModelVersion;
  /** The program that serves it. */
  readonly runtime: ModelRuntime;
  /**
   * Where the pods get the model from.
   *
   * @default - it is in the image
   */
  readonly source?: ModelSource;
  /**
   * What the container may use. The limit for `ephemeral-storage` is also what a model that is downloaded may take.
   *
   * @default - requests 250m CPU, 1Gi memory, 256Mi disk; limits 1 CPU, 1Gi memory, 2Gi disk
   */
  readonly resources?: Resources;
  /**
   * GPUs of each pod, under the resource name of the team's quota. A rollout needs those of one more pod.
   *
   * @default - none
   */
  readonly gpus?: number;
  /**
   * On which nodes the pods may run, and with which priority.
   *
   * @default - on any, with the cluster's default priority
   */
  readonly placement?: Placement;
  /**
   * Secrets of the type `kubernetes.io/dockerconfigjson` with which the pods get their image.
   *
   * @default - those of the team's namespace
   */
  readonly imagePullSecrets?: readonly SecretSource[];
  /**
   * Room for what the model downloads when it loads.
   *
   * @default - `/tmp`, 1Gi
   */
  readonly cache?: ModelCache;
  /**
   * Time that a pod has for loading the model, in seconds; where the pin carries a digest, as much again for fetching it.
   *
   * @default 600
   */
  readonly startupSeconds?: number;
  /**
   * Time that a pod which is being stopped has for the requests it has taken, in seconds.
   *
   * @default - 60, or as long as the API, or the runtime behind KServe, lets a request take, if that is longer
   */
  readonly drainSeconds?: number;
}

/**
 * Time that a pod which is being stopped keeps serving: until every node has learnt of it (up to 4 seconds), and the last
 * connection made until then has come to its end.
 */
const PRE_STOP_SECONDS = 4 + CONNECTION_SECONDS.life + CONNECTION_SECONDS.farewell;
const RESOURCES = {
  requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
  limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '2Gi' },
};

/**
 * The pods that serve one version of a model: a workload with what it needs to load the model, and one container that
 * starts, answers and stops without losing a request.
 */
export class ModelPods {
  public readonly workload: Workload;
  /** Where the container finds the model. */
  public readonly uri: string;
  /** Why the pods are as they are, for `kubectl rollout history`. */
  public readonly changeCause: string;
  /** Label that tells the version; no selector has it. */
  public readonly versionLabel: Record<string, string>;
  private readonly resources: Required<Resources>;
  private readonly download: ModelDownload | undefined;

  constructor(
    private readonly scope: Construct,
    name: string,
    private readonly props: ModelPodsProps & { readonly drainSeconds: number },
    ports: readonly number[] = [props.runtime.port],
  ) {
    const { model, runtime, source = ModelSource.image(), cache } = props;
    this.check();
    const resources = this.checkedResources();
    this.resources = withGpus(scope, props.gpus, resources);
    this.workload = new Workload(scope, 'server', {
      name,
      program: 'model-api',
      ports,
      scratch: this.resources.limits['ephemeral-storage'],
      imagePullSecrets: props.imagePullSecrets,
    });
    const uri = source.connect(this.workload, model);
    this.download = modelDownload(this.workload, { model, source, runtime, uri, resources });
    this.uri = this.download?.uri ?? uri;
    this.workload.addEnvironment(
      { name: 'MODEL_NAME', value: model.name },
      { name: 'MODEL_VERSION', value: `${model.version}` },
      { name: 'MODEL_URI', value: this.uri },
      ...runtime.environment,
    );
    cache?.connect(this.workload);
    this.changeCause = `${model.name} version ${model.version}, image ${runtime.image}`;
    this.versionLabel = { 'app.kubernetes.io/version': `${model.version}` };
  }

  /** Time after which a rollout that gets nowhere counts as failed, in seconds. */
  public get progressSeconds(): number {
    const { startupSeconds = 600 } = this.props;
    return (this.download ? 2 : 1) * startupSeconds + 300;
  }

  /** @param container name of the container that serves */
  public spec(container: string): PodSpec {
    const { drainSeconds, placement } = this.props;
    const serving = this.container(container);
    return {
      initContainers: this.download && [this.download.container],
      containers: [this.download?.mountIn(serving) ?? serving],
      terminationGracePeriodSeconds: PRE_STOP_SECONDS + drainSeconds + 5,
      topologySpreadConstraints: this.spread(),
      ...placed(this.scope, placement),
      affinity: placement?.affinity ?? apart(this.workload.selector),
    };
  }

  private check(): void {
    const { model, startupSeconds = 600 } = this.props;
    if (!isModelName(model.name)) {
      throw new PlatformError(
        this.scope,
        `"${model.name}" cannot name a model`,
        'use letters, digits, ".", "_" and "-", at most 128 of them',
      );
    }
    checkCounts(this.scope, { 'model.version': model.version, startupSeconds });
  }

  private container(name: string): Container {
    const { runtime, startupSeconds = 600 } = this.props;
    const get = (path: string): Probe => ({ httpGet: { path, port: runtime.port }, timeoutSeconds: 5 });
    const { readiness, liveness, startup = readiness } = runtime.probes;
    const ports = { http: runtime.port, ...(runtime.metrics && { metrics: runtime.metrics.port }) };
    return this.workload.container({
      name,
      image: runtime.image,
      command: runtime.command && [...runtime.command],
      args: runtime.args(this.uri)?.slice(),
      ports: Object.entries(ports)
        .filter(([port, number]) => port === 'http' || number !== runtime.port)
        .map(([port, containerPort]) => ({ name: port, containerPort, protocol: 'TCP' })),
      resources: this.resources,
      startupProbe: { ...get(startup), periodSeconds: 5, failureThreshold: Math.ceil(startupSeconds / 5) },
      readinessProbe: { ...get(readiness), periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...get(liveness), periodSeconds: 20, failureThreshold: 3 },
      lifecycle: { preStop: { sleep: { seconds: PRE_STOP_SECONDS } } },
    });
  }

  private checkedResources(): Required<Resources> {
    const { resources = {}, cache } = this.props;
    const disk = cache?.disk;
    const checked = checkedResources(this.scope, resources, disk === undefined ? RESOURCES : withDisk(disk));
    const limit = checked.limits['ephemeral-storage']!;
    if (disk !== undefined && parseQuantity(limit)! < parseQuantity(disk)!) {
      throw new PlatformError(
        this.scope,
        `limits.ephemeral-storage (${limit}) cannot hold the cache (${disk})`,
        'raise the limit, or choose ModelCache.volume()',
      );
    }
    return checked;
  }

  /** Spreads the pods over nodes and zones, as far as there are any. */
  private spread(): PodSpec['topologySpreadConstraints'] {
    return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(topologyKey => ({
      topologyKey,
      maxSkew: 1,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: this.workload.selector },
    }));
  }
}

/** The defaults with room for a cache: a pod that writes more than its limit is evicted. */
function withDisk(size: string): Required<Resources> {
  const more = (quantity: string) =>
    formatQuantity('ephemeral-storage', parseQuantity(quantity)! + parseQuantity(size)!);
  const { requests, limits } = RESOURCES;
  return {
    requests: { ...requests, 'ephemeral-storage': more(requests['ephemeral-storage']) },
    limits: { ...limits, 'ephemeral-storage': more(limits['ephemeral-storage']) },
  };
}
