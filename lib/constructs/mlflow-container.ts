import type { Container, Probe } from 'kubernetes-types/core/v1';
import type { Resources } from '../core/resources';
import { METRICS_DIRECTORY } from './mlflow-metrics';
import type { Workload } from './workload';

export interface MlflowContainerProps {
  readonly image: string;
  readonly port: number;
  readonly workers: number;
  readonly databaseUri: string;
  readonly artifactsUri: string;
  /** Host headers that the server accepts. */
  readonly allowedHosts: readonly string[];
  /** Names of routes, whose pages may call the server. */
  readonly routes: readonly string[];
  /** Whether the worker processes count requests. */
  readonly metrics: boolean;
  readonly workspaces: boolean;
  readonly resources: Required<Resources>;
}

/** The container that runs `mlflow server`. */
export function mlflowContainer(workload: Workload, props: MlflowContainerProps): Container {
  const { port, routes, resources } = props;
  const health: Probe = {
    httpGet: { path: '/health', port, httpHeaders: [{ name: 'Host', value: `localhost:${port}` }] },
    timeoutSeconds: 5,
  };
  return workload.container({
    name: 'mlflow',
    image: props.image,
    command: ['mlflow'],
    args: [
      'server',
      '--host=0.0.0.0',
      `--port=${port}`,
      `--workers=${props.workers}`,
      '--app-name=basic-auth',
      `--backend-store-uri=${props.databaseUri}`,
      `--artifacts-destination=${props.artifactsUri}`,
      `--allowed-hosts=${props.allowedHosts.join(',')}`,
      ...(routes.length > 0 ? [`--cors-allowed-origins=${routes.map(host => `https://${host}`).join(',')}`] : []),
      ...(props.metrics ? [`--expose-prometheus=${METRICS_DIRECTORY}`] : []),
      ...(props.workspaces ? ['--enable-workspaces'] : []),
    ],
    ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
    resources,
    startupProbe: { ...health, periodSeconds: 5, failureThreshold: 60 },
    readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { tcpSocket: { port }, periodSeconds: 20, failureThreshold: 3, timeoutSeconds: 5 },
  });
}
