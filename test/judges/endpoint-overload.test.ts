import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiAuth, ModelApi, ModelRuntime, SecretSource, type ApiLimits } from '../../lib';
import { apiKeyFile } from '../../lib/core/api-key-file';
import { CONNECTION_SECONDS } from '../../lib/core/envoy-bootstrap';
import { chartIn } from '../support';
import { memoryOf } from './envoy/memory';
import { envoyProgram } from './envoy/program';
import { ask, RunningProxy, type Answer } from './envoy/proxy';
import { EchoServer, listening } from './envoy/servers';
import { SlotModel } from './envoy/slots';
import { describeJudged } from './judge';
import { until } from './mlflow/servers';

jest.setTimeout(120_000);

const found = envoyProgram();
const MEBI = 2 ** 20;
/** Limit for the memory of the sidecar, by default. */
const CONTAINER_MEMORY = 256 * MEBI;

interface Timed extends Answer {
  readonly ms: number;
}

/** The part of these figures below which so many per cent of them are. */
const percentile = (figures: readonly number[], percent: number): number =>
  [...figures].sort((a, b) => a - b)[Math.ceil((figures.length * percent) / 100) - 1] ?? NaN;
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

async function timed(port: number, agent?: Agent): Promise<Timed> {
  const start = performance.now();
  const answer = await ask(port, { agent, method: 'POST', body: '{"inputs":[[1,2,3]]}' });
  return { ...answer, ms: performance.now() - start };
}

async function inTurn(port: number, count: number): Promise<Timed[]> {
  const answers: Timed[] = [];
  const agent = new Agent({ keepAlive: true });
  for (let index = 0; index < count; index++) {
    answers.push(await timed(port, agent));
  }
  agent.destroy();
  return answers;
}

const mebi = (bytes: number): string => `${(bytes / MEBI).toFixed(1)} MiB`;

/** Sends a body as fast as it is taken, until somebody answers; tells how much was taken. */
function pour(port: number, head: string, chunk: Buffer, count: number): Promise<{ answer: string; taken: number }> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    let taken = 0;
    const more = (): void => {
      if (answer === '' && taken < count * chunk.length && !socket.destroyed) {
        socket.write(chunk, error => {
          taken += error ? 0 : chunk.length;
          more();
        });
      }
    };
    socket.write(`${head}\r\n\r\n`, more);
    socket.on('data', data => (answer += data.toString('latin1')));
    socket.once('error', () => undefined);
    socket.once('close', () => resolve({ answer, taken }));
  });
}

