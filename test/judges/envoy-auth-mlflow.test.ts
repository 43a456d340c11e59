import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ApiAuth, ModelApi, ModelRuntime, ModelSource, SecretSource } from '../../lib';
import { apiKeyFile } from '../../lib/core/api-key-file';
import { chartIn } from '../support';
import { envoyProgram } from './envoy/program';
import { ask, RunningProxy } from './envoy/proxy';
import { describeJudged } from './judge';
import { freePort, until } from './mlflow/servers';

jest.setTimeout(150_000);

const MODEL = `
import sys
import mlflow

class Doubles(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input["x"] * 2

mlflow.pyfunc.save_model(sys.argv[1], python_model=Doubles(), pip_requirements=[])
`;

/** The Python that has MLflow. */
function python(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const mlflow = folders.map(folder => join(folder, 'mlflow')).find(existsSync);
  const interpreter = mlflow && /^#!(\S+)/.exec(readFileSync(realpathSync(mlflow), 'utf8'))?.[1];
  return interpreter && existsSync(interpreter) ? interpreter : undefined;
}

const envoy = envoyProgram();
const interpreter = python();
const missing = 'missing' in envoy ? envoy.missing : interpreter ? undefined : 'no mlflow on PATH';

describeJudged('Envoy before mlflow models serve', missing, () => {
  const folder = mkdtempSync(join(tmpdir(), 'judge-model-'));
  let server: ChildProcess;
  let port: number;
  let proxy: RunningProxy;

  beforeAll(async () => {
    port = await freePort();
    const model = join(folder, 'model');
    writeFileSync(join(folder, 'model.py'), MODEL);
    const env = { ...process.env, PATH: `${dirname(interpreter!)}${delimiter}${process.env['PATH']}`, HOME: folder };
    const saved = spawnSync(interpreter!, ['model.py', model], { cwd: folder, env, encoding: 'utf8' });
    expect(saved).toMatchObject({ status: 0 });
    const runtime = ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' });
    const own: Record<string, string> = {
      '--host=0.0.0.0': '--host=127.0.0.1',
      [`--port=${runtime.port}`]: `--port=${port}`,
    };
    const [program, ...words] = [...runtime.command!, ...runtime.args(model)!].map(word => own[word] ?? word);
    server = spawn(program!, words, {
      cwd: folder,
      env,
      stdio: 'ignore',
      detached: true,
    });
    const chart = chartIn('fraud');
    const auth = ApiAuth.apiKeys(SecretSource.existing('churn-clients'));
    new ModelApi(chart, 'churn', { model: { name: 'churn', version: 7 }, runtime, source: ModelSource.image(), auth });
    proxy = new RunningProxy((envoy as { program: string }).program, chart, {
      files: { 'churn-clients': { 'clients.yaml': apiKeyFile([{ key: 'the-key', client: 'web' }]) } },
      servers: { [`127.0.0.1:${runtime.port}`]: port },
    });
    await proxy.start();
    const ready = () => ask(port, { path: runtime.probes.readiness }).then(({ status }) => status === 200);
    await until('the model is served', () => ready().catch(() => false), 90);
  });
  afterAll(async () => {
    await proxy.stop();
    process.kill(-server.pid!, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const score = (headers: Record<string, string>) =>
    proxy.ask({
      method: 'POST',
      path: '/invocations',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ dataframe_records: [{ x: 21 }] }),
    });

  it('scores for who has a key', async () => {
    const { status, body } = await score({ 'x-api-key': 'the-key' });
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: { predictions: [{ x: 42 }] } });
  });

  it.each([
    ['no key', {}],
    ['a wrong key', { 'x-api-key': 'wrong' }],
    ['a name', { 'x-client-name': 'web' }],
  ])('refuses %s', async (_, headers) => {
    expect((await score(headers as Record<string, string>)).status).toBe(401);
  });

  it.each(['/ping', '/health', '/%70ing', '//ping', '/x/../health', '/health/', '/ping;x'])(
    'shows nobody its health at %s',
    async path => {
      expect((await ask(port, { path: '/ping' })).status).toBe(200);
      expect((await proxy.ask({ path })).status).toBe(401);
      expect((await proxy.ask({ path, headers: { 'x-api-key': 'the-key' } })).status).toBe(404);
    },
  );
});
