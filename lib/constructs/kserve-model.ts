import type { Construct } from 'constructs';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { ModelVersion, ServedModel } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import type { Autoscaling } from './autoscaling';
import { defineDisruptionBudget } from './disruption-budget';
import { asModelRuntime, connectStorage, fetchedSource, type KserveRuntime } from './kserve-runtime';
import { KubeObject, type Manifest } from './kube-object';
import type { Metrics, Monitored } from './metrics';
import { ModelPods, type ModelPodsProps } from './model-pods';
import type { ModelRuntime } from './model-runtime';
import type { NetworkPeer } from './network-peer';
import { serviceName } from './object-name';
import { checkedDrain } from './request-time';
import { checkScaling } from './scaling';
import type { Workload } from './workload';
import { WorkloadPeer } from './workload-peer';

export interface KserveModelProps extends Omit<ModelPodsProps, 'runtime'> {
  /** The program that serves it: an image of one's own, or a serving runtime that the cluster has. */
  readonly runtime: ModelRuntime | KserveRuntime;
  /**
   * Number of pods. Not with `autoscaling`.
   *
   * @default 2
   */
  readonly replicas?: number;
  /**
   * Lets the number of pods follow their CPU use. Not with `replicas`.
   *
   * @default - the number of pods is fixed
   */
  readonly autoscaling?: Autoscaling;
}

/** @see https://kserve.github.io/website/docs/reference/crd-api */
export interface InferenceService extends Manifest {
  readonly spec: { readonly predictor: Predictor };
}

type Predictor = Omit<PodSpec, 'containers'> & {
  readonly labels: Readonly<Record<string, string>>;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly scaleMetric?: 'cpu';
  readonly scaleTarget?: number;
  readonly deploymentStrategy: {
    readonly type: 'RollingUpdate';
    readonly rollingUpdate: { readonly maxSurge: number; readonly maxUnavailable: number };
  };
  /** The program: a container of one's own … */
  readonly containers?: readonly Container[];
  /** … or what a serving runtime of the cluster is given. */
  readonly model?: Partial<Container> & {
    readonly modelFormat: { readonly name: string };
    readonly protocolVersion: string;
    readonly runtime: string;
    readonly storageUri: string;
  };
};

/** KServe takes the container of this name for the one that serves. */
const CONTAINER = 'kserve-container';
/** What KServe adds to the name of a model. */
const SUFFIX = '-predictor';

/**
 * The same as `ModelApi`, for clusters that run KServe: one InferenceService, of which KServe makes Deployment, Service
 * and autoscaler. Its pods are those of `ModelApi`: "restricted", limited, with a network policy of their own.
 *
 * @see https://kserve.github.io/website/docs/concepts/architecture/control-plane
 */
export class KserveModel extends WorkloadPeer implements Monitored {
  /** Name of the InferenceService; KServe's Deployment and Service are `<name>-predictor`. */
  public readonly name: string;
  public readonly model: ModelVersion;
  /** Where workloads of the cluster find the API. */
  public readonly url: string;
  public readonly workload: Workload;
  public readonly inferenceService: KubeObject<InferenceService>;
  public readonly disruptionBudget: KubeObject<PodDisruptionBudget>;
  /** The Deployment that KServe makes. */
  public readonly deployment: { readonly name: string };
  /** Where the pods tell how they are; undefined if the runtime has no metrics. */
  public readonly metrics: Metrics | undefined;
  public readonly ports: readonly number[];

  constructor(scope: Construct, id: string, props: KserveModelProps) {
    super(scope, id);
    this.name = serviceName(this, 63 - SUFFIX.length);
    this.model = props.model;
    this.deployment = { name: `${this.name}${SUFFIX}` };
    checkScaling(this, props);
    this.checkModel(props);

    const runtime = asModelRuntime(props.runtime);
    const pods = new ModelPods(this, this.name, {
      ...props,
      runtime,
      drainSeconds: checkedDrain(this, { ...props, runtime }),
      source: fetchedSource(props.runtime, props.source),
    });
    this.ports = [runtime.port];
    this.metrics = runtime.metrics;
    this.workload = pods.workload;
    this.url = `http://${this.deployment.name}.${this.workload.namespace}.svc`;

    this.inferenceService = new KubeObject<InferenceService>(this, 'inference-service', {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: {
        name: this.name,
        // KServe authenticates nobody: without this it may make a route from outside of the cluster.
        labels: { ...this.workload.labels, 'networking.kserve.io/visibility': 'cluster-local' },
        annotations: {
          'serving.kserve.io/deploymentMode': 'Standard',
          'kubernetes.io/change-cause': pods.changeCause,
          ...connectStorage(this, props.runtime, pods.uri),
        },
      },
      spec: { predictor: this.predictor(props, pods) },
    });
    this.disruptionBudget = defineDisruptionBudget(this, this.workload);
  }

  /** Lets the API call the peer. */
  public allowTo(peer: NetworkPeer): void {
    this.workload.allowTo(peer);
  }

  private checkModel({ model, runtime }: KserveModelProps): void {
    const { canary, shadow }: ServedModel = model;
    if (canary || shadow) {
      throw new PlatformError(
        this,
        `a KserveModel serves one version, and the ${canary ? 'canary' : 'shadow'} of "${model.name}" would not run`,
        'use a ModelApi, or remove it from the pin',
      );
    }
    if (model.digest !== undefined && 'servingRuntime' in runtime) {
      throw new PlatformError(
        this,
        `KServe fetches the files of "${model.name}" itself, and checks no digest`,
        'use a runtime with an image of its own, or remove digest from the pin',
      );
    }
  }

  private predictor({ runtime, replicas = 2, autoscaling }: KserveModelProps, pods: ModelPods): Predictor {
    const { metadata, spec } = this.workload.podTemplate(pods.spec(CONTAINER), pods.versionLabel);
    const { containers, ...pod } = spec!;
    // KServe always makes an autoscaler; one without room to move keeps the number as it is.
    const { min = 2, max, cpuPercent = 70 } = autoscaling ?? { min: replicas, max: replicas, cpuPercent: undefined };
    return {
      ...pod,
      labels: metadata!.labels!,
      minReplicas: min,
      maxReplicas: max,
      ...(autoscaling && { scaleMetric: 'cpu', scaleTarget: cpuPercent }),
      deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      ...('servingRuntime' in runtime ? { model: servedModel(runtime, containers[0]!, pods.uri) } : { containers }),
    };
  }
}

/** What a serving runtime of the cluster is given: the model, and limits for its container; the rest is its own. */
function servedModel(runtime: KserveRuntime, container: Container, storageUri: string): Predictor['model'] {
  const { resources, securityContext, env, volumeMounts } = container;
  return {
    modelFormat: { name: runtime.format },
    protocolVersion: runtime.protocol,
    runtime: runtime.servingRuntime,
    storageUri,
    resources,
    securityContext,
    env,
    volumeMounts,
  };
}
