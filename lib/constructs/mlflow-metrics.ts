import type { Container } from 'kubernetes-types/core/v1';
import type { Metrics } from './metrics';
import { SERVE_METRICS } from './scripts/serve-metrics';
import type { Workload } from './workload';

/** Where the server's worker processes leave their counts; `/tmp` is writable and empty when a pod starts. */
export const METRICS_DIRECTORY = '/tmp/metrics';

/** Where a server with metrics tells how it is. */
export const MLFLOW_METRICS: Metrics = {
  path: '/metrics',
  port: 9090,
  latency: 'mlflow_http_request_duration_seconds',
};

const RESOURCES = {
  requests: { cpu: '10m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
  limits: { cpu: '200m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
};

/**
 * A container beside the server that adds up the counts of its worker processes. The server's own `/metrics` answers
 * nobody but an administrator, and on the port of everything else.
 */
export function metricsContainer(workload: Workload, image: string): Container {
  const { port } = MLFLOW_METRICS;
  return workload.sideContainer({
    name: 'metrics',
    image,
    command: ['python3', '-c', SERVE_METRICS],
    args: [METRICS_DIRECTORY, `${port}`],
    ports: [{ name: 'metrics', containerPort: port, protocol: 'TCP' }],
    resources: RESOURCES,
    // A path that is answered without adding anything up: a server that is slow to count can still serve.
    readinessProbe: { httpGet: { path: '/favicon.ico', port }, periodSeconds: 10, timeoutSeconds: 5 },
    livenessProbe: { tcpSocket: { port }, periodSeconds: 20, timeoutSeconds: 5 },
  });
}
