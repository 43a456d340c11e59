import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { freePort, until } from './mlflow/servers';
import { compiledInto } from './promotion/compiled';
import { FaultProxy, says, type Fault } from './promotion/fault-proxy';
import { GitServer } from './promotion/git-server';

jest.setTimeout(180_000);

const SECRETS = {
  registry: 'S3CR3T-of-the-registry',
  git: 'S3CR3T-of-the-repository',
  rotated: 'S3CR3T-that-is-wrong-now',
  webhook: 'S3CR3T-of-the-webhook',
  environment: 'S3CR3T-of-the-process',
};
const basic = (token: string) => `Basic ${Buffer.from(`git:${token}`).toString('base64')}`;
/** Each of them as it is, and in the forms in which it is sent. */
const NEEDLES = Object.values(SECRETS).flatMap(secret => [
  secret,
  Buffer.from(secret).toString('base64').slice(0, 20),
  basic(secret).slice('Basic '.length),
]);
const VALUES = 'releases/churn.yaml';
const MAIN = `const all = Object.values(process.env).filter(value => value.includes('S3CR3T'));
console.error('it sees ' + JSON.stringify(all));\nprocess.exit(1);
`;
const rules = (url: string) =>
  `registries:\n  mlflow: { url: ${url} }\nenvironments:\n  production: { alias: champion, values: ${VALUES} }\nteams:\n  fraud: { registry: mlflow }\n`;

/** Answers with the very credentials that came. */
const echoes =
  (status: number, headers: (credentials: string) => Record<string, string> = () => ({})): Fault =>
  (question, answer, body) => {
    const credentials = question.headers.authorization!;
    return says(status, `<p>${credentials}</p>`, headers(credentials))(question, answer, body);
  };

