import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chart } from 'cdk8s';
import { freePort, until } from '../mlflow/servers';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const CLASS = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'envoy' },
  spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
};

/** A certificate for everything below a domain, made for one test. */
export function certificateFor(domain: string): { readonly certificate: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    const name = `/CN=${domain}`;
    const names = `subjectAltName=DNS:${domain},DNS:*.${domain}`;
    const out = ['-keyout', 'key.pem', '-out', 'certificate.pem'];
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', name, '-addext', names];
    spawnSync('openssl', [...args, ...out], { cwd: folder });
    const [certificate, key] = ['certificate.pem', 'key.pem'].map(file => readFileSync(join(folder, file), 'utf8'));
    return { certificate: certificate!, key: key! };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A Secret as cert-manager makes it. */
export function tlsSecret(name: string, namespace: string, pair: ReturnType<typeof certificateFor>): object {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const data = { 'tls.crt': base64(pair.certificate), 'tls.key': base64(pair.key) };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'kubernetes.io/tls', data };
}

/** What Envoy Gateway's translator makes of the objects. */
export interface Translation {
  /** Listeners by name. */
  readonly listeners: readonly any[];
  readonly routes: readonly any[];
  readonly clusters: readonly any[];
  readonly endpoints: readonly any[];
  /** Why each route was taken or not: `Accepted`, `NotAllowedByListeners`. */
  readonly verdicts: Readonly<Record<string, string>>;
}

