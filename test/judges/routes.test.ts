import { request } from 'node:http';
import { connect } from 'node:tls';
import { App, type Chart } from 'cdk8s';
import type { Service } from 'kubernetes-types/core/v1';
import { Exposure, HttpsGateway, KubeObject, ModelApi, ModelRuntime, Peer, SecretSource, Workload } from '../../lib';
import { chartIn } from '../support';
import { envoyProgram } from './envoy/program';
import { describeJudged, isInstalled } from './judge';
import { certificateFor, RunningGateway, tlsSecret, translate, type Translation } from './routes/gateway';
import { FakeModel } from './routes/model';

jest.setTimeout(180_000);

const missing = ['egctl', 'openssl'].find(program => !isInstalled(program));
const envoy = missing === undefined ? envoyProgram() : { missing: `${missing} is not on the PATH` };
const program = 'program' in envoy ? envoy.program : '';

const REQUESTS = 20_000;
const pair = missing === undefined ? certificateFor('example.com') : { certificate: '', key: '' };
const secret = (namespace: string) => tlsSecret('wildcard', namespace, pair);
const peer = Peer.pods({ namespace: 'gateway' });

/** A Gateway of ours, with its certificate in another namespace, for routes of the namespaces named. */
function gatewayFor(...routesFrom: string[]): HttpsGateway {
  return new HttpsGateway(chartIn('gateway'), 'edge', {
    className: 'envoy',
    host: '*.example.com',
    certificate: SecretSource.existing('wildcard'),
    certificateNamespace: 'certificates',
    routesFrom: routesFrom.length > 0 ? routesFrom : undefined,
  });
}
const chartOf = ({ node }: HttpsGateway): Chart => node.scope as Chart;

/** A model at each of the addresses. */
function models(
  gateway: HttpsGateway,
  addresses: Readonly<Record<string, { host: string; path?: string; rewrite?: string }>>,
) {
  const chart = chartIn('fraud', new App());
  for (const [id, address] of Object.entries(addresses)) {
    new ModelApi(chart, id, {
      model: { name: id, version: 1 },
      runtime: ModelRuntime.container({ image: 'registry.example.com/model:1.0.0' }),
      limits: { timeoutSeconds: 1 },
      exposure: Exposure.gateway({ gateway, peer, ...address }),
    });
  }
  return chart;
}

/** Two versions that share requests out, and one that gets copies of them. */
function versions(gateway: HttpsGateway, canary: number) {
  const chart = chartIn('fraud', new App());
  const service = (name: string) => {
    const workload = new Workload(chart, name, { program: 'model-api', ports: [10000] });
    new KubeObject<Service>(chart, `service-${name}`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: workload.selector, ports: [{ name: 'http', port: 80, targetPort: 10000, protocol: 'TCP' }] },
    });
    return { service: name, port: 80, workload };
  };
  Exposure.gateway({ gateway, host: 'churn.example.com', peer }).connect({
    scope: chart,
    name: 'churn',
    labels: {},
    backends: [
      { ...service('stable'), weight: 100 - canary },
      { ...service('canary'), weight: canary },
    ],
    mirror: service('shadow'),
    timeoutSeconds: 60,
    probePorts: [],
  });
  return chart;
}

