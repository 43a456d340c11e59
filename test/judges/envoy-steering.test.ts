import { ApiAuth, ModelApi, ModelRuntime, ModelSource } from '../../lib';
import { chartIn } from '../support';
import { envoyProgram } from './envoy/program';
import { RunningProxy } from './envoy/proxy';
import { EchoServer } from './envoy/servers';
import { describeJudged } from './judge';

jest.setTimeout(60_000);

const found = envoyProgram();

describeJudged('Envoy before a model', 'missing' in found ? found.missing : undefined, () => {
  const echo = new EchoServer();
  let proxy: RunningProxy;
  beforeAll(async () => {
    await echo.start();
    const chart = chartIn('fraud');
    new ModelApi(chart, 'churn', {
      model: { name: 'churn', version: 7 },
      runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' }),
      source: ModelSource.image(),
      limits: { timeoutSeconds: 1 },
      auth: ApiAuth.none('to see who steers'),
    });
    const servers = { '127.0.0.1:8080': echo.port };
    proxy = new RunningProxy((found as { program: string }).program, chart, { servers });
    await proxy.start();
  });
  afterAll(async () => {
    await proxy.stop();
    echo.stop();
  });

  // Callers in the cluster have private addresses, whose headers Envoy would obey by itself.
  it.each([
    ['no time limit', 'x-envoy-upstream-rq-timeout-ms', '0', 1500, 504],
    ['a shorter one', 'x-envoy-upstream-rq-timeout-ms', '50', 300, 200],
    ['retries', 'x-envoy-retry-on', '5xx,retriable-4xx', 0, 200],
  ])('lets no caller ask for %s', async (_, header, value, wait, status) => {
    const headers = { [header]: value, 'x-envoy-max-retries': '9' };
    expect((await proxy.ask({ path: `/?wait=${wait}`, headers })).status).toBe(status);
    expect(JSON.stringify(echo.seen.at(-1))).not.toContain(header);
  });
});
