import { createServer } from 'node:http';
import { connect, createServer as createRawServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiAuth, ModelApi, ModelRuntime, type ModelApiProps } from '../../lib';
import { apiKeyFile } from '../../lib/core/api-key-file';
import { chartIn } from '../support';
import { memoryOf } from './envoy/memory';
import { envoyProgram } from './envoy/program';
import { ask, RunningProxy } from './envoy/proxy';
import { listening } from './envoy/servers';
import { SlotModel } from './envoy/slots';
import { describeJudged } from './judge';
import { until } from './mlflow/servers';

jest.setTimeout(180_000);

const found = envoyProgram();
const MEBI = 2 ** 20;
/** Limit for the memory of the sidecar, by default: above it the kernel ends it. */
const CONTAINER_MEMORY = 256 * MEBI;

/** What a hostile caller does on one connection. */
interface Sender {
  /** Begin of the request. */
  readonly head: string;
  /** What it goes on with, until it has sent so many bytes of it. */
  readonly piece: Buffer;
  readonly bytes: number;
  /** Time between two pieces, in milliseconds; without it they go as fast as they are taken. */
  readonly pause?: number;
}

const post = (...headers: string[]): string =>
  ['POST /invocations HTTP/1.1', 'Host: churn', ...headers, '\r\n'].join('\r\n');
const chunk = (bytes: number): Buffer => Buffer.from(`${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`);

/** Connections that send, and what came back on each. */
class Senders {
  public readonly answers: string[] = [];
  public taken = 0;
  private readonly sockets: Socket[] = [];
  private stopped = false;

  constructor(
    private readonly port: number,
    count: number,
    sender: Sender,
  ) {
    for (let index = 0; index < count; index++) {
      this.send(sender);
    }
  }

  /** Statuses of the answers, with how many have each; 0 are those that have none. */
  public get statuses(): Record<string, number> {
    const counts: Record<string, number> = {};
    this.answers.forEach(answer => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? '0';
      counts[status] = (counts[status] ?? 0) + 1;
    });
    return counts;
  }

  public stop(): void {
    this.stopped = true;
    this.sockets.forEach(socket => socket.destroy());
  }

  private send({ head, piece, bytes, pause }: Sender): void {
    const index = this.answers.push('') - 1;
    let sent = 0;
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    this.sockets.push(socket);
    const more = (): void => {
      if (this.stopped || socket.destroyed || this.answers[index] !== '' || sent + piece.length > bytes) {
        return;
      }
      sent += piece.length;
      socket.write(piece, error => {
        this.taken += error ? 0 : piece.length;
        return pause === undefined ? more() : setTimeout(more, pause).unref();
      });
    };
    socket.on('error', () => undefined).on('data', data => (this.answers[index] += data.toString('latin1', 0, 100)));
    socket.write(head, more);
  }
}

