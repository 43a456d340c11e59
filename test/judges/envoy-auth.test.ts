import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import {
  ApiAuth,
  Jwks,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  SecretSource,
  type ExternalAuthProps,
  type JwtProps,
  type ModelApiProps,
} from '../../lib';
import { apiKeyFile } from '../../lib/core/api-key-file';
import { basicAuthFile } from '../../lib/core/basic-auth-file';
import { IDENTITY_HEADERS } from '../../lib/core/identity-headers';
import { chartIn } from '../support';
import { privateSpellings, SMUGGLED, SPOOFED } from './envoy/attacks';
import { envoyProgram } from './envoy/program';
import { ask, RunningProxy, type World } from './envoy/proxy';
import { DecidingServer, EchoServer, valuesOf, type Decision, type Seen } from './envoy/servers';
import { Issuer } from './envoy/tokens';
import { describeJudged } from './judge';
import { until } from './mlflow/servers';

jest.setTimeout(60_000);

const found = envoyProgram();

/** A pod of an API whose model is the echo server. */
function proxyOf(auth: ApiAuth, world: World, props: Partial<ModelApiProps> = {}): RunningProxy {
  const chart = chartIn('fraud');
  new ModelApi(chart, 'churn', {
    model: { name: 'churn', version: 7 },
    runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' }),
    source: ModelSource.image(),
    auth,
    ...props,
  });
  return new RunningProxy((found as { program: string }).program, chart, world);
}

const clients = SecretSource.existing('churn-clients');
const key = (client: string) => createHash('sha256').update(client).digest('hex');
const keyFile = (...names: string[]) => ({
  'clients.yaml': apiKeyFile(names.map(name => ({ key: key(name), client: name.replace(/-\d$/, '') }))),
});
const password = (user: string) => `${key(user)}:with a colon`;
const userFile = (...users: string[]) => ({
  'users.yaml': basicAuthFile(
    users.map(user => `${user}:{SHA}${createHash('sha1').update(password(user)).digest('base64')}`),
  ),
});
const basic = (user: string, secret: string) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const issuer = new Issuer('first');
const successor = new Issuer('second');
const stranger = new Issuer('first');
const otherIssuer = new Issuer('first', 'https://other.example.com');
const jwt = (jwks: Jwks, props: Partial<JwtProps> = {}) =>
  ApiAuth.jwt({ issuer: 'https://issuer.example.com', audiences: ['churn'], jwks, ...props });

const seenBy = (body: string): Seen => JSON.parse(body) as Seen;
const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