describeJudged('an endpoint under too much load', 'missing' in found ? found.missing : undefined, () => {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map(stop => stop()));
  });

  async function startProxy(modelPort: number, limits?: ApiLimits, auth = ApiAuth.none('a judge calls')) {
    const chart = chartIn('fraud');
    new ModelApi(chart, 'churn', {
      model: { name: 'churn', version: 7 },
      runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' }),
      auth,
      limits,
    });
    const keys = ['web', 'batch'].map(client => ({ key: keyOf(client), client }));
    const proxy = new RunningProxy((found as { program: string }).program, chart, {
      servers: { '127.0.0.1:8080': modelPort },
      files: { 'churn-clients': { 'clients.yaml': apiKeyFile(keys) } },
    });
    stops.push(() => proxy.stop());
    await proxy.start();
    return proxy;
  }

  async function startModel(slots: number, milliseconds: number): Promise<SlotModel> {
    const model = new SlotModel(slots, milliseconds);
    stops.push(() => model.stop());
    await model.start();
    return model;
  }

  function hold(port: number, count: number, bytes = ''): Socket[] {
    const sockets = Array.from({ length: count }, () => {
      const socket = connect(port, '127.0.0.1', () => bytes && socket.write(bytes));
      return socket.on('error', () => undefined);
    });
    stops.push(() => sockets.forEach(socket => socket.destroy()));
    return sockets;
  }

  it('refuses what is too much at once, and is no slower for the others', async () => {
    const [slots, milliseconds, seconds] = [8, 200, 15];
    const model = await startModel(slots, milliseconds);
    const proxy = await startProxy(model.port, { concurrency: slots });
    const unloaded = percentile(
      (await inTurn(proxy.port, 15)).map(({ ms }) => ms),
      50,
    );
    const before = memoryOf(proxy.pid, 'VmRSS');

    const capacity = (slots * 1000) / milliseconds;
    const agent = new Agent({ keepAlive: true });
    const asked: Promise<Timed>[] = [];
    const start = Date.now();
    while (Date.now() - start < seconds * 1000) {
      while (asked.length < ((Date.now() - start) / 1000) * 5 * capacity) {
        asked.push(timed(proxy.port, agent));
      }
      await sleep(5);
    }
    const answers = await Promise.all(asked);
    agent.destroy();
    const of = (status: number) => answers.filter(answer => answer.status === status).map(({ ms }) => ms);
    const [accepted, refused] = [of(200), of(503)];
    const after = memoryOf(proxy.pid, 'VmHWM');
    say(
      `5x capacity (${answers.length} requests): ${accepted.length} accepted, ` +
        `p50 ${percentile(accepted, 50).toFixed(0)} ms, p90 ${percentile(accepted, 90).toFixed(0)} ms, p99 ${percentile(accepted, 99).toFixed(0)} ms ` +
        `(unloaded ${unloaded.toFixed(0)} ms); ${refused.length} refused, p50 ${percentile(refused, 50).toFixed(1)} ms, ` +
        `p90 ${percentile(refused, 90).toFixed(1)} ms, p99 ${percentile(refused, 99).toFixed(1)} ms; memory ${mebi(before)} before, ${mebi(after)} at most`,
    );
    expect(accepted.length + refused.length).toBe(answers.length);
    expect(percentile(refused, 90)).toBeLessThan(50);
    expect(percentile(accepted, 90)).toBeLessThan(2 * unloaded);
    expect(accepted.length).toBeGreaterThan(0.8 * capacity * seconds);
    expect(model.most).toBeLessThanOrEqual(slots);
    expect(after).toBeLessThan(CONTAINER_MEMORY / 2);
  });

  it('takes as many at once as there is room for, with no connection open yet', async () => {
    const model = await startModel(8, 200);
    const proxy = await startProxy(model.port, { concurrency: 8 });
    for (let burst = 0; burst < 5; burst++) {
      const answers = await Promise.all(Array.from({ length: 12 }, () => timed(proxy.port)));
      expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
      // The connections to the model are closed by then.
      await sleep(1500);
    }
    expect(model.most).toBe(8);
  });

  it('serves others beside callers that send slowly, and beside many idle connections', async () => {
    const model = await startModel(4, 50);
    const proxy = await startProxy(model.port, { concurrency: 4 });
    const unloaded = (await inTurn(proxy.port, 30)).map(({ ms }) => ms);
    const slow = hold(proxy.port, 100, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n');
    hold(proxy.port, 100, 'POST / HTTP/1.1\r\nHo');
    hold(proxy.port, 500);
    const dribble = setInterval(() => slow.forEach(socket => socket.write('x')), 200);
    await sleep(500);
    const answers = await inTurn(proxy.port, 60);
    clearInterval(dribble);
    const loaded = answers.map(({ ms }) => ms);
    say(
      `beside 200 slow and 500 idle connections: p50 ${percentile(loaded, 50).toFixed(1)} ms, ` +
        `p95 ${percentile(loaded, 95).toFixed(1)} ms (unloaded ${percentile(unloaded, 50).toFixed(1)} and ` +
        `${percentile(unloaded, 95).toFixed(1)} ms); memory ${mebi(memoryOf(proxy.pid, 'VmHWM'))}`,
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(percentile(loaded, 80)).toBeLessThan(2 * percentile(unloaded, 50));
    // Those that waited and those that dribbled never reached it.
    expect(model.seen).toBe(90);
  });

  it('answers the kubelet with all connections taken, and callers soon after', async () => {
    const model = await startModel(4, 50);
    const proxy = await startProxy(model.port);
    hold(proxy.port, 1100);
    await sleep(1000);
    await expect(proxy.ask()).rejects.toThrow();
    expect((await ask(proxy.statusPort, { path: '/ready' })).status).toBe(200);
    const start = Date.now();
    const open = () =>
      proxy.ask().then(
        ({ status }) => status === 200,
        () => false,
      );
    await until('callers are served again', open, CONNECTION_SECONDS.life + CONNECTION_SECONDS.farewell);
    say(`1,100 idle connections: callers are served again after ${((Date.now() - start) / 1000).toFixed(1)} s`);
  });

  it.each([
    ['tells its length', 'Content-Length: 1073741824', Buffer.alloc(65536), 0],
    ['comes in chunks', 'Transfer-Encoding: chunked', Buffer.from(`10000\r\n${'x'.repeat(65536)}\r\n`), MEBI],
  ])('refuses a body of 1 GiB early that %s', async (what, header, chunk, limit) => {
    const model = await startModel(4, 50);
    const proxy = await startProxy(model.port, { requestSize: '1Mi' });
    const { answer, taken } = await pour(proxy.port, `POST / HTTP/1.1\r\nHost: a\r\n${header}`, chunk, 16384);
    say(
      `1 GiB that ${what}: ${answer.split('\r\n')[0]} after ${mebi(taken)}, memory ${mebi(memoryOf(proxy.pid, 'VmHWM'))}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    // What the kernel takes before Envoy looks at it is not Envoy's.
    expect(taken).toBeLessThan(limit + 8 * MEBI);
    expect(memoryOf(proxy.pid, 'VmHWM')).toBeLessThan(CONTAINER_MEMORY / 2);
    expect(model.seen).toBe(0);
  });

  it('answers 504 when the model takes too long', async () => {
    const echo = new EchoServer();
    stops.push(() => echo.stop());
    await echo.start();
    const proxy = await startProxy(echo.port, { timeoutSeconds: 1 });
    const start = performance.now();
    const { status } = await proxy.ask({ path: '/?wait=5000' });
    const ms = performance.now() - start;
    say(`time limit of 1 s: ${status} after ${ms.toFixed(0)} ms`);
    expect(status).toBe(504);
    expect(ms).toBeGreaterThan(950);
    expect(ms).toBeLessThan(2500);
    expect(echo.seen).toHaveLength(1);
  });

  it('sends nothing again that the model has seen', async () => {
    let seen = 0;
    const reset = createServer(socket => {
      socket.once('data', () => {
        seen++;
        socket.resetAndDestroy();
      });
    });
    stops.push(() => reset.close());
    const proxy = await startProxy(await listening(reset));
    const answers: Answer[] = [];
    for (let index = 0; index < 20; index++) {
      answers.push(await proxy.ask({ method: 'POST', body: '{}' }));
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(seen).toBe(20);
  });

  it('answers 429 to the client that calls too often, and to no other', async () => {
    const model = await startModel(16, 5);
    const limits = { rate: { perSecond: 5, burst: 10 } };
    const proxy = await startProxy(model.port, limits, ApiAuth.apiKeys(SecretSource.existing('churn-clients')));
    const as = (client: string) => proxy.ask({ headers: { 'x-api-key': keyOf(client) } });
    const count = async (client: string, requests: number) => {
      const answers: number[] = [];
      for (let index = 0; index < requests; index++) {
        answers.push((await as(client)).status);
      }
      return [200, 429].map(status => answers.filter(answer => answer === status).length);
    };
    const [busy, quiet] = [await count('web', 40), await count('batch', 8)];
    say(
      `rate of 5/s, burst of 10: ${busy[0]} of 40 answered, ${busy[1]} got 429; ${quiet[0]} of 8 of the other client`,
    );
    expect(busy[0]! + busy[1]!).toBe(40);
    expect(busy[0]).toBeGreaterThanOrEqual(10);
    expect(busy[0]).toBeLessThan(25);
    expect(quiet).toEqual([8, 0]);
  });
});

const keyOf = (client: string): string => createHash('sha256').update(client).digest('hex');