describe('a controller that has secrets', () => {
  const mlflow = new MemoryMlflow();
  let proxy: FaultProxy;
  let server: GitServer;
  let repository: SharedRepository;
  let watch: ChildProcess | undefined;
  let said = '';
  let told = '';
  let port: number;
  let credentials: string;

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 2);
    mlflow.alias('churn', 'champion', 2);
    proxy = new FaultProxy(mlflow.url);
    await proxy.start();
    repository = new SharedRepository({
      '.gitignore': 'node_modules\n',
      'promotion.yaml': rules(proxy.url),
      [PIN]: 'models:\n  churn:\n    version: 1\n',
      [VALUES]: 'model: { name: churn, version: 1 }\nsource: { kind: registry }\n',
    });
    server = await GitServer.start(repository.root, basic(SECRETS.git));
    const { root, work } = repository;
    credentials = join(root, 'credentials');
    write('mlflow/token', SECRETS.registry);
    write('git/token', SECRETS.git);
    write('webhook', SECRETS.webhook);
    const program = join(root, 'program');
    mkdirSync(program);
    const command = compiledInto(program);
    symlinkSync(join(program, 'node_modules'), join(work, 'node_modules'));
    // What Git is started with anybody on the machine can read.
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin/git'), `#!/bin/sh\necho "$@" >> "${root}/arguments"\nexec "${git}" "$@"\n`, {
      mode: 0o755,
    });
    port = await freePort();
    const options = {
      '--repository': `${server.url}/platform.git`,
      '--credentials': credentials,
      '--cache': join(root, 'cache'),
      '--webhook-secret': join(credentials, 'webhook'),
      '--listen': `127.0.0.1:${port}`,
      '--interval': '1s',
    };
    watch = spawn(process.execPath, [command, 'watch', ...Object.entries(options).flat()], {
      cwd: work,
      env: {
        ...process.env,
        HOME: root,
        PATH: `${join(root, 'bin')}:${process.env['PATH']}`,
        MY_TOKEN: SECRETS.environment,
      },
    });
    watch.stdout!.on('data', text => (said += text));
    watch.stderr!.on('data', text => (said += text));
  });
  afterAll(async () => {
    watch?.kill('SIGKILL');
    proxy?.stop();
    mlflow.stop();
    server?.stop();
    await repository?.remove();
  });

  it.each<[string, () => void, RegExp]>([
    ['does not take its token', () => (proxy.fault = echoes(401)), /does not know the credentials \(401\)/],
    ['forbids it', () => (proxy.fault = echoes(403)), /does not allow it \(403\)/],
    ['is broken', () => (proxy.fault = echoes(500)), /answers 500/],
    ['answers with a page', () => (proxy.fault = echoes(200, () => ({ 'content-type': 'text/html' }))), /no JSON/],
    [
      'leads elsewhere',
      () => (proxy.fault = echoes(302, token => ({ location: `http://${encodeURIComponent(token)}@127.0.0.1:9/` }))),
      /leads elsewhere/,
    ],
    [
      'is gone, as is the repository',
      () => ((proxy.fault = question => void question.socket.destroy()), (server.fault = () => 'unavailable')),
      /cannot be read/,
    ],
    [
      'is back, but the password of the repository was changed',
      () => ((proxy.fault = undefined), (server.fault = () => undefined), write('git/token', SECRETS.rotated)),
      /check the credentials/,
    ],
    [
      'is back, and a hook refuses the push',
      () => (
        repository.hook('pre-receive', 'read -r _ new _; ! git log -1 --format=%cn "$new" | grep -q mlops'),
        write('git/token', SECRETS.git)
      ),
      /let the committer push to the branch/,
    ],
    [
      'is back, and main.ts tells all that it sees',
      () => repository.edit({ 'main.ts': MAIN }),
      /main.ts of the branch cannot be used: .*it sees \[\]/,
    ],
    [
      'is back, and nothing is in the way',
      () => (repository.edit({ 'main.ts': undefined }), repository.hook('pre-receive', 'exit 0')),
      /"done":\[\{"environment":"production"/,
    ],
  ])('67: says what happens while its registry %s', async (_, act, expected) => {
    const from = said.length;
    act();
    await until(`it says ${expected}`, () => expected.test(said.slice(from)), 60);
    told += await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  });

  it('38: shows in its metrics who did not answer, and that looks failed', () => {
    expect(told).toContain('mlops_held_versions{environment="production",team="fraud",gate="unanswered"} 1\n');
    expect(told).toMatch(/^mlops_registry_requests_total\{status="401"\} [1-9]/m);
    expect(told).toMatch(/^mlops_looks_total\{result="failed"\} [1-9]/m);
  });

  it('67: takes a hint, and refuses a wrong one', async () => {
    const timestamp = `${Math.floor(Date.now() / 1000)}`;
    const send = async (secret: string) => {
      const signature = createHmac('sha256', secret).update(`${secret}.${timestamp}.{}`).digest('base64');
      const headers = {
        'content-type': 'application/json',
        'x-mlflow-delivery-id': secret,
        'x-mlflow-timestamp': timestamp,
        'x-mlflow-signature': `v1,${signature}`,
      };
      return (await fetch(`http://127.0.0.1:${port}/webhook`, { method: 'POST', headers, body: '{}' })).status;
    };
    expect([await send(SECRETS.webhook), await send('another-secret-of-somebody')]).toEqual([204, 401]);
  });

  it('67: tells none of them: in no log, metric, commit, argument or file of its own', async () => {
    told += await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    watch!.kill('SIGTERM');
    await once(watch!, 'exit');
    const { root, bare } = repository;
    const log = repository.git(bare, 'log', '--all', '--patch', '--format=fuller');
    const args = readFileSync(join(root, 'arguments'), 'utf8');
    const objects = repository.git(bare, 'cat-file', '--batch-all-objects', '--batch');
    const cache = readdirSync(join(root, 'cache'), { recursive: true, withFileTypes: true });
    const files = cache
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');
    for (const [where, text] of Object.entries({ said, told, log, args, objects, files })) {
      expect([where, text.length > 0, NEEDLES.filter(needle => text.includes(needle))]).toEqual([where, true, []]);
    }
    expect(said).toContain('"event":"stopped"');
  });

  function write(name: string, text: string): void {
    const file = join(credentials, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
});