describeJudged('the memory of the proxy', 'missing' in found ? found.missing : undefined, () => {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) {
      await stop();
    }
  });

  async function startProxy(modelPort: number, props: Partial<ModelApiProps> = {}): Promise<RunningProxy> {
    const chart = chartIn('fraud');
    new ModelApi(chart, 'churn', {
      model: { name: 'churn', version: 7 },
      runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' }),
      auth: ApiAuth.none('a judge calls'),
      ...props,
    });
    const proxy = new RunningProxy((found as { program: string }).program, chart, {
      servers: { '127.0.0.1:8080': modelPort },
      files: { 'churn-clients': { 'clients.yaml': apiKeyFile([{ key: 'f'.repeat(64), client: 'web' }]) } },
    });
    stops.push(() => proxy.stop());
    await proxy.start('dropped');
    return proxy;
  }

  async function startModel(): Promise<number> {
    const model = new SlotModel(16, 20);
    stops.push(() => model.stop());
    await model.start();
    return model.port;
  }

  /** Lets them send for so long; tells what the proxy needed at most, and whether it served others meanwhile and after. */
  async function attack(proxy: RunningProxy, what: string, count: number, sender: Sender, seconds = 10) {
    const before = memoryOf(proxy.pid, 'VmRSS');
    const senders = new Senders(proxy.port, count, sender);
    stops.push(() => senders.stop());
    const served = { meanwhile: 0, asked: 0 };
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) {
      served.asked++;
      const answer = ask(proxy.port, { method: 'POST', body: '{}' }).catch(() => ({ status: 0 }));
      const { status } = await Promise.race([answer, sleep(5000, { status: 0 }, { ref: false })]);
      served.meanwhile += status === 200 ? 1 : 0;
    }
    const most = memoryOf(proxy.pid, 'VmHWM');
    process.stderr.write(
      `${count} ${what}: memory ${(before / MEBI).toFixed(0)} MiB before, ${(most / MEBI).toFixed(0)} at most; ` +
        `${(senders.taken / MEBI).toFixed(0)} MiB sent, answers ${JSON.stringify(senders.statuses)}; ` +
        `${served.meanwhile} of ${served.asked} small requests served meanwhile\n`,
    );
    expect(proxy.running).toBe(true);
    senders.stop();
    await until('callers are served', async () => (await proxy.ask({ method: 'POST', body: '{}' })).status === 200, 15);
    return { most, ...served };
  }

  test.each<[string, number, Sender]>([
    [
      'senders of 15 MiB that tell its length and never end',
      100,
      { head: post(`Content-Length: ${16 * MEBI}`), piece: Buffer.alloc(65536), bytes: 15 * MEBI },
    ],
    [
      'senders of 15 MiB in chunks that never end',
      100,
      { head: post('Transfer-Encoding: chunked'), piece: chunk(65536), bytes: 15 * MEBI },
    ],
    [
      'slow senders of 15 MiB',
      100,
      { head: post(`Content-Length: ${15 * MEBI}`), piece: Buffer.alloc(262_144), bytes: 15 * MEBI, pause: 50 },
    ],
    [
      'senders of bodies just below the limit of small ones',
      990,
      { head: post('Content-Length: 32768'), piece: Buffer.alloc(1024), bytes: 31 * 1024 },
    ],
    [
      'senders of 1 MiB',
      900,
      { head: post(`Content-Length: ${MEBI}`), piece: Buffer.alloc(16_384), bytes: MEBI - 16_384 },
    ],
    [
      'senders of 15 MiB in many small pieces',
      24,
      { head: post(`Content-Length: ${15 * MEBI}`), piece: Buffer.alloc(600), bytes: 15 * MEBI, pause: 0 },
    ],
    [
      'senders of long headers',
      990,
      { head: post(`X-Long: ${'x'.repeat(58_000)}`).slice(0, -2), piece: Buffer.from('x'), bytes: 1, pause: 1000 },
    ],
  ])('stays below its limit with %s', async (what, ...[count, sender]) => {
    const proxy = await startProxy(await startModel());
    const { most, meanwhile, asked } = await attack(proxy, what, count, sender);
    expect(most).toBeLessThan(CONTAINER_MEMORY);
    expect(meanwhile).toBeGreaterThan(asked / 2);
  });

  it('stays below its limit when the model does not take what it is sent', async () => {
    const deaf = createRawServer(socket => socket.pause().on('error', () => undefined));
    stops.push(() => deaf.close());
    const proxy = await startProxy(await listening(deaf), { limits: { timeoutSeconds: 3 } });
    const senders = new Senders(proxy.port, 100, {
      head: post(`Content-Length: ${15 * MEBI}`),
      piece: Buffer.alloc(65536),
      bytes: 15 * MEBI,
    });
    stops.push(() => senders.stop());
    await sleep(8000);
    const most = memoryOf(proxy.pid, 'VmHWM');
    process.stderr.write(
      `100 senders of 15 MiB to a model that takes nothing: ${(most / MEBI).toFixed(0)} MiB at most, ` +
        `answers ${JSON.stringify(senders.statuses)}\n`,
    );
    expect(most).toBeLessThan(CONTAINER_MEMORY);
  });

  it('stays below its limit when callers do not take what the model answers', async () => {
    const answer = Buffer.alloc(32 * MEBI);
    const model = createServer((request, response) => request.resume().once('end', () => response.end(answer)));
    stops.push(() => (model.close(), model.closeAllConnections()));
    const proxy = await startProxy(await listening(model));
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(proxy.port, '127.0.0.1', () => socket.write(post('Content-Length: 0')));
      return socket.on('error', () => undefined).pause();
    });
    stops.push(() => sockets.forEach(socket => socket.destroy()));
    await sleep(5000);
    const most = memoryOf(proxy.pid, 'VmHWM');
    process.stderr.write(`100 callers that do not read 32 MiB: ${(most / MEBI).toFixed(0)} MiB at most\n`);
    expect(most).toBeLessThan(CONTAINER_MEMORY);
  });

  it('holds nothing of callers without a key', async () => {
    const proxy = await startProxy(await startModel(), { auth: undefined });
    const senders = new Senders(proxy.port, 100, {
      head: post(`Content-Length: ${15 * MEBI}`),
      piece: Buffer.alloc(65536),
      bytes: 15 * MEBI,
    });
    stops.push(() => senders.stop());
    await sleep(3000);
    const most = memoryOf(proxy.pid, 'VmHWM');
    process.stderr.write(
      `100 senders of 15 MiB without a key: ${(most / MEBI).toFixed(0)} MiB at most, ` +
        `answers ${JSON.stringify(senders.statuses)}\n`,
    );
    expect(senders.statuses['200']).toBeUndefined();
    expect(most).toBeLessThan(CONTAINER_MEMORY / 2);
  });
});