describeJudged('routes of the Gateway API in Envoy', 'missing' in envoy ? envoy.missing : undefined, () => {
  const started: { stop(): void | Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map(one => one.stop()));
  });

  async function run(translation: Translation, servers: Readonly<Record<string, FakeModel>>): Promise<RunningGateway> {
    const ports: Record<string, number> = {};
    for (const [name, server] of Object.entries(servers)) {
      started.push(await server.start());
      ports[name] = server.port;
    }
    const running = new RunningGateway(translation, ports, pair);
    started.push(running);
    await running.start(program);
    return running;
  }

  /** The gateway with a model at each of the addresses. */
  async function serving(addresses: Parameters<typeof models>[1], answers = 200): Promise<RunningGateway> {
    const gateway = gatewayFor('fraud');
    const translation = translate([chartOf(gateway), models(gateway, addresses)], [secret('certificates')]);
    const fakes = Object.keys(addresses).map(name => [name, new FakeModel(name, answers)]);
    return run(translation, Object.fromEntries(fakes));
  }

  /** Sends many requests; returns how many of each answer there were. */
  async function load(gateway: RunningGateway, amount: number): Promise<Record<string, number>> {
    const answers: Record<string, number> = {};
    let left = amount;
    const client = async (): Promise<void> => {
      while (left-- > 0) {
        const { status, body } = await gateway.ask('churn.example.com');
        const answer = `${status} ${body}`;
        answers[answer] = (answers[answer] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: 32 }, client));
    return answers;
  }

  it('lead each host to its own model, and no other host to any', async () => {
    const gateway = await serving({ churn: { host: 'churn.example.com' }, ranking: { host: 'ranking.example.com' } });
    expect(await gateway.ask('churn.example.com', '/invocations')).toEqual({ status: 200, body: 'churn /invocations' });
    expect(await gateway.ask('Ranking.example.com', '/?a=b')).toEqual({ status: 200, body: 'ranking /?a=b' });
    expect(await gateway.ask('other.example.com')).toMatchObject({ status: 404 });
  });

  it('are served over TLS alone, with the certificate of the Secret', async () => {
    const gateway = await serving({ churn: { host: 'churn.example.com' } });
    const port = gateway.portOf('https');
    const plain = new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, headers: { host: 'churn.example.com' } }, resolve)
        .on('error', reject)
        .end();
    });
    await expect(plain).rejects.toThrow();
    const foreign = new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, servername: 'churn.example.net', ca: pair.certificate });
      socket.once('error', reject).once('secureConnect', resolve);
    });
    await expect(foreign).rejects.toThrow();
  });

  it('lead paths of one host to several models', async () => {
    const host = 'ml.example.com';
    const gateway = await serving({
      churn: { host, path: '/v1/models/churn' },
      'churn-2': { host, path: '/v1/models/churn-2' },
      knn: { host, path: '/score/knn', rewrite: '/score/knn' },
      forest: { host, path: '/score/forest', rewrite: '/invocations' },
      rest: { host },
    });
    const answers: Record<string, string> = {
      '/v1/models/churn/invocations?x=1': 'churn /invocations?x=1',
      '/v1/models/churn': 'churn /',
      '/v1/models/churn/': 'churn /',
      '/v1/models/churn-2/invocations': 'churn-2 /invocations',
      '/v1/models/churnx': 'rest /v1/models/churnx',
      '/v1/models/churn/../churn-2/a': 'churn-2 /a',
      '/v1/models/churn/%2e%2e/churn-2/a': 'churn-2 /a',
      '//v1//models/churn//a': 'churn /a',
      '/score/knn': 'knn /score/knn',
      '/score/forest': 'forest /invocations',
      '/score/forest/a': 'forest /invocations/a',
      '/score': 'rest /score',
      '/': 'rest /',
    };
    const given = await Promise.all(
      Object.keys(answers).map(async path => [path, (await gateway.ask(host, path)).body] as const),
    );
    expect(Object.fromEntries(given)).toEqual(answers);
  });

  it('wait a little longer than the model itself, and no more', async () => {
    const gateway = await serving({ churn: { host: 'churn.example.com' } }, 0);
    const begin = Date.now();
    expect(await gateway.ask('churn.example.com')).toMatchObject({ status: 504 });
    const seconds = (Date.now() - begin) / 1000;
    expect(seconds).toBeGreaterThan(5.9);
    expect(seconds).toBeLessThan(7);
  });

  it(`give a canary 5 % of ${REQUESTS} requests, and the shadow a copy of each`, async () => {
    const gateway = gatewayFor('fraud');
    const translation = translate([chartOf(gateway), versions(gateway, 5)], [secret('certificates')]);
    const shadow = new FakeModel('shadow', 500);
    const fakes = { stable: new FakeModel('stable'), canary: new FakeModel('canary'), shadow };
    const answers = await load(await run(translation, fakes), REQUESTS);
    const canary = ((answers['200 canary /'] ?? 0) / REQUESTS) * 100;
    process.stderr.write(`canary: ${canary.toFixed(2)} % of ${REQUESTS}; the shadow got ${shadow.requests} copies\n`);
    expect(Object.keys(answers).sort()).toEqual(['200 canary /', '200 stable /']);
    expect(canary).toBeGreaterThan(4);
    expect(canary).toBeLessThan(6);
    expect(shadow.requests).toBe(REQUESTS);
  });

  it.each([
    ['is not there', undefined],
    ['never answers', 0],
    ['fails', 503],
  ])('harm nobody when the shadow %s', async (_, status) => {
    const gateway = gatewayFor('fraud');
    const translation = translate([chartOf(gateway), versions(gateway, 50)], [secret('certificates')]);
    const shadow = new FakeModel('shadow', status);
    const running = await run(translation, {
      stable: new FakeModel('stable'),
      canary: new FakeModel('canary'),
      shadow,
    });
    if (status === undefined) {
      shadow.stop();
    }
    const begin = Date.now();
    const { '200 stable /': stable = 0, '200 canary /': canary = 0, ...others } = await load(running, 1000);
    expect(others).toEqual({});
    expect(stable + canary).toBe(1000);
    expect(Date.now() - begin).toBeLessThan(10_000);
  });

  it('do not attach from a namespace that the Gateway does not name', () => {
    const gateway = gatewayFor();
    const { verdicts } = translate(
      [chartOf(gateway), models(gateway, { churn: { host: 'churn.example.com' } })],
      [secret('certificates')],
    );
    expect(verdicts).toEqual({ churn: 'NotAllowedByListeners' });
  });

  it('are not served where nothing grants the certificate', () => {
    const gateway = gatewayFor('fraud');
    const charts = [chartOf(gateway), models(gateway, { churn: { host: 'churn.example.com' } })];
    const https = () => translate(charts, [secret('certificates')]).listeners.filter(({ name }) => /https/.test(name));
    expect(https()).toHaveLength(1);
    expect(https()[0].filterChains[0].transportSocket).toBeDefined();
    gateway.node.tryRemoveChild('grant');
    expect(https()).toEqual([]);
  });

  it("are not served without TLS by somebody else's Gateway that has a listener without", () => {
    const gateway = { name: 'shared', namespace: 'infra', sectionName: 'https' };
    const chart = chartIn('fraud');
    new ModelApi(chart, 'churn', {
      model: { name: 'churn', version: 1 },
      runtime: ModelRuntime.container({ image: 'registry.example.com/model:1.0.0' }),
      exposure: Exposure.gateway({ gateway, host: 'churn.example.com', peer }),
    });
    const listener = { allowedRoutes: { namespaces: { from: 'All' } } };
    const shared = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'shared', namespace: 'infra' },
      spec: {
        gatewayClassName: 'envoy',
        listeners: [
          { ...listener, name: 'http', port: 80, protocol: 'HTTP' },
          {
            ...listener,
            name: 'https',
            port: 443,
            protocol: 'HTTPS',
            tls: { certificateRefs: [{ name: 'wildcard' }] },
          },
        ],
      },
    };
    const { routes, verdicts } = translate([chart], [shared, secret('infra')]);
    const hosts = routes.map(({ name, virtualHosts = [] }) => [name, virtualHosts.flatMap((one: any) => one.domains)]);
    expect(verdicts).toEqual({ churn: 'Accepted' });
    expect(Object.fromEntries(hosts)).toEqual({
      'infra/shared/http': [],
      'infra/shared/https': ['churn.example.com'],
    });
  });
});
