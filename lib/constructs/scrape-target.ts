import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { contentOf, KubeObject, type Manifest } from './kube-object';
import { COMPONENT, type Metrics } from './metrics';
import type { Workload } from './workload';

interface Relabeling {
  readonly action?: string;
  readonly sourceLabels?: readonly string[];
  readonly regex?: string;
  readonly targetLabel?: string;
  readonly replacement?: string;
}

interface Endpoint {
  readonly path: string;
  readonly interval: string;
  readonly relabelings?: readonly Relabeling[];
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor */
export interface ServiceMonitor extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly endpoints: readonly (Endpoint & { readonly port: string })[];
  };
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor */
export interface PodMonitor extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly podMetricsEndpoints: readonly (Endpoint & { readonly portNumber: number })[];
  };
}

export interface ScrapeTargetProps {
  readonly workload: Workload;
  readonly service?: ApiObject;
  readonly metrics: Metrics;
  readonly labels: Readonly<Record<string, string>>;
  readonly intervalSeconds: number;
}

/** A ServiceMonitor if the Service leads to the port of the metrics; else a PodMonitor. */
export function defineMonitor(scope: Construct, props: ScrapeTargetProps): KubeObject<PodMonitor | ServiceMonitor> {
  const { workload, service, metrics, intervalSeconds } = props;
  const endpoint: Endpoint = {
    path: metrics.path,
    interval: `${intervalSeconds}s`,
    relabelings: metrics.shared
      ? [{ action: 'keep', sourceLabels: ['__meta_kubernetes_pod_name'], regex: `${workload.name}-0` }]
      : undefined,
  };
  const endpoints: readonly Endpoint[] = [
    endpoint,
    // Both are the same port of a pod, so whether each can be scraped (`up`) would be one series.
    ...(metrics.behind
      ? [{ ...endpoint, path: metrics.behind, relabelings: [{ targetLabel: 'endpoint', replacement: 'model' }] }]
      : []),
  ];
  const selector = { matchLabels: workload.selector };
  const metadata = { name: workload.name, labels: { ...workload.labels, ...props.labels } };
  const port = service && portName(service, metrics.port);
  return service === undefined || port === undefined
    ? new KubeObject<PodMonitor>(scope, workload.name, {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata,
        spec: { selector, podMetricsEndpoints: endpoints.map(one => ({ ...one, portNumber: metrics.port })) },
      })
    : new KubeObject<ServiceMonitor>(scope, workload.name, {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'ServiceMonitor',
        metadata,
        spec: {
          selector: { matchLabels: labelsOf(workload, service) },
          endpoints: endpoints.map(one => ({ ...one, port })),
        },
      });
}

/** Labels that select this Service of the workload, and no other that leads to the same pods. */
function labelsOf(workload: Workload, service: ApiObject): Record<string, string> {
  const component = service.metadata.getLabel(COMPONENT);
  return { ...workload.selector, ...(component && { [COMPONENT]: component }) };
}

/** Name of the Service's port that leads to the port of the pods. */
function portName(service: ApiObject, target: number): string | undefined {
  const ports: readonly { name?: string; targetPort?: number | string }[] = contentOf(service).spec?.ports ?? [];
  return ports.find(({ targetPort }) => targetPort === target)?.name;
}
