import { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { Container, PodSpec, Probe, Service } from 'kubernetes-types/core/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { isModelName, type ModelVersion } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import { checkedResources, type Resources } from '../core/resources';
import { KubeObject } from './kube-object';
import { type ModelRuntime } from './model-runtime';
import { ModelSource } from './model-source';
import type { NetworkPeer } from './network-peer';
import { serviceName } from './object-name';
import { Workload } from './workload';
import type { WorkloadPolicy } from './workload-policy';

/** Limits between which the number of pods follows the load. */
export interface Autoscaling {
  /**
   * Fewest pods.
   *
   * @default 2
   */
  readonly min?: number;
  /** Most pods. */
  readonly max: number;
  /**
   * CPU use, in percent of the request, at which pods are added.
   *
   * @default 70
   */
  readonly cpuPercent?: number;
}

export interface ModelApiProps {
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
   * Number of pods. Not with `autoscaling`.
   *
   * @default 2
   */
  readonly replicas?: number;
  /**
   * Lets the number of pods follow the load. Not with `replicas`.
   *
   * @default - the number of pods is fixed
   */
  readonly autoscaling?: Autoscaling;
  /**
   * What the container may use. The limit for `ephemeral-storage` is also what a model that is downloaded may take.
   *
   * @default - requests 250m CPU, 1Gi memory, 256Mi disk; limits 1 CPU, 1Gi memory, 2Gi disk
   */
  readonly resources?: Resources;
  /**
   * Time that a pod has for loading the model, in seconds.
   *
   * @default 600
   */
  readonly startupSeconds?: number;
  /**
   * Time that a pod which is being stopped has for the requests it has taken, in seconds.
   *
   * @default 60
   */
  readonly drainSeconds?: number;
}

/** Time until every proxy has learnt that a pod takes no more requests; until then it keeps serving. */
const PRE_STOP_SECONDS = 10;
const RESOURCES = {
  requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
  limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '2Gi' },
};

/**
 * Serves one pinned version of a model over HTTP. Nobody may call it until `allowFrom()` names them.
 *
 * A new version rolls out pod by pod without a failed request; `kubectl rollout history` shows which versions ran.
 */
export class ModelApi extends Construct implements NetworkPeer {
  /** Name of the Deployment, the Service and the other objects. */
  public readonly name: string;
  public readonly model: ModelVersion;
  /** Where workloads of the cluster find the API. */
  public readonly url: string;
  public readonly workload: Workload;
  public readonly deployment: KubeObject<Deployment>;
  public readonly service: KubeObject<Service>;
  public readonly disruptionBudget: KubeObject<PodDisruptionBudget>;
  /** The autoscaler; undefined if the number of pods is fixed. */
  public readonly autoscaler: KubeObject<HorizontalPodAutoscaler> | undefined;
  public readonly ports: readonly number[];

