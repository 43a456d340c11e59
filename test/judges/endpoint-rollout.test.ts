import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import { ModelApi, ModelRuntime } from '../../lib';
import { apiKeyFile } from '../../lib/core/api-key-file';
import { chartIn } from '../support';
import { RunningDeployment } from './envoy/deployment';
import { envoyProgram } from './envoy/program';
import { Callers, Service, type Habit } from './envoy/service';
import { describeJudged } from './judge';

jest.setTimeout(600_000);

const found = envoyProgram();
const key = createHash('sha256').update('web').digest('hex');
const files = { 'churn-clients': { 'clients.yaml': apiKeyFile([{ key, client: 'web' }]) } };

/** Callers as they are: some use a connection all the time, some now and then, some once. */
const HABITS: Record<string, Habit> = {
  busy: { callers: 8, keepAlive: true, pause: [0, 100] },
  fresh: { callers: 8, keepAlive: false, pause: [0, 100] },
  slow: { callers: 40, keepAlive: true, pause: [1000, 6000] },
  // Not just when an idle connection is closed, which any caller of HTTP/1.1 has to bear with.
  rare: { callers: 30, keepAlive: true, pause: [12_000, 20_000] },
  long: { callers: 6, keepAlive: true, pause: [0, 3000], wait: [3000, 20000] },
};

function deployment(service: Service, change?: (spec: DeploymentSpec) => void): RunningDeployment {
  const chart = chartIn('fraud');
  new ModelApi(chart, 'churn', {
    model: { name: 'churn', version: 7 },
    runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' }),
  });
  return new RunningDeployment((found as { program: string }).program, chart, service, files, change);
}

const print = (what: string, { total, answered, failed }: Callers): void => {
  const kinds = Object.entries(answered).map(([kind, count]) => `${kind} ${count}`);
  process.stderr.write(`${what}: ${total} answers (${kinds.join(', ')}), ${failed.length} requests failed\n`);
};

describeJudged('a rollout under load', 'missing' in found ? found.missing : undefined, () => {
  const running: RunningDeployment[] = [];
  const calling: Callers[] = [];
  afterEach(async () => {
    await Promise.all(calling.splice(0).map(callers => callers.stop()));
    await Promise.all(running.splice(0).map(one => one.stop()));
  });

  async function start(change?: (spec: DeploymentSpec) => void): Promise<[RunningDeployment, Callers]> {
    const service = new Service();
    const pods = deployment(service, change);
    running.push(pods);
    await pods.roll('version 0');
    await sleep(3000);
    const callers = new Callers(service, { 'x-api-key': key }, HABITS);
    calling.push(callers);
    return [pods, callers];
  }

  it('loses no request', async () => {
    const [pods, callers] = await start();
    for (let rollout = 1; rollout <= 20; rollout++) {
      await pods.roll(`version ${rollout}`);
    }
    await pods.settled();
    await callers.stop();
    print('20 rollouts', callers);
    expect(callers.failed).toEqual([]);
    expect(callers.total).toBeGreaterThanOrEqual(10_000);
    expect(callers.versions.size).toBe(21);
    expect(pods.accidents).toEqual([]);
  });

  it('loses no request when the new version never gets ready', async () => {
    const [pods, callers] = await start();
    await pods.giveUp('broken', sleep(15_000));
    await pods.roll('version 2');
    await pods.settled();
    await callers.stop();
    print('a version that is never ready', callers);
    expect(callers.failed).toEqual([]);
    expect(callers.total).toBeGreaterThan(1000);
    expect([...callers.versions]).toEqual(['version 0', 'version 2']);
    expect(pods.accidents).toEqual([]);
  });

  it('loses requests without the pause before the end, which shows that the judge sees them', async () => {
    const [pods, callers] = await start(({ template }) => {
      template.spec!.containers.forEach(container => delete container.lifecycle);
    });
    await pods.roll('version 1');
    await pods.settled();
    await callers.stop();
    print('no pause', callers);
    expect(callers.failed).not.toEqual([]);
  });
});
