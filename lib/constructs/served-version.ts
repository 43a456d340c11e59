import type { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { Service } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { PROXY_METRICS, PROXY_PORTS } from '../core/envoy-bootstrap';
import type { CheckedLimits } from '../core/envoy-limits';
import type { ApiAuth } from './api-auth';
import { defineAutoscaler, type Autoscaling } from './autoscaling';
import { defineDisruptionBudget } from './disruption-budget';
import { EnvoySidecar, type EnvoyProps } from './envoy-sidecar';
import { defineScaledObject, type KedaScaling, type ScaledObject } from './keda-scaling';
import { KubeObject } from './kube-object';
import type { Metrics, Monitored } from './metrics';
import { ModelPods, type ModelPodsProps } from './model-pods';
import { checkedDrain } from './request-time';
import type { Workload } from './workload';

export interface ServedVersionProps extends ModelPodsProps {
  /** Name of its Deployment, its Service and its other objects. */
  readonly name: string;
  readonly auth: ApiAuth;
  readonly limits: CheckedLimits;
  readonly proxy?: EnvoyProps;
  readonly replicas?: number;
  readonly autoscaling?: Autoscaling;
  readonly keda?: KedaScaling;
}

/** Port of each version's Service. */
export const SERVICE_PORT = 80;

/** One version of a model as a ModelApi serves it: its pods, each with a proxy, and a Service of its own. */
export class ServedVersion implements Monitored {
  public readonly name: string;
  public readonly workload: Workload;
  public readonly deployment: KubeObject<Deployment>;
  public readonly service: KubeObject<Service>;
  public readonly disruptionBudget: KubeObject<PodDisruptionBudget>;
  public readonly autoscaler: KubeObject<HorizontalPodAutoscaler> | undefined;
  public readonly scaledObject: KubeObject<ScaledObject> | undefined;
  /** Where the proxies tell how they are, and what the runtime tells through them. */
  public readonly metrics: Metrics;

  constructor(scope: Construct, props: ServedVersionProps) {
    const { name, runtime, auth, limits, autoscaling, keda } = props;
    this.name = name;
    this.metrics = {
      path: PROXY_METRICS.own,
      port: PROXY_PORTS.status,
      exporter: 'envoy',
      behind: runtime.metrics && PROXY_METRICS.model,
      latency: runtime.metrics?.latency,
    };
    const drainSeconds = checkedDrain(scope, props, limits.timeoutSeconds);
    const pods = new ModelPods(scope, name, { ...props, drainSeconds }, [PROXY_PORTS.api]);
    this.workload = pods.workload;
    const { labels, selector } = this.workload;
    const proxy = new EnvoySidecar(scope, 'proxy', { ...props.proxy, workload: this.workload, runtime, auth, limits });

    this.service = new KubeObject<Service>(scope, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels },
      spec: { selector, ports: [{ name: 'http', port: SERVICE_PORT, targetPort: PROXY_PORTS.api, protocol: 'TCP' }] },
    });
    this.deployment = new KubeObject<Deployment>(scope, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels, annotations: { 'kubernetes.io/change-cause': pods.changeCause } },
      spec: {
        replicas: autoscaling || keda ? undefined : (props.replicas ?? 2),
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: pods.progressSeconds,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: selector },
        template: proxy.podTemplate(pods.spec('model'), pods.versionLabel),
      },
    });
    this.disruptionBudget = defineDisruptionBudget(scope, this.workload);
    this.autoscaler = autoscaling && defineAutoscaler(scope, { name, labels }, autoscaling);
    this.scaledObject = keda && defineScaledObject(scope, { name, labels }, keda);
  }
}
