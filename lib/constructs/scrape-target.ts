import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { SecretKeys } from '../core/secret-keys';
import { contentOf, KubeObject, type Manifest } from './kube-object';
import type { Metrics } from './metrics';
import type { Workload } from './workload';

interface SecretKey {
  readonly name: string;
  readonly key: string;
}

interface Endpoint {
  readonly path: string;
  readonly interval: string;
  readonly relabelings?: readonly { readonly targetLabel: string; readonly replacement: string }[];
  readonly basicAuth?: { readonly username: SecretKey; readonly password: SecretKey };
}

const LOGIN_KEYS: SecretKeys = {
  username: { how: 'name of the user as whom Prometheus reads the metrics', example: '<user>' },
  password: { how: 'password of that user', example: '<password>' },
};

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
  const { path, login, behind } = metrics;
  login?.mustHave?.(scope, LOGIN_KEYS);
  const key = (name: string) => ({ name: login!.name, key: name });
  const endpoint: Endpoint = {
    path,
    interval: `${intervalSeconds}s`,
    basicAuth: login && { username: key('username'), password: key('password') },
  };
  const endpoints: readonly Endpoint[] = [
    endpoint,
    // Both are the same port of a pod, so whether each can be scraped (`up`) would be one series.
    ...(behind
      ? [{ ...endpoint, path: behind, relabelings: [{ targetLabel: 'endpoint', replacement: 'model' }] }]
      : []),
  ];
  const selector = { matchLabels: workload.selector };
  const metadata = { name: workload.name, labels: { ...workload.labels, ...props.labels } };
  const port = service && portName(service, metrics.port);
  return port === undefined
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
        spec: { selector, endpoints: endpoints.map(one => ({ ...one, port })) },
      });
}

/** Name of the Service's port that leads to the port of the pods. */
function portName(service: ApiObject, target: number): string | undefined {
  const ports: readonly { name?: string; targetPort?: number | string }[] = contentOf(service).spec?.ports ?? [];
  return ports.find(({ targetPort }) => targetPort === target)?.name;
}
