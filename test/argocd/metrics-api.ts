import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from 'kubernetes-types/core/v1';
import type { Manifest } from '../../lib';
import { parseQuantity } from '../../lib/core/quantity';
import type { Kubectl } from '../cluster/kubectl';

const VERSION = 'v1beta1';
const GROUP = 'metrics.k8s.io';
/** Name of what announces the API. */
export const API_SERVICE = `${VERSION}.${GROUP}`;

/**
 * Tells the autoscalers how busy pods are: as busy as the test says, since nothing runs on fake nodes.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
 */
export class MetricsApi {
  /** Use of CPU, as a part of what each container requests. */
  public load = 0.1;
  private readonly server = createServer(certificate(), ({ url }, response) => {
    this.answer(new URL(url!, 'https://localhost')).then(
      body => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      () => response.writeHead(500).end(),
    );
  });

  constructor(private readonly kubectl: Kubectl) {}

  /**
   * Listens.
   *
   * @returns what has the API server of this machine ask here
   */
  public async start(namespace: string): Promise<Manifest[]> {
    await new Promise<void>(resolve => this.server.listen(0, 'localhost', resolve));
    const { port } = this.server.address() as AddressInfo;
    const service: Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'metrics', namespace },
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
    };
    const apiService = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: API_SERVICE },
      spec: {
        group: GROUP,
        version: VERSION,
        service: { namespace, name: 'metrics', port },
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    };
    return [service, apiService];
  }

  public stop(): void {
    this.server.close().closeAllConnections();
  }

  private async answer({ pathname, searchParams }: URL): Promise<unknown> {
    const namespace = /\/namespaces\/([^/]+)\/pods$/.exec(pathname)?.[1];
    if (namespace === undefined) {
      const pods = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] };
      return {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: `${GROUP}/${VERSION}`,
        resources: [pods],
      };
    }
    const selector = `--selector=${searchParams.get('labelSelector') ?? ''}`;
    const { items } = await this.kubectl.get(`--namespace=${namespace}`, 'pods', selector);
    return {
      kind: 'PodMetricsList',
      apiVersion: `${GROUP}/${VERSION}`,
      metadata: {},
      items: (items as any[]).map(({ metadata: { name }, spec }) => ({
        metadata: { name, namespace },
        timestamp: new Date().toISOString(),
        window: '1s',
        containers: spec.containers.map(({ name: container, resources: { requests } }: any) => ({
          name: container,
          usage: { cpu: `${Math.round(parseQuantity(requests.cpu)! * this.load * 1000)}m`, memory: requests.memory },
        })),
      })),
    };
  }
}

/** A certificate that nobody checks. */
function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'metrics-api-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const args = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '1'];
  execFileSync('openssl', ['req', ...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
}
