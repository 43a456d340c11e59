import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiAuth, Jwks, ModelApi, ModelRuntime, ModelSource, Peer, SecretSource } from '../../lib';
import { workloadAlerts, type Alerted } from '../../lib/core/alert-rules';
import { apiKeyFile } from '../../lib/core/api-key-file';
import { basicAuthFile } from '../../lib/core/basic-auth-file';
import { dashboard } from '../../lib/core/dashboard';
import { chartIn } from '../support';
import { envoyProgram } from './envoy/program';
import { ask, RunningProxy, type World } from './envoy/proxy';
import { DecidingServer, EchoServer } from './envoy/servers';
import { Issuer } from './envoy/tokens';
import { describeJudged } from './judge';
import { until } from './mlflow/servers';

jest.setTimeout(60_000);

const found = envoyProgram();
/** More lines than any proxy shows before its first request, and far fewer than Envoy's own. */
const LINES = 60;
const CLIENTS = ['web', 'batch.nightly', 'system:serviceaccount:shop:checkout'];

const credentials = SecretSource.existing('credentials');
const key = (client: string) => `${client}-key-${'0123456789'.repeat(3)}`;
const keyFile = { 'clients.yaml': apiKeyFile([...CLIENTS, 'stranger'].map(client => ({ client, key: key(client) }))) };
const hash = createHash('sha1').update('password').digest('base64');
const issuer = new Issuer('first');
const jwks = { issuer: 'https://issuer.example.com', audiences: ['churn'] };

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a server says of itself in the form of Prometheus. */
const samplesOf = (text: string): Sample[] =>
  [...text.matchAll(/^([a-z_:]\w*)\{(.*)\} (\S+)$/gim)].map(([, name, labels, value]) => ({
    name: name!,
    labels: Object.fromEntries([...labels!.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text])),
    value: Number(value),
  }));
const family = (name: string) => name.replace(/_(bucket|sum|count)$/, '');