/** Asks Envoy Gateway's own translator, which needs no cluster. */
export function translate(charts: readonly Chart[], others: readonly object[]): Translation {
  const kinds = new Set(['Gateway', 'HTTPRoute', 'ReferenceGrant', 'Service']);
  const objects = charts.flatMap(chart => chart.toJson()).filter(({ kind }) => kinds.has(kind));
  const folder = mkdtempSync(join(tmpdir(), 'translate-'));
  const file = join(folder, 'objects.yaml');
  writeFileSync(file, [CLASS, ...objects.map(readable), ...others].map(one => JSON.stringify(one)).join('\n---\n'));
  const args = ['--from', 'gateway-api', '--to', 'gateway-api,xds', '--type', 'all', '--add-missing-resources'];
  const { status, stdout, stderr } = spawnSync('egctl', ['x', 'translate', ...args, '-f', file, '-o', 'json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  rmSync(folder, { recursive: true });
  if (status !== 0) {
    throw new Error(`egctl: ${stderr}`);
  }
  const { xds = {}, httpRoutes = [] } = JSON.parse(stdout);
  const configs = Object.values<any>(xds).flatMap(({ configs: dumps }) => dumps);
  const all = (list: string): any[] => configs.flatMap(dump => dump[list] ?? []);
  return {
    listeners: all('dynamicListeners').map(({ activeState }) => untyped(activeState.listener)),
    routes: all('dynamicRouteConfigs').map(({ routeConfig }) => untyped(routeConfig)),
    clusters: all('dynamicActiveClusters').map(({ cluster }) => untyped(cluster)),
    endpoints: all('dynamicEndpointConfigs').map(({ endpointConfig }) => untyped(endpointConfig)),
    verdicts: Object.fromEntries(
      httpRoutes.map(({ metadata, status: { parents } }: any) => [
        metadata.name,
        parents[0].conditions.find(({ type }: any) => type === 'Accepted').reason,
      ]),
    ),
  };
}

/** As a bootstrap has it, where the place tells the type. */
const untyped = ({ '@type': _, ...fields }: any): any => fields;

/** The translator forgets the labels of namespaces when it reads a file, and so would let no selected one in. */
function readable(object: any): any {
  if (object.kind !== 'Gateway') {
    return object;
  }
  const copy = structuredClone(object);
  for (const { allowedRoutes } of copy.spec.listeners) {
    allowedRoutes.namespaces =
      allowedRoutes.namespaces.from === 'Selector' ? { from: 'All' } : allowedRoutes.namespaces;
  }
  return copy;
}

/** The gateway as a process: Envoy with what the translator made, and with every Service on a port of this machine. */
export class RunningGateway {
  private readonly folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  private readonly ports = new Map<string, number>();
  private child: ChildProcess | undefined;
  private log = '';
  private readonly agent: Agent;

  /** @param services ports on which the Services are, by name */
  constructor(
    private readonly translation: Translation,
    private readonly services: Readonly<Record<string, number>>,
    private readonly pair: ReturnType<typeof certificateFor>,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: 32, ca: pair.certificate });
  }

  /** Port of this machine on which a listener of the Gateway is. */
  public portOf(listener: string): number {
    return this.ports.get(listener)!;
  }

  public async start(program: string): Promise<void> {
    const listeners = this.translation.listeners.filter(({ name }) => !/-ready-/.test(name));
    for (const { name } of listeners) {
      this.ports.set(name.split('/').at(-1), await freePort());
    }
    const file = join(this.folder, 'bootstrap.json');
    writeFileSync(file, JSON.stringify(this.bootstrap(listeners)));
    const args = ['-c', file, '--concurrency', '1', '--log-level', 'warning', '--disable-hot-restart'];
    this.child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr!.on('data', data => (this.log += data));
    await until('the gateway answers', async () => {
      if (this.child!.exitCode !== null) {
        throw new Error(`the gateway ended: ${this.log}`);
      }
      return this.ask('unknown.example.com').then(
        () => true,
        () => false,
      );
    });
  }

  /** Asks for a path of a host, over TLS. */
  public ask(host: string, path = '/', port = this.portOf('https')): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, servername: host, headers: { host }, agent: this.agent });
      asked.on('error', reject);
      asked.on('response', response => {
        let body = '';
        response.on('data', data => (body += data));
        response.on('end', () => resolve({ status: response.statusCode!, body }));
      });
      asked.end();
    });
  }

  public async stop(): Promise<void> {
    this.agent.destroy();
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      await new Promise(resolve => {
        child.once('exit', resolve);
        child.kill('SIGKILL');
      });
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The same configuration, without the server that Envoy would ask for it. */
  private bootstrap(listeners: readonly any[]): object {
    return {
      static_resources: {
        listeners: listeners.map(listener => this.listener(listener)),
        clusters: this.translation.clusters.map(cluster => this.cluster(cluster)),
      },
    };
  }

  private listener(listener: any): object {
    const copy = structuredClone(listener);
    const port = this.portOf(copy.name.split('/').at(-1));
    copy.address = { socketAddress: { address: '127.0.0.1', portValue: port } };
    for (const chain of [...(copy.filterChains ?? []), ...(copy.defaultFilterChain ? [copy.defaultFilterChain] : [])]) {
      const { typedConfig } = chain.filters[0];
      const name = typedConfig.rds.routeConfigName;
      delete typedConfig.rds;
      typedConfig.routeConfig = this.translation.routes.find(route => route.name === name);
      const tls = chain.transportSocket?.typedConfig.commonTlsContext;
      if (tls) {
        delete tls.tlsCertificateSdsSecretConfigs;
        tls.tlsCertificates = [
          { certificateChain: { inlineString: this.pair.certificate }, privateKey: { inlineString: this.pair.key } },
        ];
      }
    }
    return copy;
  }

  private cluster({ edsClusterConfig, ...cluster }: any): object {
    const known = this.translation.endpoints.find(({ clusterName }) => clusterName === edsClusterConfig.serviceName);
    const loadAssignment = structuredClone(known);
    for (const { lbEndpoints, metadata } of loadAssignment.endpoints) {
      const [{ name }] = metadata.filterMetadata['envoy-gateway'].resources;
      const address = { socketAddress: { address: '127.0.0.1', portValue: this.services[name] } };
      lbEndpoints.forEach((endpoint: any) => (endpoint.endpoint.address = address));
    }
    return { ...cluster, type: 'STATIC', loadAssignment };
  }
}
