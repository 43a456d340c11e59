import { writeFileSync } from 'node:fs';
import { App } from 'cdk8s';
import {
  ClusterNetwork,
  Database,
  ExternalObjectStore,
  MlflowServer,
  MlflowUsers,
  Peer,
  SecretSource,
  SecretTemplate,
} from '../../lib';
import { chartIn } from '../support';
import { describeJudged } from './judge';
import { programs, RunningTeam, type Serving } from './mlflow/team';

jest.setTimeout(240_000);

const found = programs();
const CURRENT = '/api/2.0/mlflow/users/current';
/** Served by another framework than the rest, which asks who it is in a way of its own. */
const ARTIFACT = '/api/2.0/mlflow-artifacts/artifacts/1/run/artifacts/model.pkl';
const ADMIN = 'admin:the-password-of-the-judge';
const SECRET = '0123456789abcdef0123456789abcdef';
const HOST = 'mlflow.example.com';

describeJudged(
  'MLflow behind a proxy that authenticates people',
  'missing' in found ? found.missing : undefined,
  () => {
    const team = new RunningTeam((found as Exclude<typeof found, { missing: string }>).path);
    let serving: Serving;
    let objects: Record<string, any>;

    const ask = (headers: Readonly<Record<string, string>>, login?: string, path = CURRENT) =>
      serving.ask(path, { host: HOST, headers, login });
    const status = async (...args: Parameters<typeof ask>) => (await ask(...args)).status;
    const byProxy = (user: string, secret = SECRET) => ({ 'X-Forwarded-User': user, 'X-Auth-Proxy-Secret': secret });

    beforeAll(async () => {
      await team.start();
      const app = new App();
      new ClusterNetwork(app, { pods: ['10.244.0.0/16'] });
      const chart = chartIn('fraud', app);
      const store = new ExternalObjectStore(chart, 'store', {
        endpoint: 'http://127.0.0.1:9',
        peer: Peer.pods({ namespace: 'storage' }),
        credentials: SecretSource.existing('store'),
      });
      const auth = new SecretTemplate(chart, 'mlflow-auth');
      const mlflow = new MlflowServer(chart, 'mlflow', {
        image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
        artifacts: store.bucket('fraud'),
        database: Database.sqlite(),
        auth,
        hosts: [HOST],
        workspaces: true,
        workers: 1,
        authProxy: { peer: Peer.pods({ namespace: 'oauth2-proxy' }), secret: SecretSource.existing('mlflow-proxy') },
      });
      new MlflowUsers(chart, 'users', { server: mlflow });
      // What a person makes of the template: the judge fills in the one placeholder of the settings.
      const settings = auth.keys['basic_auth.ini']!.example.replace(/<.*>/, 'the-password-of-the-judge');
      const user = (name: string) =>
        `[mlflow]\nmlflow_tracking_username = ${name}\nmlflow_tracking_password = password-of-${name}\n`;
      team.addSecrets({
        'mlflow-auth': {
          'basic_auth.ini': settings,
          'flask-secret-key': 'f'.repeat(64),
          reader: user('reader'),
          writer: user('writer'),
        },
        'mlflow-proxy': { secret: `${SECRET}\n` },
        store: { credentials: '' },
      });
      objects = team.apply(chart);
      serving = await team.serve(mlflow, objects['Deployment/mlflow'].spec.template);
      const ada = { username: 'ada@example.com', password: 'a-password-that-nobody-knows' };
      const created = await serving.ask('/api/2.0/mlflow/users/create', { host: HOST, login: ADMIN, body: ada });
      expect(created.status).toBe(200);
    });
    afterAll(() => team.stop());

    test('takes the user from the header of whoever has the secret', async () => {
      const { status: code, body } = await ask(byProxy('ada@example.com'));
      expect({ code, ...JSON.parse(body) }).toMatchObject({
        code: 200,
        user: { username: 'ada@example.com', is_admin: false },
      });
    });

    test.each([
      ['no secret', { 'X-Forwarded-User': 'ada@example.com' }],
      ['another secret', byProxy('ada@example.com', 'f'.repeat(32))],
      ['a part of the secret', byProxy('ada@example.com', SECRET.slice(0, 31))],
      ['an empty secret', byProxy('ada@example.com', '')],
      ['a secret that is not ASCII', byProxy('ada@example.com', '\u00e9'.repeat(32))],
      ['the secret and no user', { 'X-Auth-Proxy-Secret': SECRET }],
      ['an empty user', byProxy('')],
      ['two users', byProxy('ada@example.com,admin')],
      ['a second user under another spelling', { ...byProxy('ada@example.com'), X_Forwarded_User: 'admin' }],
      ['a second secret under another spelling', { ...byProxy('ada@example.com', 'x'), X_Auth_Proxy_Secret: SECRET }],
    ])('refuses a request with %s', async (_, headers) => {
      expect(await status(headers)).toBe(401);
      expect(await status(headers, undefined, ARTIFACT)).toBe(401);
    });

    test('takes a request with a header for the proxy’s, whatever password it holds besides', async () => {
      expect(await status({ 'X-Forwarded-User': 'ada@example.com' }, ADMIN)).toBe(401);
      expect(JSON.parse((await ask(byProxy('ada@example.com'), ADMIN)).body).user.username).toBe('ada@example.com');
    });

    test('lets no proxy name the administrator or an account of programs', async () => {
      for (const user of ['admin', 'Admin', 'reader', 'writer', 'WRITER']) {
        expect([user, await status(byProxy(user))]).toEqual([user, 403]);
      }
    });

    test('refuses a user that MLflow does not know, and makes none', async () => {
      const { status: code, body } = await ask(byProxy('eve@example.com'));
      expect([code, body]).toEqual([403, 'MLflow does not know this user; its administrator has to create it first\n']);
      expect(await status({}, ADMIN, '/api/2.0/mlflow/users/get?username=eve@example.com')).toBe(404);
    });

    test('gives the user their own rights on what another framework serves', async () => {
      expect(await status(byProxy('ada@example.com'), undefined, ARTIFACT)).toBe(403);
    });

    test('keeps passwords for programs', async () => {
      expect([await status({}, ADMIN), await status({}, 'admin:password1234'), await status({})]).toEqual([
        200, 401, 401,
      ]);
      expect(await team.run(objects['Job/users'])).toMatchObject({ code: 0 });
      expect(await status({}, 'writer:password-of-writer')).toBe(200);
    });

    test('takes a new secret without a restart, and the old one until it is gone', async () => {
      const file = serving.path('/etc/mlflow/auth-proxy/secret');
      const next = 'fedcba9876543210fedcba9876543210';
      const answers = async () => [
        await status(byProxy('ada@example.com')),
        await status(byProxy('ada@example.com', next)),
      ];
      expect(await answers()).toEqual([200, 401]);
      writeFileSync(file, `${SECRET}\n${next}\n`);
      expect(await answers()).toEqual([200, 200]);
      writeFileSync(file, `${next}\n`);
      expect(await answers()).toEqual([401, 200]);
      writeFileSync(file, 'short\n\n');
      expect([await status(byProxy('ada@example.com', 'short')), await status(byProxy('ada@example.com', ''))]).toEqual(
        [401, 401],
      );
    });
  },
);