  constructor(scope: Construct, id: string, props: ModelApiProps) {
    super(scope, id);
    this.name = serviceName(this);
    this.model = props.model;
    this.check(props);

    const { runtime, source = ModelSource.image(), autoscaling } = props;
    this.ports = [runtime.port];
    const resources = checkedResources(this, props.resources ?? {}, RESOURCES);
    this.workload = new Workload(this, 'server', {
      name: this.name,
      program: 'model-api',
      ports: this.ports,
      scratch: resources.limits['ephemeral-storage'],
    });
    const uri = source.connect(this.workload, this.model);
    this.workload.addEnvironment(
      { name: 'MODEL_NAME', value: this.model.name },
      { name: 'MODEL_VERSION', value: `${this.model.version}` },
      { name: 'MODEL_URI', value: uri },
      ...runtime.environment,
    );
    this.url = `http://${this.name}.${this.workload.namespace}.svc`;

    this.service = new KubeObject<Service>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata(),
      spec: {
        selector: this.workload.selector,
        ports: [{ name: 'http', port: 80, targetPort: runtime.port, protocol: 'TCP' }],
      },
    });
    this.deployment = this.defineDeployment(props, resources, uri);
    this.disruptionBudget = new KubeObject<PodDisruptionBudget>(this, 'disruption-budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: this.metadata(),
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: this.workload.selector },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    this.autoscaler = autoscaling && this.defineAutoscaler(autoscaling);
  }

  /** Lets the peer call the API. */
  public allowFrom(peer: NetworkPeer): void {
    this.workload.allowFrom(peer);
  }

  /** Lets the API call the peer. */
  public allowTo(peer: NetworkPeer): void {
    this.workload.allowTo(peer);
  }

  public get policy(): WorkloadPolicy {
    return this.workload.policy;
  }

  public networkPeers(): NetworkPolicyPeer[] {
    return this.workload.networkPeers();
  }

  private check(props: ModelApiProps): void {
    const { model, replicas, autoscaling, startupSeconds = 600, drainSeconds = 60 } = props;
    if (!isModelName(model.name)) {
      throw new PlatformError(
        this,
        `"${model.name}" cannot name a model`,
        'use letters, digits, ".", "_" and "-", at most 128 of them',
      );
    }
    if (replicas !== undefined && autoscaling !== undefined) {
      throw new PlatformError(
        this,
        `replicas (${replicas}) and autoscaling cannot both be set: each would undo the other`,
        'remove one of them',
      );
    }
    const { min = 2, max = min, cpuPercent = 70 } = autoscaling ?? {};
    const numbers = {
      'model.version': model.version,
      replicas: replicas ?? 2,
      startupSeconds,
      drainSeconds,
      'autoscaling.min': min,
      'autoscaling.max': max,
      'autoscaling.cpuPercent': cpuPercent,
    };
    for (const [name, value] of Object.entries(numbers)) {
      if (!Number.isInteger(value) || value < 1) {
        throw new PlatformError(
          this,
          `${name} must be a whole number of at least 1, got ${value}`,
          'write 1 or a greater one',
        );
      }
    }
    if (max < min) {
      throw new PlatformError(
        this,
        `autoscaling.max (${max}) is below autoscaling.min (${min})`,
        'raise max or lower min',
      );
    }
  }

  private defineDeployment(props: ModelApiProps, resources: Required<Resources>, uri: string): KubeObject<Deployment> {
    const { autoscaling, replicas = 2, startupSeconds = 600, drainSeconds = 60, runtime } = props;
    const { name, version } = this.model;
    return new KubeObject<Deployment>(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        ...this.metadata(),
        annotations: { 'kubernetes.io/change-cause': `${name} version ${version}, image ${runtime.image}` },
      },
      spec: {
        replicas: autoscaling ? undefined : replicas,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: startupSeconds + 300,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: this.workload.selector },
        template: this.workload.podTemplate(
          {
            containers: [this.container(props, resources, uri)],
            terminationGracePeriodSeconds: PRE_STOP_SECONDS + drainSeconds + 5,
            topologySpreadConstraints: this.spread(),
          },
          { 'app.kubernetes.io/version': `${version}` },
        ),
      },
    });
  }

  private container(
    { runtime, startupSeconds = 600 }: ModelApiProps,
    resources: Required<Resources>,
    uri: string,
  ): Container {
    const get = (path: string): Probe => ({ httpGet: { path, port: runtime.port }, timeoutSeconds: 5 });
    const { readiness, liveness, startup = readiness } = runtime.probes;
    return this.workload.container({
      name: 'model',
      image: runtime.image,
      command: runtime.command && [...runtime.command],
      args: runtime.args(uri)?.slice(),
      ports: [{ name: 'http', containerPort: runtime.port, protocol: 'TCP' }],
      resources,
      startupProbe: { ...get(startup), periodSeconds: 5, failureThreshold: Math.ceil(startupSeconds / 5) },
      readinessProbe: { ...get(readiness), periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...get(liveness), periodSeconds: 20, failureThreshold: 3 },
      lifecycle: { preStop: { sleep: { seconds: PRE_STOP_SECONDS } } },
    });
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

  private defineAutoscaler({ min = 2, max, cpuPercent = 70 }: Autoscaling): KubeObject<HorizontalPodAutoscaler> {
    return new KubeObject<HorizontalPodAutoscaler>(this, 'autoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: this.metadata(),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.name },
        minReplicas: min,
        maxReplicas: max,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
          },
        ],
      },
    });
  }

  private metadata() {
    return { name: this.name, labels: this.workload.labels };
  }
}
