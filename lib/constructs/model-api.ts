import { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { Service } from 'kubernetes-types/core/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { PROXY_PORTS } from '../core/envoy-bootstrap';
import { checkedLimits, type ApiLimits, type CheckedLimits } from '../core/envoy-limits';
import { readSignature } from '../core/model-signature';
import type { ServedModel } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import { outsidePath } from '../core/route-address';
import { ApiAuth } from './api-auth';
import { defineApiDocument } from './api-document';
import type { Autoscaling } from './autoscaling';
import type { EnvoyProps } from './envoy-sidecar';
import type { Exposure } from './exposure';
import type { KedaScaling, ScaledObject } from './keda-scaling';
import type { KubeObject } from './kube-object';
import type { Metrics, Monitored } from './metrics';
import type { ModelPodsProps } from './model-pods';
import type { ModelRuntime } from './model-runtime';
import type { NetworkPeer, PeerPolicy } from './network-peer';
import type { RouteBackend } from './route-target';
import { SecretSource } from './secret-source';
import { checkScaling } from './scaling';
import { apiName, ServedVersions } from './served-versions';
import type { Workload } from './workload';

export interface ModelApiProps extends ModelPodsProps {
  /** The version to serve, and those beside it: `team.pinned('churn')`, or `{ name, version }`. */
  readonly model: ServedModel;
  /**
   * Number of pods. Not with `autoscaling` or `keda`.
   *
   * @default 2
   */
  readonly replicas?: number;
  /**
   * Lets the number of pods follow their CPU use. Not with `replicas` or `keda`.
   *
   * @default - the number of pods is fixed
   */
  readonly autoscaling?: Autoscaling;
  /**
   * Lets KEDA set the number of pods, by what its triggers see. Not with `replicas` or `autoscaling`.
   *
   * @default - the number of pods is fixed
   */
  readonly keda?: KedaScaling;
  /**
   * Who may call, and how callers show who they are.
   *
   * @default - whoever has a key in the existing Secret `<name>-clients`
   */
  readonly auth?: ApiAuth;
  /**
   * How much each pod takes on at one time.
   *
   * @default - 16 requests at one time, half as many waiting; 60 seconds; bodies of 16Mi
   */
  readonly limits?: ApiLimits;
  /** The proxy in each pod. */
  readonly proxy?: EnvoyProps;
  /**
   * The way from outside of the cluster.
   *
   * @default - there is none
   */
  readonly exposure?: Exposure;
}

/**
 * Serves a pinned version of a model over HTTP, with a canary and a shadow beside it if they are pinned too. Nobody may
 * call it until `allowFrom()` names them.
 *
 * A new version rolls out pod by pod without a failed request; `kubectl rollout history` shows which versions ran.
 */
export class ModelApi extends Construct implements NetworkPeer, Monitored {
  /** Name of the Deployment, the Service and the other objects. */
  public readonly name: string;
  public readonly model: ServedModel;
  /** Where workloads of the cluster find the API. */
  public readonly url: string;
  public readonly workload: Workload;
  public readonly deployment: KubeObject<Deployment>;
  public readonly service: KubeObject<Service>;
  public readonly disruptionBudget: KubeObject<PodDisruptionBudget>;
  /** The autoscaler; undefined without `autoscaling`. */
  public readonly autoscaler: KubeObject<HorizontalPodAutoscaler> | undefined;
  /** KEDA's autoscaler; undefined without `keda`. */
  public readonly scaledObject: KubeObject<ScaledObject> | undefined;
  /** Where the proxies tell how they are, and what the runtime tells through them. */
  public readonly metrics: Metrics;
  public readonly ports: readonly number[];
  /** Its OpenAPI document; undefined without a signature, or if the runtime takes requests of its own form. */
  public readonly openApi: object | undefined;
  /** Every version that it serves, with its objects. The fields above are those of the stable one. */
  public readonly versions: ServedVersions;

  constructor(scope: Construct, id: string, props: ModelApiProps) {
    super(scope, id);
    this.name = apiName(this, props.model);
    this.model = props.model;
    checkScaling(this, props);
    const { auth = ApiAuth.apiKeys(SecretSource.existing(`${this.name}-clients`)) } = props;

    const limits = checkedLimits(this, props.limits);
    this.versions = new ServedVersions(this, { ...props, name: this.name, auth, limits }, props.exposure);
    const { stable } = this.versions;
    this.workload = stable.workload;
    this.deployment = stable.deployment;
    this.service = stable.service;
    this.disruptionBudget = stable.disruptionBudget;
    this.autoscaler = stable.autoscaler;
    this.scaledObject = stable.scaledObject;
    this.metrics = stable.metrics;
    this.ports = this.versions.ports;
    this.url = `http://${this.name}.${this.workload.namespace}.svc`;
    this.openApi = this.describe(props, auth, limits);
    props.exposure?.connect({
      scope: this,
      name: this.name,
      labels: this.workload.labels,
      backends: this.backends,
      mirror: this.mirror,
      timeoutSeconds: limits.timeoutSeconds,
      probePorts: [PROXY_PORTS.status],
      openBecause: auth.openBecause,
    });
  }

  /** Where a route leads requests. */
  public get backends(): readonly RouteBackend[] {
    return this.versions.backends;
  }

  /** Where a route sends a copy of each request; undefined if nowhere. */
  public get mirror(): RouteBackend | undefined {
    return this.versions.mirror;
  }

  /** The canary and the shadow, which are watched as the stable version is. */
  public get beside(): readonly Monitored[] {
    return this.versions.all.slice(1);
  }

  /** Lets the peer call the API. */
  public allowFrom(peer: NetworkPeer): void {
    this.versions.allowFrom(peer);
  }

  /** Lets the API call the peer. */
  public allowTo(peer: NetworkPeer): void {
    this.versions.allowTo(peer);
  }

  public get policy(): PeerPolicy {
    return this.versions.policy;
  }

  public networkPeers(): NetworkPolicyPeer[] {
    return this.versions.networkPeers();
  }

  private describe(
    { model, runtime, exposure }: ModelApiProps,
    auth: ApiAuth,
    limits: CheckedLimits,
  ): object | undefined {
    const outside = this.outside(runtime, exposure);
    const signature = model.signature && readSignature(model.signature);
    if (signature === undefined || typeof signature === 'string' || outside === undefined) {
      return undefined;
    }
    return defineApiDocument(this, {
      name: this.name,
      model,
      signature,
      url: outside.url,
      path: outside.path,
      limits,
      authenticated: auth.openBecause === undefined,
      scheme: auth.scheme,
    });
  }

  /** Where callers ask the model in the form of MLflow's scoring server; undefined if they cannot. */
  private outside({ invocations }: ModelRuntime, exposure?: Exposure): { url: string; path: string } | undefined {
    const { address, seen = '/' } = exposure ?? {};
    if (invocations === undefined || address === undefined) {
      return invocations === undefined ? undefined : { url: this.url, path: invocations };
    }
    const path = outsidePath(address.path, seen, invocations);
    if (path === undefined) {
      throw new PlatformError(
        this,
        `the model answers at "${invocations}", and the route leads to "${seen}" of it`,
        `use Exposure.gateway() or Exposure.istio() with rewrite "/", or with a path of its own and rewrite "${invocations}"`,
      );
    }
    return { url: `https://${address.host}`, path };
  }
}
