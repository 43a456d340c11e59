import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiAuth, ModelApi, ModelRuntime, ModelSource, SecretSource } from '../../lib';
import { parseApiKeyFile } from '../../lib/core/api-key-file';
import { blocksOf } from '../example';
import { chartIn } from '../support';
import { envoyProgram } from './envoy/program';
import { RunningProxy } from './envoy/proxy';
import { EchoServer, valuesOf } from './envoy/servers';
import { describeJudged, isInstalled } from './judge';
import { until } from './mlflow/servers';

jest.setTimeout(60_000);

const envoy = envoyProgram();
const absent = ['curl', 'python3', 'openssl'].filter(program => !isInstalled(program));
const missing =
  'missing' in envoy ? envoy.missing : absent.length > 0 ? `not installed: ${absent.join(', ')}` : undefined;

const PROJECT = join(__dirname, '../..');
const [make, call, rotate, hash] = blocksOf('api-auth.md', 'sh') as [string, string, string, string];
const [python] = blocksOf('api-auth.md', 'python') as [string];
const [users] = blocksOf('api-auth.md', 'yaml') as [string];

/** The programs that the page takes for granted: the command of this project, and a cluster that keeps one Secret. */
const WORLD = `
set -euo pipefail
npx() { shift; node --import ${PROJECT}/node_modules/tsx/dist/loader.mjs ${PROJECT}/lib/cli/mlops.ts "$@"; }
kubectl() {
  case "$1 $*" in
    create*=clients.yaml=rotated.yaml*) cat rotated.yaml ;;
    create*) cp clients.yaml stored.yaml ;;
    get*) base64 stored.yaml ;;
    replace*) cat > stored.yaml ;;
    *) return 1 ;;
  esac
}
`;

describeJudged('the page about authentication', missing, () => {
  const folder = mkdtempSync(join(tmpdir(), 'judge-page-'));
  const echo = new EchoServer();
  const proxies: RunningProxy[] = [];
  beforeAll(() => echo.start());
  afterAll(async () => {
    await Promise.all(proxies.map(proxy => proxy.stop()));
    echo.stop();
    rmSync(folder, { recursive: true });
  });

  async function start(auth: ApiAuth, content: Record<string, string>): Promise<RunningProxy> {
    const chart = chartIn('fraud');
    const runtime = ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' });
    new ModelApi(chart, 'churn', { model: { name: 'churn', version: 7 }, runtime, source: ModelSource.image(), auth });
    const proxy = new RunningProxy((envoy as { program: string }).program, chart, {
      files: { credentials: content },
      servers: { '127.0.0.1:8080': echo.port },
    });
    proxies.push(proxy);
    await proxy.start();
    return proxy;
  }

  function run(
    program: string,
    args: string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number; output: string }> {
    return new Promise(resolve => {
      const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env } });
      let output = '';
      child.stdout.on('data', data => (output += data));
      child.once('close', code => resolve({ code: code!, output }));
    });
  }
  const shell = (text: string, env?: Record<string, string>) => run('bash', ['-c', `${WORLD}${text}`], env);
  const stored = () => readFileSync(join(folder, 'stored.yaml'), 'utf8');

  it('makes keys, calls with them and rotates them as it says', async () => {
    expect(await shell(make)).toEqual({ code: 0, output: '' });
    const [web, batch] = parseApiKeyFile('stored.yaml', stored());
    expect([web!.client, batch!.client]).toEqual(['web', 'batch']);
    const proxy = await start(ApiAuth.apiKeys(SecretSource.existing('credentials')), { 'clients.yaml': stored() });
    const with_ = (key: string) => ({ KEY: key, URL: `http://127.0.0.1:${proxy.port}` });

    const answer = await shell(call, with_(web!.key));
    expect(answer.code).toBe(0);
    expect(valuesOf(JSON.parse(answer.output), 'x-client-name')).toEqual(['web']);
    expect((await shell(call, with_('wrong'))).code).not.toBe(0);
    const told = await run('python3', ['-c', python], with_(batch!.key));
    expect(told).toEqual({ code: 0, output: expect.stringContaining("'x-client-name', 'batch'") });
    expect((await run('python3', ['-c', python], with_('wrong'))).code).not.toBe(0);

    expect((await shell(rotate)).code).toBe(0);
    expect((await shell(rotate.replace('keys web', 'keys --retire web'))).code).toBe(0);
    const fresh = parseApiKeyFile('stored.yaml', stored()).find(({ client }) => client === 'web')!;
    expect(fresh.key).not.toBe(web!.key);
    proxy.swap('credentials', { 'clients.yaml': stored() });
    await until('the new key works', async () => (await shell(call, with_(fresh.key))).code === 0, 5);
    expect((await shell(call, with_(web!.key))).code).not.toBe(0);
  });

  it('makes passwords as it says', async () => {
    const { output } = await shell(`${hash}echo "$password"`);
    const [line, password] = output.split('\n') as [string, string];
    writeFileSync(join(folder, 'users.yaml'), users.replace(/web:\{SHA\}.*/, line));
    const content = { 'users.yaml': readFileSync(join(folder, 'users.yaml'), 'utf8') };
    const proxy = await start(ApiAuth.basic(SecretSource.existing('credentials')), content);
    const login = async (secret: string) => {
      const authorization = `Basic ${Buffer.from(`web:${secret}`).toString('base64')}`;
      return proxy.ask({ headers: { authorization } });
    };
    const { status, body } = await login(password);
    expect(status).toBe(200);
    expect(valuesOf(JSON.parse(body), 'x-client-name')).toEqual(['web']);
    expect((await login('wrong')).status).toBe(401);
  });
});