/** Metrics and their labels as the page has them. */
const documented: Readonly<Record<string, string[]>> = Object.fromEntries(
  [
    ...readFileSync(join(__dirname, '../../docs/monitoring.md'), 'utf8').matchAll(/^\| `(envoy_\w+)` \| (.*?) \|/gm),
  ].map(([, name, labels]) => [name, [...labels!.matchAll(/`(\w+)/g)].map(([, label]) => label!).sort()]),
);

describeJudged('the metrics of an endpoint', 'missing' in found ? found.missing : undefined, () => {
  const echo = new EchoServer();
  const decider = new DecidingServer(() => ({ status: 403 }));
  const proxies: RunningProxy[] = [];
  const seen = new Map<string, Set<string>>();
  beforeAll(() => Promise.all([echo.start(), decider.start()]));
  afterEach(() => Promise.all(proxies.splice(0).map(proxy => proxy.stop())));
  afterAll(() => [echo, decider].forEach(server => server.stop()));

  async function start(auth: ApiAuth, files: World['files'], metrics?: { path: string; port?: number }) {
    const chart = chartIn('fraud');
    new ModelApi(chart, 'churn', {
      model: { name: 'churn', version: 7 },
      runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0', metrics }),
      source: ModelSource.image(),
      limits: { concurrency: 1, timeoutSeconds: 1, rate: { perSecond: 100 } },
      auth,
    });
    const servers = {
      '127.0.0.1:8080': echo.port,
      '127.0.0.1:9090': echo.port,
      'decider.access.svc:8080': decider.port,
    };
    const proxy = new RunningProxy((found as { program: string }).program, chart, { files, servers });
    proxies.push(proxy);
    await proxy.start();
    return proxy;
  }
  const byKeys = (metrics?: { path: string; port?: number }) =>
    start(ApiAuth.apiKeys(credentials, { clients: CLIENTS }), { credentials: keyFile }, metrics);

  async function told(proxy: RunningProxy): Promise<{ text: string; samples: Sample[] }> {
    const { body } = await ask(proxy.statusPort, { path: '/metrics' });
    const samples = samplesOf(body);
    for (const { name, labels } of samples) {
      const labelsSeen = seen.get(family(name)) ?? new Set();
      Object.keys(labels).forEach(label => labelsSeen.add(label));
      seen.set(family(name), labelsSeen);
    }
    return { text: body, samples };
  }
  const value = (samples: Sample[], name: string, labels: Record<string, string> = {}): number =>
    samples
      .filter(sample => sample.name === name)
      .filter(sample => Object.entries(labels).every(([label, text]) => sample.labels[label] === text))
      .reduce((sum, sample) => sum + sample.value, 0);
  const as = (client: string, path = '/') => ({ path, headers: { 'x-api-key': key(client) } });

  it('are few', async () => {
    const { text } = await told(await byKeys());
    expect(text.split('\n').length).toBeLessThan(LINES);
  });

  it('count requests by status, by client, and those that were refused', async () => {
    const proxy = await byKeys();
    for (const client of [...CLIENTS, 'web', 'stranger', 'nobody']) {
      await proxy.ask(as(client));
    }
    expect((await proxy.ask(as('web', '/?wait=1500'))).status).toBe(504);
    const { samples } = await told(proxy);
    const classes = (name: string, labels = {}) =>
      ['2', '4', '5'].map(digit => value(samples, name, { ...labels, envoy_response_code_class: digit }));
    expect(classes('envoy_http_downstream_rq_xx', { envoy_http_conn_manager_prefix: 'api' })).toEqual([4, 2, 1]);
    expect(classes('envoy_cluster_upstream_rq_xx', { envoy_cluster_name: 'model' })).toEqual([4, 0, 1]);
    expect([...CLIENTS, 'stranger'].map(client => classes('envoy_vhost_vcluster_upstream_rq_xx', { client }))).toEqual([
      [2, 0, 1],
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expect(value(samples, 'envoy_http_api_key_auth_unauthorized')).toBe(1);
    expect(value(samples, 'envoy_http_rbac_denied')).toBe(1);
    expect(value(samples, 'envoy_cluster_upstream_rq_timeout')).toBe(1);
  });

  it('measure how long the model takes, in milliseconds', async () => {
    const proxy = await byKeys();
    await proxy.ask(as('web', '/?wait=300'));
    const bucket = async (le: string) =>
      value((await told(proxy)).samples, 'envoy_cluster_upstream_rq_time_bucket', { le });
    await until('it is in the histogram', async () => (await bucket('+Inf')) === 1, 15);
    expect([await bucket('250'), await bucket('500')]).toEqual([0, 1]);
  });

  it('count what is more than the model takes on, and who calls too often', async () => {
    const proxy = await byKeys();
    const many = (amount: number, path: string) =>
      Promise.all(Array.from({ length: amount }, async () => (await proxy.ask(as('web', path))).status));
    const answers = [...(await many(8, '/?wait=300')), ...(await many(200, '/'))];
    const [busy, often] = [503, 429].map(wanted => answers.filter(status => status === wanted).length) as [
      number,
      number,
    ];
    expect([busy > 0, often > 0]).toEqual([true, true]);
    const { samples } = await told(proxy);
    expect(value(samples, 'envoy_http_adaptive_concurrency_gradient_controller_rq_blocked')).toBe(busy);
    expect(value(samples, 'envoy_http_local_rate_limit_rate_limited')).toBe(often);
  });

  it('count files of keys that could not be read', async () => {
    const proxy = await byKeys();
    const reads = async () => {
      const { samples } = await told(proxy);
      const outcome = (name: string) =>
        value(samples, `envoy_extension_config_discovery_http_filter_config_${name}`, { filter: 'api-keys' });
      return [outcome('reload'), outcome('fail')];
    };
    expect(await reads()).toEqual([1, 0]);
    proxy.swap('credentials', { 'clients.yaml': 'resources: [' });
    await until('it was read', async () => (await reads())[1] === 1, 5);
    expect((await proxy.ask(as('web'))).status).toBe(200);
  });

  it('have a counter for each other way of refusing callers', async () => {
    const users = { 'users.yaml': basicAuthFile([`web:{SHA}${hash}`]) };
    const ways: readonly [ApiAuth, World['files'], string][] = [
      [ApiAuth.basic(credentials), { credentials: users }, 'envoy_http_basic_auth_denied'],
      [ApiAuth.jwt({ ...jwks, jwks: Jwks.inline(issuer.jwks) }), {}, 'envoy_http_jwt_authn_denied'],
      [
        ApiAuth.external({
          url: 'http://decider.access.svc:8080',
          peer: Peer.pods({ namespace: 'access', ports: [8080] }),
        }),
        {},
        'envoy_http_ext_authz_denied',
      ],
    ];
    for (const [auth, files, name] of ways) {
      const proxy = await start(auth, files);
      await proxy.ask({ headers: { authorization: 'Bearer of-nothing' } });
      expect([name, value((await told(proxy)).samples, name)]).toEqual([name, 1]);
    }
  });

  it('count key sets that could not be read', async () => {
    const proxy = await start(ApiAuth.jwt({ ...jwks, jwks: Jwks.secret(credentials) }), {
      credentials: { 'jwks.json': '{}' },
    });
    const failed = async () => value((await told(proxy)).samples, 'envoy_http_jwt_authn_jwks_fetch_failed');
    await until('it was tried', async () => (await failed()) > 0, 15);
  });

  it('come with those of the model, which callers cannot see', async () => {
    for (const metrics of [{ path: '/own/metrics' }, { path: '/own/metrics', port: 9090 }]) {
      const proxy = await byKeys(metrics);
      const before = (await told(proxy)).samples;
      const { status, body } = await ask(proxy.statusPort, { path: '/model/metrics' });
      expect([status, JSON.parse(body).url]).toEqual([200, '/own/metrics']);
      const counted = (samples: Sample[]) => value(samples, 'envoy_cluster_upstream_rq_xx');
      expect(counted((await told(proxy)).samples)).toBe(counted(before));
      await proxy.stop();
    }
    const shared = await byKeys({ path: '/own/metrics' });
    expect((await shared.ask(as('web', '/own/metrics'))).status).toBe(404);
  });

  it('lead to no other path of the model', async () => {
    const proxy = await byKeys({ path: '/own/metrics' });
    for (const path of ['/', '/model/metrics/', '/model/metrics/../x', '/model', '/stats', '/config_dump']) {
      expect([path, (await ask(proxy.statusPort, { path })).status]).toEqual([path, 404]);
    }
  });

  // Behind all others, which fill what was seen.
  it('are those of the page, with these labels', () => {
    const shown = Object.fromEntries(
      [...seen].map(([name, labels]) => [name, [...labels].filter(label => label !== 'le').sort()]),
    );
    expect(shown).toEqual(documented);
  });

  it('are all that alerts and panels ask for', () => {
    const alerted: Alerted = { namespace: 'fraud', name: 'churn', kind: 'Deployment', owner: 'churn', proxied: true };
    const rules = workloadAlerts(alerted, { latencySeconds: 1, errorPercent: 5 });
    const asked = JSON.stringify([rules, dashboard('uid', 'title', 'fraud', [alerted])]).matchAll(/(envoy_\w+)\{/g);
    const names = new Set([...asked].map(([, name]) => family(name!)));
    expect(names.size).toBeGreaterThan(8);
    expect([...names].filter(name => !(name in documented))).toEqual([]);
  });
});
