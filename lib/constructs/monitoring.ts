import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { namespaceAlerts, workloadAlerts, type Alerted, type AlertRule } from '../core/alert-rules';
import { canonicalJson } from '../core/canonical-json';
import { checksum } from '../core/checksum';
import { dashboard } from '../core/dashboard';
import { PlatformError } from '../core/platform-error';
import { contentOf, KubeObject, type Manifest } from './kube-object';
import type { Metrics, Monitored } from './metrics';
import type { NetworkPeer } from './network-peer';
import { namespaceOf, objectName } from './object-name';
import { defineMonitor, type PodMonitor, type ServiceMonitor } from './scrape-target';

export interface MonitoringProps {
  /** Who scrapes: the pods of Prometheus. `scrape()` opens the port of the metrics to them, and no other. */
  readonly prometheus: NetworkPeer;
  /**
   * Labels by which Prometheus picks monitors and rules; with kube-prometheus-stack `{ release: '<its release>' }`.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Time between two scrapes, in seconds.
   *
   * @default 30
   */
  readonly intervalSeconds?: number;
  /**
   * Time within which 99 of 100 requests should be answered, in seconds.
   *
   * @default 1
   */
  readonly latencySeconds?: number;
  /**
   * Part of a model's answers to callers that were let in which may be errors (5xx), in percent.
   *
   * @default 5
   */
  readonly errorPercent?: number;
  /**
   * Part of a volume that should be free, in percent.
   *
   * @default 15
   */
  readonly freePercent?: number;
  /**
   * Whether to define alerts.
   *
   * @default true
   */
  readonly alerts?: boolean;
  /**
   * Whether to define a Grafana dashboard, in a ConfigMap with the label `grafana_dashboard: "1"`.
   *
   * @default true
   */
  readonly dashboard?: boolean;
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule */
export interface PrometheusRule extends Manifest {
  readonly spec: { readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[] };
}

/**
 * What the Prometheus operator and Grafana need to watch a team's workloads. It asks nothing of a workload, and changes
 * nothing about it, that is not named by `watch()` or `scrape()`.
 *
 * Monitors hold no credentials and name no files of Prometheus' pods, so they cannot leak them.
 *
 * @see https://prometheus-operator.dev/docs/
 */
export class Monitoring extends Construct {
  /** Name of the rules; the dashboard's is `<name>-dashboard`. */
  public readonly name: string;
  /** The alerts; undefined if there are none. */
  public readonly rules: KubeObject<PrometheusRule> | undefined;
  /** The dashboard; undefined if there is none. */
  public readonly dashboard: KubeObject<ConfigMap> | undefined;
  /** What scrapes the workloads. */
  public readonly monitors: KubeObject<PodMonitor | ServiceMonitor>[] = [];
  private readonly watched: Alerted[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MonitoringProps,
  ) {
    super(scope, id);
    this.name = objectName(this, 53);
    for (const name of ['intervalSeconds', 'latencySeconds', 'errorPercent', 'freePercent'] as const) {
      const value = props[name] ?? 1;
      if (!Number.isFinite(value) || value <= 0) {
        throw new PlatformError(this, `${name} must be greater than 0, got ${value}`, 'leave it out, or raise it');
      }
    }
    this.rules = props.alerts === false ? undefined : this.defineRules();
    this.dashboard = props.dashboard === false ? undefined : this.defineDashboard();
  }

  /** Adds alerts on what Kubernetes knows of them, and panels. */
  public watch(...targets: readonly Monitored[]): void {
    withThoseBeside(targets).forEach(target => this.add(target));
  }

  /**
   * Lets Prometheus fetch their metrics, besides.
   *
   * @throws PlatformError if they have none
   */
  public scrape(...targets: readonly Monitored[]): void {
    for (const target of withThoseBeside(targets)) {
      const { workload, metrics } = target;
      if (metrics === undefined) {
        throw new PlatformError(
          this,
          `${workload.name} has no metrics that could be scraped`,
          'watch() it instead: alerts on pods and volumes need none; a container of your own can state metrics: { path: "/metrics" }',
        );
      }
      this.add(target, metrics);
      workload.allowFrom(this.props.prometheus, [metrics.port]);
      this.monitors.push(this.monitor(target, metrics));
    }
  }

  private add({ workload, deployment, statefulSet, migration }: Monitored, metrics?: Metrics): void {
    const { name, namespace } = workload;
    if (namespace !== namespaceOf(this)) {
      throw new PlatformError(
        this,
        `${name} runs in ${namespace}, not in ${namespaceOf(this)}`,
        'give that namespace a Monitoring of its own',
      );
    }
    if (this.watched.some(known => known.name === name)) {
      throw new PlatformError(this, `${name} is watched already`, 'name it once; scrape() watches too');
    }
    this.watched.push({
      namespace,
      name,
      kind: deployment ? 'Deployment' : statefulSet ? 'StatefulSet' : undefined,
      owner: (deployment ?? statefulSet)?.name ?? name,
      proxied: metrics?.exporter === 'envoy',
      recreated: isRecreated(deployment),
      latency: metrics?.latency,
      migration: migration?.job.name,
      looksEverySeconds: metrics?.looksEverySeconds,
    });
  }

  private monitor({ workload, service }: Monitored, metrics: Metrics): KubeObject<PodMonitor | ServiceMonitor> {
    return defineMonitor(this, {
      workload,
      service,
      metrics,
      labels: this.props.labels ?? {},
      intervalSeconds: this.props.intervalSeconds ?? 30,
    });
  }

  private defineRules(): KubeObject<PrometheusRule> {
    const { watched, name } = this;
    const { labels, latencySeconds = 1, errorPercent = 5, freePercent = 15 } = this.props;
    const objectives = { latencySeconds, errorPercent };
    const namespace = namespaceOf(this);
    return new KubeObject<PrometheusRule>(this, 'rules', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name, labels: { ...labels } },
      spec: {
        get groups() {
          return [
            { name: namespace, rules: namespaceAlerts(namespace, freePercent) },
            ...watched.map(one => ({ name: `${namespace}-${one.name}`, rules: workloadAlerts(one, objectives) })),
          ];
        },
      },
    });
  }

  private defineDashboard(): KubeObject<ConfigMap> {
    const { watched, name } = this;
    const namespace = namespaceOf(this);
    const title = `${namespace}: ${name}`;
    const uid = checksum(title);
    return new KubeObject<ConfigMap>(this, 'dashboard', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-dashboard`, labels: { grafana_dashboard: '1' } },
      // Grafana's loader puts the files of all namespaces into one folder.
      data: {
        get [`${namespace}-${name}.json`]() {
          return `${canonicalJson(dashboard(uid, title, namespace, watched))}\n`;
        },
      },
    });
  }
}

const withThoseBeside = (targets: readonly Monitored[]): Monitored[] =>
  targets.flatMap(target => [target, ...(target.beside ?? [])]);

/** Whether a Deployment stops its old pods first; of one that a controller makes, such as KServe's, nothing is known. */
function isRecreated(deployment: Monitored['deployment']): boolean {
  return ApiObject.isApiObject(deployment) && contentOf(deployment).spec?.strategy?.type === 'Recreate';
}
