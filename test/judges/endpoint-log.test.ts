import { createHash } from 'node:crypto';
import { ApiAuth, Jwks, ModelApi, ModelRuntime, ModelSource, Peer, SecretSource } from '../../lib';
import { apiKeyFile } from '../../lib/core/api-key-file';
import { basicAuthFile } from '../../lib/core/basic-auth-file';
import { chartIn } from '../support';
import { envoyProgram } from './envoy/program';
import { RunningProxy, type World } from './envoy/proxy';
import { DecidingServer, EchoServer } from './envoy/servers';
import { Issuer } from './envoy/tokens';
import { describeJudged } from './judge';
import { until } from './mlflow/servers';

jest.setTimeout(60_000);

const found = envoyProgram();

/** What must stand in no line: each secret of these requests holds it. */
const SECRET = 'hidden0123456789hidden0123456789';
const WRONG = 'wrong0123456789wrong0123456789ab';
const BODY = JSON.stringify({ patient: SECRET });
const credentials = SecretSource.existing('credentials');
const issuer = new Issuer('first');
const token = issuer.token();
const encoded = (secret: string) => Buffer.from(`web:${secret}`).toString('base64');

/** Ways to show who one is, rightly and wrongly, with the files that they need. */
const WAYS: Readonly<Record<string, readonly [ApiAuth, World['files'], right: Headers, wrong: Headers]>> = {
  keys: [
    ApiAuth.apiKeys(credentials),
    { credentials: { 'clients.yaml': apiKeyFile([{ client: 'web', key: SECRET }]) } },
    { 'x-api-key': SECRET },
    { 'x-api-key': WRONG },
  ],
  passwords: [
    ApiAuth.basic(credentials),
    {
      credentials: {
        'users.yaml': basicAuthFile([`web:{SHA}${createHash('sha1').update(SECRET).digest('base64')}`]),
      },
    },
    { authorization: `Basic ${encoded(SECRET)}` },
    { authorization: `Basic ${encoded(WRONG)}` },
  ],
  tokens: [
    ApiAuth.jwt({ issuer: 'https://issuer.example.com', audiences: ['churn'], jwks: Jwks.inline(issuer.jwks) }),
    {},
    { authorization: `Bearer ${token}` },
    { authorization: `Bearer ${token.slice(0, -9)}${WRONG}` },
  ],
  'a service': [
    ApiAuth.external({
      url: 'http://decider.access.svc:8080',
      peer: Peer.pods({ namespace: 'access', ports: [8080] }),
      headers: ['authorization', 'cookie'],
    }),
    {},
    { authorization: `Bearer ${SECRET}`, cookie: `session=${SECRET}` },
    { authorization: `Bearer ${WRONG}`, cookie: `session=${WRONG}` },
  ],
  nobody: [ApiAuth.none('to see its log'), {}, { authorization: SECRET }, { 'x-api-key': WRONG }],
};
type Headers = Readonly<Record<string, string>>;

const hidden = [SECRET, WRONG, encoded(SECRET), encoded(WRONG), ...token.split('.')];

describeJudged('the access log of an endpoint', 'missing' in found ? found.missing : undefined, () => {
  const echo = new EchoServer();
  const decider = new DecidingServer(({ headers }) =>
    headers.authorization === `Bearer ${SECRET}`
      ? { status: 200, headers: { 'x-client-name': 'web' } }
      : { status: 401, body: WRONG },
  );
  const proxies = new Map<string, RunningProxy>();
  afterAll(async () => {
    await Promise.all([...proxies.values()].map(proxy => proxy.stop()));
    [echo, decider].forEach(server => server.stop());
  });

  async function start(way: string): Promise<RunningProxy> {
    const [auth, files] = WAYS[way]!;
    const chart = chartIn('fraud');
    new ModelApi(chart, 'churn', {
      model: { name: 'churn', version: 7 },
      runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' }),
      source: ModelSource.image(),
      limits: { requestSize: '1Ki' },
      auth,
    });
    const servers = { '127.0.0.1:8080': echo.port, 'decider.access.svc:8080': decider.port };
    const proxy = new RunningProxy((found as { program: string }).program, chart, { files, servers });
    proxies.set(way, proxy);
    await proxy.start();
    return proxy;
  }
  const linesOf = ({ log }: RunningProxy): any[] =>
    log
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line));

  async function call(way: string): Promise<void> {
    const proxy = await start(way);
    const [, , right, wrong] = WAYS[way]!;
    for (const headers of [right, wrong]) {
      const asking = { method: 'POST', path: `/invocations?key=${SECRET}&q=${WRONG}`, body: BODY };
      await proxy.ask({ ...asking, headers });
      await proxy.ask({ ...asking, headers: { ...headers, referer: SECRET, 'user-agent': SECRET } });
      await proxy.ask({ ...asking, headers: { ...headers, 'x-client-name': SECRET, 'x-forwarded-for': SECRET } });
      await proxy.ask({ ...asking, headers, body: SECRET.repeat(100) });
      await proxy.ask({ ...asking, headers, path: `/x%2fy?key=${SECRET}` });
    }
    const credential = Object.entries(right).map(([name, value]) => `${name}: ${value}\r\n`);
    const raw = [
      `GET http://web:${SECRET}@model/x?key=${SECRET} HTTP/1.1\r\nHost: model\r\n${credential.join('')}\r\n`,
      `GET /x HTTP/1.1\r\nHost: web:${SECRET}@model\r\n${credential.join('')}\r\n`,
      `POST /x HTTP/1.1\r\nHost: model\r\n${credential.join('')}Content-Length: 9, 9\r\n\r\n${SECRET}`,
    ];
    for (const request of raw) {
      await proxy.raw(request, 300);
    }
    // Envoy writes its log every ten seconds.
    const last = ({ path, method }: any) => path === '/x' && method === 'GET';
    await until('all are logged', () => linesOf(proxy).filter(last).length === 2, 30);
  }

  // All at once, since each waits for its log.
  beforeAll(async () => {
    await Promise.all([echo.start(), decider.start()]);
    await Promise.all(Object.keys(WAYS).map(call));
  });

  it.each(Object.keys(WAYS))('tells who called what, and no secret, with %s', way => {
    const proxy = proxies.get(way)!;
    const [first] = linesOf(proxy);
    expect(first).toMatchObject({ method: 'POST', path: '/invocations', status: 200, received: BODY.length });
    expect(first.client).toBe(way === 'nobody' ? null : 'web');
    expect(hidden.filter(secret => proxy.log.includes(secret))).toEqual([]);
  });
});