describeJudged('Envoy before a model', 'missing' in found ? found.missing : undefined, () => {
  const echo = new EchoServer();
  const proxies: RunningProxy[] = [];
  beforeAll(() => echo.start());
  afterEach(async () => {
    await Promise.all(proxies.splice(0).map(proxy => proxy.stop()));
    echo.seen.length = 0;
  });
  afterAll(() => echo.stop());

  const world = (files: World['files'] = {}, servers: World['servers'] = {}): World => ({
    files,
    servers: { '127.0.0.1:8080': echo.port, ...servers },
  });
  async function start(auth: ApiAuth, files?: World['files'], servers?: World['servers']): Promise<RunningProxy> {
    const proxy = proxyOf(auth, world(files, servers));
    proxies.push(proxy);
    await proxy.start();
    return proxy;
  }

  /** How many files of credentials it has refused. */
  async function refusals(proxy: RunningProxy): Promise<number> {
    const { body } = await ask(proxy.statusPort, { path: '/metrics' });
    return Number(/^envoy_extension_config_discovery_http_filter_config_fail\{.*\} (\d+)$/m.exec(body)?.[1] ?? 0);
  }

  /** Expects that these get in and are known by a name, and that the model sees no credential of theirs. */
  async function expectNamed(proxy: RunningProxy, given: Record<string, string>, name: string): Promise<void> {
    const { status, body } = await proxy.ask({ headers: given });
    expect({ status, body }).toMatchObject({ status: 200 });
    const seen = seenBy(body);
    expect(valuesOf(seen, 'x-client-name')).toEqual([name]);
    Object.keys(given).forEach(header => expect([header, valuesOf(seen, header)]).toEqual([header, []]));
  }

  /** Expects that none of these gets in, and that the model never hears of it. */
  async function expectRefused(
    proxy: RunningProxy,
    wrong: Readonly<Record<string, readonly [status: number, headers: Record<string, string>, path?: string]>>,
  ): Promise<void> {
    const before = echo.seen.length;
    for (const [what, [status, headers, path]] of Object.entries(wrong)) {
      expect([what, (await proxy.ask({ headers, path })).status]).toEqual([what, status]);
    }
    expect(echo.seen.slice(before)).toEqual([]);
  }

  describe.each<readonly [string, () => ApiAuth, () => World['files'], () => Record<string, string>]>([
    [
      'keys',
      () => ApiAuth.apiKeys(clients),
      () => ({ 'churn-clients': keyFile('web') }),
      () => ({ 'x-api-key': key('web') }),
    ],
    [
      'passwords',
      () => ApiAuth.basic(clients),
      () => ({ 'churn-clients': userFile('web') }),
      () => ({ authorization: basic('web', password('web')) }),
    ],
    ['tokens', () => jwt(Jwks.inline(issuer.jwks)), () => ({}), () => bearer(issuer.token())],
    [
      'tokens and a key set in a file',
      () => jwt(Jwks.secret(clients)),
      () => ({ 'churn-clients': { 'jwks.json': issuer.jwks } }),
      () => bearer(issuer.token()),
    ],
  ])('that checks %s', (_, auth, files, headers) => {
    const lines = () =>
      Object.entries(headers())
        .map(([name, value]) => `${name}: ${value}`)
        .join('\r\n');

    it('finds its configuration valid', () => {
      const proxy = proxyOf(auth(), world(files()));
      proxies.push(proxy);
      expect(proxy.validate()).toMatchObject({ status: 0, output: expect.stringContaining('OK') });
    });

    it('tells the model no other name than the caller’s', async () => {
      const proxy = await start(auth(), files());
      await until('keys are there', async () => (await proxy.ask({ headers: headers() })).status === 200, 5);
      for (const [how, line] of Object.entries(SPOOFED)) {
        echo.seen.length = 0;
        const answer = await proxy.raw(`GET /score HTTP/1.1\r\nHost: a\r\n${lines()}\r\n${line}\r\n\r\n`, 300);
        expect([how, answer.slice(0, 12)]).toEqual([how, expect.stringMatching(/^HTTP\/1.1 (200|400)/)]);
        expect([how, echo.seen.length]).toEqual([how, answer.startsWith('HTTP/1.1 200') ? 1 : 0]);
        for (const seen of echo.seen) {
          expect([how, valuesOf(seen, 'x-client-name')]).toEqual([how, ['web']]);
          IDENTITY_HEADERS.slice(1).forEach(name => expect([how, name, valuesOf(seen, name)]).toEqual([how, name, []]));
          expectNoAdmin(how, seen);
        }
      }
    });

    it('lets nobody in by a name without credentials', async () => {
      const proxy = await start(auth(), files());
      for (const [how, line] of Object.entries(SPOOFED)) {
        const answer = await proxy.raw(`GET /score HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`, 200);
        expect([how, answer.slice(0, 12)]).toEqual([how, expect.stringMatching(/^HTTP\/1.1 (40[013])/)]);
      }
      expect(echo.seen).toEqual([]);
    });
  });

  describe('that checks keys', () => {
    it('lets in who has one, and tells the model the name but not the key', async () => {
      const proxy = await start(ApiAuth.apiKeys(clients), { 'churn-clients': keyFile('web', 'web-2', 'batch') });
      await expectNamed(proxy, { 'x-api-key': key('web') }, 'web');
      await expectNamed(proxy, { 'x-api-key': key('web-2') }, 'web');
      await expectNamed(proxy, { 'X-API-Key': key('batch') }, 'batch');
      await expectRefused(proxy, {
        none: [401, {}],
        empty: [401, { 'x-api-key': '' }],
        wrong: [401, { 'x-api-key': 'wrong' }],
        'of another API': [401, { 'x-api-key': key('of-another-team') }],
        'shortened by one letter': [401, { 'x-api-key': key('web').slice(0, -1) }],
        'in capitals': [401, { 'x-api-key': key('web').toUpperCase() }],
        'the name of a client': [401, { 'x-api-key': 'web' }],
        'two in a list': [401, { 'x-api-key': `${key('web')}, ${key('batch')}` }],
        'in the query': [401, {}, `/?x-api-key=${key('web')}`],
        'as a token': [401, bearer(key('web'))],
        'as a cookie': [401, { cookie: `x-api-key=${key('web')}` }],
      });
    });

    it('lets in nobody but the clients of the declaration', async () => {
      const auth = ApiAuth.apiKeys(clients, { clients: ['web'] });
      const proxy = await start(auth, { 'churn-clients': keyFile('web', 'batch', 'web.other') });
      await expectNamed(proxy, { 'x-api-key': key('web') }, 'web');
      await expectRefused(proxy, {
        'of another client': [403, { 'x-api-key': key('batch') }],
        'of one whose name begins alike': [403, { 'x-api-key': key('web.other') }],
      });
    });

    it('takes old and new key until the old one is gone, and fails no request meanwhile', async () => {
      const proxy = await start(ApiAuth.apiKeys(clients), { 'churn-clients': keyFile('web', 'batch') });
      const status = async (name: string) => (await proxy.ask({ headers: { 'x-api-key': key(name) } })).status;
      expect([await status('web'), await status('web-2')]).toEqual([200, 401]);

      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const kept: number[] = [];
      let running = true;
      const load = (async () => {
        while (running) {
          kept.push((await proxy.ask({ headers: { 'x-api-key': key('batch') }, agent })).status);
        }
      })();
      const slow = proxy.ask({ headers: { 'x-api-key': key('web') }, path: '/?wait=2500' });

      proxy.swap('churn-clients', keyFile('web', 'web-2', 'batch'));
      await until('the new key works', async () => (await status('web-2')) === 200, 5);
      expect(await status('web')).toBe(200);

      const removedAt = Date.now();
      proxy.swap('churn-clients', keyFile('web-2', 'batch'));
      await until('the old key is refused', async () => (await status('web')) === 401, 5);
      process.stdout.write(`a removed key is refused after ${Date.now() - removedAt} ms\n`);
      expect(await status('web-2')).toBe(200);
      expect((await slow).status).toBe(200);

      proxy.swap('churn-clients', { 'clients.yaml': 'resources: [broken' });
      await new Promise(resolve => setTimeout(resolve, 1500));
      expect([await status('web-2'), await status('web')]).toEqual([200, 401]);
      running = false;
      await load;
      agent.destroy();
      process.stdout.write(`${kept.length} requests during the rotation\n`);
      expect(kept.length).toBeGreaterThan(100);
      expect(kept.filter(answer => answer !== 200)).toEqual([]);

      proxy.swap('churn-clients', keyFile('web-3'));
      await until('a good file is read again', async () => (await status('web-3')) === 200, 5);
    });

    it('refuses everybody when the last key is gone', async () => {
      const proxy = await start(ApiAuth.apiKeys(clients), { 'churn-clients': keyFile('web') });
      const status = async () => (await proxy.ask({ headers: { 'x-api-key': key('web') } })).status;
      expect(await status()).toBe(200);
      proxy.swap('churn-clients', keyFile());
      await until('the key is refused', async () => (await status()) === 401, 5);
    });

    it('refuses everybody while there is no file, or none that it understands', async () => {
      const proxy = await start(ApiAuth.apiKeys(clients), {
        'churn-clients': { 'clients.yaml': 'resources: [broken' },
      });
      const right = { 'x-api-key': key('web') };
      await expectRefused(proxy, { right: [500, right], none: [500, {}] });
      proxy.swap('churn-clients', keyFile('web'));
      await until('the file is read', async () => (await proxy.ask({ headers: right })).status === 200, 5);
      await expect(start(ApiAuth.apiKeys(clients))).rejects.toThrow('does not exist');
    });

    it('writes no key of a file that it refuses, at the start or later, and counts it', async () => {
      const good = keyFile('web')['clients.yaml'];
      const entry = `        - key: ${key('web')}`;
      const broken = {
        'a key twice': good.replace(entry, `${entry}\n          client: other\n${entry}`),
        'an entry without a client': good.replace('          client: web\n', ''),
        'a key alone': key('web'),
        'a list of keys': `resources: [${key('web')}]`,
        'no YAML': `resources: [${key('web')}`,
      };
      for (const [what, text] of Object.entries(broken)) {
        expect([what, text === good]).toEqual([what, false]);
        const proxy = await start(ApiAuth.apiKeys(clients), { 'churn-clients': { 'clients.yaml': text } });
        await until(`${what} is counted`, async () => (await refusals(proxy)) > 0, 5);
        const before = await refusals(proxy);
        proxy.swap('churn-clients', keyFile('batch'));
        const asBatch = { headers: { 'x-api-key': key('batch') } };
        await until('a good file is read', async () => (await proxy.ask(asBatch)).status === 200, 5);
        proxy.swap('churn-clients', { 'clients.yaml': text });
        await until(`${what} is counted again`, async () => (await refusals(proxy)) > before, 5);
        expect([what, proxy.log]).toEqual([what, expect.not.stringContaining(key('web').slice(0, 16))]);
        await proxy.stop();
      }
    });

    it.each(Object.entries(SMUGGLED))('lets no second request pass with %s', async (_, bytes) => {
      const proxy = await start(ApiAuth.apiKeys(clients), { 'churn-clients': keyFile('web') });
      const inner = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
      const text = bytes.replace('INNER', inner);
      await proxy.raw(text);
      expect(echo.seen).toEqual([]);

      // Whoever may call must not call in the name of nobody.
      const [line, ...rest] = text.split(/(?<=\n)/);
      await proxy.raw([line, `x-api-key: ${key('web')}\r\n`, ...rest].join(''));
      expect(echo.seen.map(({ url }) => url)).not.toContain('/smuggled');
      echo.seen.forEach(seen => expect(valuesOf(seen, 'x-client-name')).toEqual(['web']));
    });

    it('shows the health of the model to nobody, however the path is spelled', async () => {
      const proxy = await start(ApiAuth.apiKeys(clients), { 'churn-clients': keyFile('web') });
      for (const path of ['/health', '/ready']) {
        for (const spelled of privateSpellings(path)) {
          const anonymous = await proxy.raw(`GET ${spelled} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 200);
          expect([spelled, anonymous.slice(0, 12)]).toEqual([spelled, expect.stringMatching(/^HTTP\/1.1 (40[01])/)]);
          expect(echo.seen).toEqual([]);
          await proxy.raw(
            `GET ${spelled} HTTP/1.1\r\nHost: a\r\nx-api-key: ${key('web')}\r\nConnection: close\r\n\r\n`,
            200,
          );
          expect([spelled, echo.seen.map(({ url }) => url).filter(url => means(url, path))]).toEqual([spelled, []]);
          echo.seen.length = 0;
        }
      }
    });

    it('closes the root alone where that is the path of the health check', async () => {
      const probes = { readiness: '/', liveness: '/' };
      const runtime = ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0', probes });
      const proxy = proxyOf(ApiAuth.none('paths are asked for'), world(), { runtime });
      proxies.push(proxy);
      await proxy.start();
      const status = async (path: string) => (await proxy.ask({ path })).status;
      expect(await Promise.all(['/', '/?x=1', '/;x', '//', '/./', '/x/..', '/%2e'].map(status))).toEqual(
        Array(7).fill(404),
      );
      expect(await Promise.all(['/score', '/score/', '/x;y', '/ready'].map(status))).toEqual(Array(4).fill(200));
    });

    it('speaks no HTTP/2, by which one connection could hold any number of bodies', async () => {
      const proxy = await start(ApiAuth.apiKeys(clients), { 'churn-clients': keyFile('web') });
      const session = connectHttp2(`http://127.0.0.1:${proxy.port}`);
      const outcome = await new Promise(resolve => {
        const stream = session.request({ ':path': '/', 'x-api-key': key('web') });
        stream.once('response', answer => resolve(answer[':status']));
        stream.on('error', () => undefined);
        session.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
      });
      session.destroy();
      expect(outcome).toBe('ERR_HTTP2_ERROR');
      expect(echo.seen).toEqual([]);
    });
  });

  describe('that checks passwords', () => {
    it('lets in who has one, and tells the model the name but not the password', async () => {
      const proxy = await start(ApiAuth.basic(clients), { 'churn-clients': userFile('web', 'batch') });
      const login = (user: string, secret: string) => ({ authorization: basic(user, secret) });
      await expectNamed(proxy, login('web', password('web')), 'web');
      await expectNamed(proxy, login('batch', password('batch')), 'batch');
      await expectRefused(proxy, {
        none: [401, {}],
        wrong: [401, login('web', 'wrong')],
        empty: [401, login('web', '')],
        'of another user': [401, login('web', password('batch'))],
        'of another team': [401, login('other', password('other'))],
        'no user': [401, login('', password('web'))],
        'another user in capitals': [401, login('WEB', password('web'))],
        'the hash': [401, login('web', `{SHA}${createHash('sha1').update(password('web')).digest('base64')}`)],
        'no base64': [401, { authorization: `Basic web:${password('web')}` }],
        'another scheme': [401, bearer(Buffer.from(`web:${password('web')}`).toString('base64'))],
        'two in a list': [401, { authorization: `${basic('web', 'wrong')}, ${basic('web', password('web'))}` }],
      });
    });

    it('follows a change of the file', async () => {
      const auth = ApiAuth.basic(clients, { clients: ['web', 'batch'] });
      const proxy = await start(auth, { 'churn-clients': userFile('web', 'other') });
      const status = async (user: string) =>
        (await proxy.ask({ headers: { authorization: basic(user, password(user)) } })).status;
      expect([await status('web'), await status('batch'), await status('other')]).toEqual([200, 401, 403]);
      proxy.swap('churn-clients', userFile('batch'));
      await until('the old user is refused', async () => (await status('web')) === 401, 5);
      expect(await status('batch')).toBe(200);
      proxy.swap('churn-clients', { 'users.yaml': basicAuthFile(['batch:{BCRYPT}x']) });
      await new Promise(resolve => setTimeout(resolve, 1500));
      expect(await status('batch')).toBe(200);
    });
  });

  describe('that checks tokens', () => {
    const wrongTokens = () => ({
      none: [401, {}] as const,
      'no token': [401, bearer('x')] as const,
      expired: [401, bearer(issuer.token({ exp: ago(120) }))] as const,
      'without an end': [401, bearer(issuer.token({ exp: undefined }))] as const,
      'not yet valid': [401, bearer(issuer.token({ nbf: ago(-600) }))] as const,
      'for another service': [403, bearer(issuer.token({ aud: 'pricing' }))] as const,
      'for nobody': [403, bearer(issuer.token({ aud: undefined }))] as const,
      'of another issuer': [401, bearer(otherIssuer.token())] as const,
      'of another issuer in our name': [401, bearer(stranger.token())] as const,
      'of nobody': [401, bearer(issuer.token({ iss: undefined }))] as const,
      'without a client': [403, bearer(issuer.token({ sub: undefined }))] as const,
      'with an empty client': [403, bearer(issuer.token({ sub: '' }))] as const,
      'of a client with a line end': [403, bearer(issuer.token({ sub: 'web\r\nx-user: admin' }))] as const,
      'of a client with a comma': [403, bearer(issuer.token({ sub: 'web,admin' }))] as const,
      'of several clients': [401, bearer(issuer.token({ sub: ['web', 'admin'] }))] as const,
      'in the query': [401, {}, `/?access_token=${issuer.token()}`] as const,
      'in another scheme': [401, { authorization: `Basic ${issuer.token()}` }] as const,
      ...Object.fromEntries(
        Object.entries(issuer.forged()).map(([how, token]) => [how, [401, bearer(token)] as const]),
      ),
    });

    it('lets in who has a good one, and tells the model the name but not the token', async () => {
      const proxy = await start(jwt(Jwks.inline(issuer.jwks)));
      await expectNamed(proxy, bearer(issuer.token()), 'web');
      await expectNamed(proxy, bearer(issuer.token({ aud: ['pricing', 'churn'] })), 'web');
      const account = 'system:serviceaccount:fraud:scorer';
      await expectNamed(proxy, bearer(issuer.token({ sub: account })), account);
      await expectRefused(proxy, wrongTokens());
    });

    it('asks for claims, and takes the name from the claim it is told', async () => {
      const proxy = await start(
        jwt(Jwks.inline(issuer.jwks), {
          claims: { team: ['fraud', 'pricing'], realm_access: { roles: 'scorer' } },
          clientClaim: 'user.mail',
          clients: ['a@example.com', 'b@example.com'],
        }),
      );
      const right = { team: 'fraud', realm_access: { roles: ['reader', 'scorer'] }, user: { mail: 'a@example.com' } };
      const token = (change: object) => bearer(issuer.token({ ...right, ...change }));
      await expectNamed(proxy, token({}), 'a@example.com');
      await expectNamed(proxy, token({ team: ['pricing'], realm_access: { roles: 'scorer' } }), 'a@example.com');
      await expectRefused(proxy, {
        'another team': [403, token({ team: 'search' })],
        'no team': [403, token({ team: undefined })],
        'a team that begins alike': [403, token({ team: 'fraud2' })],
        'no role': [403, token({ realm_access: { roles: [] } })],
        'the role elsewhere': [403, token({ realm_access: undefined, roles: ['scorer'] })],
        'another client': [403, token({ user: { mail: 'c@example.com' } })],
        'no client': [403, token({ user: undefined })],
        'none at all': [401, {}],
      });
    });

    it.each([
      ['a Secret', (name: string) => Jwks.secret(SecretSource.existing(name))],
      ['a ConfigMap', (name: string) => Jwks.configMap(name)],
    ])('reads a key set of %s again', async (_, source) => {
      const set = (...issuers: Issuer[]) => ({ 'jwks.json': JSON.stringify({ keys: issuers.map(({ jwk }) => jwk) }) });
      const proxy = await start(jwt(source('issuer-keys')), { 'issuer-keys': set(issuer) });
      const status = async (by: Issuer) => (await proxy.ask({ headers: bearer(by.token()) })).status;
      await until('the first set is read', async () => (await status(issuer)) === 200, 5);
      await expectRefused(proxy, wrongTokens());

      proxy.swap('issuer-keys', set(issuer, successor));
      await until('the new key is known', async () => (await status(successor)) === 200, 8);
      expect(await status(issuer)).toBe(200);
      const removedAt = Date.now();
      proxy.swap('issuer-keys', set(successor));
      await until('the old key is unknown', async () => (await status(issuer)) === 401, 8);
      process.stdout.write(`a removed key of an issuer is refused after ${Date.now() - removedAt} ms\n`);
      proxy.swap('issuer-keys', { 'jwks.json': '{"keys":' });
      await new Promise(resolve => setTimeout(resolve, 5000));
      expect(await status(successor)).toBe(200);
    });

    it('refuses everybody while the file of the key set is missing or broken', async () => {
      await expect(start(jwt(Jwks.secret(clients)))).rejects.toThrow('does not exist');
      const broken = await start(jwt(Jwks.secret(clients)), { 'churn-clients': { 'jwks.json': '{"keys":' } });
      await expectRefused(broken, { right: [401, bearer(issuer.token())] });
    });

    describe('of an issuer that publishes its keys', () => {
      const tls = certificate('issuer.example.com');
      const props = { url: 'https://issuer.example.com/jwks', peer: Peer.pods({ namespace: 'issuer', ports: [8443] }) };
      const authority = SecretSource.existing('issuer-ca');
      const keys = () => new DecidingServer(() => ({ status: 200, body: issuer.jwks }), tls);
      const remote = (server: DecidingServer, host = 'issuer.example.com', own?: SecretSource) =>
        start(
          jwt(Jwks.remote({ ...props, url: `https://${host}/jwks`, authority: own })),
          { 'issuer-ca': { 'ca.crt': tls.cert } },
          { [`${host}:443`]: server.port },
        );

      it('fetches them, with the certificate checked', async () => {
        const server = keys();
        await server.start();
        const proxy = await remote(server, 'issuer.example.com', authority);
        await expectNamed(proxy, bearer(issuer.token()), 'web');
        await expectRefused(proxy, wrongTokens());
        expect(server.seen.map(({ url }) => url)).toEqual(['/jwks']);
        server.stop();
      });

      it.each([
        ['whose certificate nobody trusts', 'issuer.example.com', undefined],
        ['whose certificate is another host’s', 'other.example.com', authority],
      ])('believes no server %s', async (_, host, own) => {
        const server = keys();
        await server.start();
        const proxy = await remote(server, host, own);
        await expectRefused(proxy, { right: [401, bearer(issuer.token())] });
        expect(server.seen).toEqual([]);
        server.stop();
      });

      it('lets nobody in until it has the keys', async () => {
        let status = 503;
        const server = new DecidingServer(() => ({ status, body: issuer.jwks }), tls);
        await server.start();
        const proxy = await remote(server, 'issuer.example.com', authority);
        const ask = async () => (await proxy.ask({ headers: bearer(issuer.token()) })).status;
        expect(await ask()).toBe(401);
        status = 200;
        await until('the keys are fetched', async () => (await ask()) === 200, 5);
        server.stop();
        expect(await ask()).toBe(200);
      });
    });
  });

  describe('that asks a service', () => {
    const props: ExternalAuthProps = {
      url: 'http://decider.access.svc:8080/check',
      peer: Peer.pods({ namespace: 'access', ports: [8080] }),
    };
    const known: Decision = { status: 200, headers: { 'x-client-name': 'web', 'x-user': 'admin', 'x-more': '1' } };
    const servers: DecidingServer[] = [];
    afterEach(() => servers.splice(0).forEach(server => server.stop()));
    async function asking(decide: (token: string | undefined) => Decision, more: Partial<ExternalAuthProps> = {}) {
      const server = new DecidingServer(request => decide(request.headers.authorization));
      servers.push(server);
      await server.start();
      const proxy = await start(
        ApiAuth.external({ ...props, ...more }),
        {},
        { 'decider.access.svc:8080': server.port },
      );
      return { proxy, server };
    }

    it('lets in whom it lets in, shows it the stated headers alone, and the model the name alone', async () => {
      const { proxy, server } = await asking(token =>
        token === 'right' ? known : { status: 401, body: 'who are you?' },
      );
      const headers = { authorization: 'right', cookie: 'a=b', 'x-secret': '1', 'x-client-name': 'admin' };
      const { status, body } = await proxy.ask({ method: 'POST', path: '/score?a=1', headers, body: 'secret' });
      expect(status).toBe(200);
      const seen = seenBy(body);
      expect(valuesOf(seen, 'x-client-name')).toEqual(['web']);
      expect(['authorization', 'x-user', 'x-more'].flatMap(name => valuesOf(seen, name))).toEqual([]);

      expect(server.seen).toMatchObject([{ method: 'POST', url: '/check/score?a=1' }]);
      const asked = server.seen[0]!;
      expect(valuesOf(asked, 'authorization')).toEqual(['right']);
      const names = asked.rawHeaders.filter((_, index) => index % 2 === 0).map(name => name.toLowerCase());
      const own = [
        'host',
        'authorization',
        'content-length',
        'x-forwarded-for',
        'x-envoy-internal',
        'x-envoy-expected-rq-timeout-ms',
      ];
      expect(names.filter(name => !own.includes(name))).toEqual([]);
      expect(valuesOf(asked, 'content-length')).toEqual(['0']);

      await expectRefused(proxy, { none: [401, {}], wrong: [401, { authorization: 'wrong' }] });
      expect((await proxy.ask({})).body).toBe('who are you?');
    });

    it('shows the service no header that was not stated, and takes the name from the one it is told', async () => {
      const { proxy, server } = await asking(
        () => ({ status: 200, headers: { 'x-auth-request-email': 'a@example.com' } }),
        {
          headers: ['cookie'],
          clientHeader: 'x-auth-request-email',
        },
      );
      const headers = { authorization: 'right', cookie: 'a=b', 'x-auth-request-email': 'admin' };
      const { status, body } = await proxy.ask({ headers });
      expect(status).toBe(200);
      expect(valuesOf(server.seen[0]!, 'cookie')).toEqual(['a=b']);
      expect(valuesOf(server.seen[0]!, 'authorization')).toEqual([]);
      expect(valuesOf(seenBy(body), 'x-client-name')).toEqual(['a@example.com']);
      expect(valuesOf(seenBy(body), 'x-auth-request-email')).toEqual([]);
      expect(valuesOf(seenBy(body), 'cookie')).toEqual([]);
    });

    it.each<readonly [string, Decision, number]>([
      ['names nobody', { status: 200 }, 403],
      ['names nobody in a header that the caller sent too', { status: 200, headers: { 'x-sso': '' } }, 403],
      ['names a client outside of the list', { status: 200, headers: { 'x-sso': 'batch' } }, 403],
      ['forbids', { status: 403 }, 403],
      ['sends elsewhere', { status: 302, headers: { location: 'https://login.example.com', 'x-sso': 'web' } }, 302],
      ['has an error', { status: 500, headers: { 'x-sso': 'web' } }, 503],
      ['is slow', { status: 200, headers: { 'x-sso': 'web' }, wait: 1500 }, 503],
    ])('lets nobody in when the service %s', async (_, decision, status) => {
      const { proxy } = await asking(() => decision, {
        clientHeader: 'x-sso',
        timeoutSeconds: 1,
        clients: ['web', 'admin'],
      });
      await expectRefused(proxy, { caller: [status, { authorization: 'right', 'x-sso': 'web' }] });
    });

    it('lets nobody in while the service is away', async () => {
      const { proxy, server } = await asking(() => known);
      expect((await proxy.ask({ headers: { authorization: 'right' } })).status).toBe(200);
      echo.seen.length = 0;
      server.stop();
      await expectRefused(proxy, { right: [503, { authorization: 'right' }] });
    });

    it('tells the model no other name than the service’s', async () => {
      const { proxy } = await asking(token => (token === 'right' ? known : { status: 401 }));
      for (const [how, line] of Object.entries(SPOOFED)) {
        echo.seen.length = 0;
        const answer = await proxy.raw(
          `GET /score HTTP/1.1\r\nHost: a\r\nauthorization: right\r\n${line}\r\n\r\n`,
          300,
        );
        expect([how, answer.slice(0, 12)]).toEqual([how, expect.stringMatching(/^HTTP\/1.1 (200|400)/)]);
        echo.seen.forEach(seen => expect([how, valuesOf(seen, 'x-client-name')]).toEqual([how, ['web']]));
        echo.seen.forEach(seen => expectNoAdmin(how, seen));
      }
    });
  });

  describe('that lets everybody in', () => {
    it('still believes no name', async () => {
      const proxy = await start(ApiAuth.none('the gateway authenticates'));
      for (const [how, line] of Object.entries(SPOOFED)) {
        echo.seen.length = 0;
        await proxy.raw(`GET /score HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`, 200);
        expect([how, echo.seen.flatMap(seen => valuesOf(seen, 'x-client-name'))]).toEqual([how, []]);
        echo.seen.forEach(seen => expectNoAdmin(how, seen));
      }
    });
  });

  it('takes the greatest and the smallest limits that a declaration may have', () => {
    const most = 2 ** 32 - 1;
    const rate = { perSecond: most, burst: most };
    const limits = [
      { concurrency: 10_000, timeoutSeconds: 86_400, requestSize: `${most}`, rate },
      { concurrency: 1, timeoutSeconds: 1, requestSize: '1', rate: { perSecond: 1 } },
    ];
    const proxy = { resources: { limits: { memory: '12Gi' } } };
    proxies.push(
      ...limits.map(one => proxyOf(ApiAuth.none('its limits are asked for'), world(), { limits: one, proxy })),
    );
    expect(proxies.map(proxy => proxy.validate().output)).toEqual(limits.map(() => expect.stringContaining('OK')));
  });

  it('keeps no credential in the log', async () => {
    const proxy = await start(ApiAuth.apiKeys(clients), { 'churn-clients': keyFile('web') });
    await proxy.ask({ path: `/score?key=${key('web')}`, headers: { 'x-api-key': key('web') } });
    await until('the request is logged', () => proxy.log.includes('"client":"web"'), 15);
    expect(proxy.log).not.toContain(key('web'));
  });
});

/** Expects the word nowhere but within one line of the header that was folded. */
function expectNoAdmin(how: string, { rawHeaders }: Seen): void {
  const values = rawHeaders.filter((_, index) => rawHeaders[index - 1] !== 'x-other');
  expect([how, values.join('\n')]).toEqual([how, expect.not.stringContaining('admin')]);
  expect([how, rawHeaders.filter(text => /[\r\n\0]/.test(text))]).toEqual([how, []]);
}

/** Whether any server could take the URL for that path: some decode it, some drop what follows a ";". */
function means(url: string, path: string): boolean {
  const text = decodeURIComponent(url.split(/[?#]/)[0]!)
    .replaceAll('\\', '/')
    .replace(/;[^/]*/g, '');
  const normal = posix.normalize(text);
  return normal === path || normal === `${path}/`;
}

/** A certificate for a host, which is its own authority. */
function certificate(host: string): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'judge-certificate-'));
  const [keyPath, certPath] = [join(folder, 'key'), join(folder, 'cert')];
  const names = ['-subj', `/CN=${randomBytes(4).toString('hex')}`, '-addext', `subjectAltName=DNS:${host}`];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyPath, '-out', certPath];
  spawnSync('openssl', [...made, ...names]);
  const pair = { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(certPath, 'utf8') };
  rmSync(folder, { recursive: true });
  return pair;
}
