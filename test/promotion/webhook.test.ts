import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Controller } from '../../lib/promotion/controller';
import type { Cycle } from '../../lib/promotion/cycle';
import { WatchServer } from '../../lib/promotion/ports/watch-server';
import { Deliveries } from '../../lib/promotion/webhook';

const SECRET = 'a-secret-of-the-test';
const BODY = '{"entity": "model_version_alias", "action": "created"}';

interface Sent {
  readonly id?: string;
  readonly age?: number;
  readonly secret?: string;
  readonly prefix?: string;
  readonly body?: string;
  readonly signed?: string;
  readonly headers?: Record<string, string | string[] | undefined>;
}

describe('the receiver of webhooks', () => {
  let server: WatchServer;
  let port: number;
  let hints: number;
  let now: Date;

  beforeEach(async () => {
    hints = 0;
    now = new Date();
    server = new WatchServer({
      host: '127.0.0.1',
      port: 0,
      deliveries: new Deliveries(() => SECRET),
      onHint: () => void hints++,
      onDelivery: () => undefined,
      metrics: async () => 'mlops_looks_total 1\n',
      ready: () => false,
      alive: () => true,
      now: () => now,
    });
    port = await server.listen();
  });
  afterEach(() => server.close());

  function send({
    id = randomUUID(),
    age = 0,
    secret = SECRET,
    prefix = 'v1,',
    body = BODY,
    signed = body,
    headers = {},
  }: Sent) {
    const timestamp = `${Math.floor(now.getTime() / 1000) - age}`;
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${signed}`).digest('base64');
    const all = {
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(body)}`,
      'x-mlflow-delivery-id': id,
      'x-mlflow-timestamp': timestamp,
      'x-mlflow-signature': `${prefix}${signature}`,
      ...headers,
    };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >;
    return new Promise<number | string>(resolve => {
      const sent = request({ port, host: '127.0.0.1', path: '/webhook', method: 'POST', headers: given }, response => {
        response.resume();
        resolve(response.statusCode!);
      });
      sent.on('error', error => resolve((error as NodeJS.ErrnoException).code!));
      sent.end(body);
    });
  }

  it('takes a hint that MLflow signed', async () => {
    expect([await send({}), hints]).toEqual([204, 1]);
  });

  test.each<[string, Sent, number]>([
    ['44: no signature', { headers: { 'x-mlflow-signature': undefined } }, 401],
    ['44: a wrong signature', { headers: { 'x-mlflow-signature': 'v1,AAAA' } }, 401],
    ['44: another prefix', { prefix: 'v2,' }, 401],
    ['44: no prefix', { prefix: '' }, 401],
    ['44: another secret', { secret: 'another-secret-of-the-test' }, 401],
    ['45: one that is 301 s old', { age: 301 }, 401],
    ['45: one of the future', { age: -301 }, 401],
    ['45: a time that is none', { headers: { 'x-mlflow-timestamp': 'now' } }, 401],
    ['47: a body of which one byte changed', { signed: BODY.replace('a', 'b') }, 401],
    ['48: 10 MB', { body: 'x'.repeat(10_000_000) }, 413],
    ['50: a header twice', { id: 'a', headers: { 'x-mlflow-delivery-id': ['a', 'a'] } }, 401],
    ['50: a body without a length', { headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' } }, 411],
    ['50: another type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['50: no id', { headers: { 'x-mlflow-delivery-id': undefined } }, 401],
  ])('refuses %s', async (_, sent, status) => {
    const answered = await send(sent);
    // Whoever sends too much may find the line cut before the answer.
    expect([status, 'EPIPE', 'ECONNRESET']).toContain(answered);
    expect(hints).toBe(0);
  });

  it('46: refuses what came before', async () => {
    expect([await send({ id: 'once' }), await send({ id: 'once' }), hints]).toEqual([204, 401, 1]);
    now = new Date(now.getTime() + 200_000);
    expect(await send({ id: 'once' })).toBe(401);
  });

  it('48: reads nothing of a body that is too long', async () => {
    const socket = connect(port, '127.0.0.1').resume();
    const closed = new Promise<void>(resolve => socket.on('error', () => undefined).on('close', () => resolve()));
    const part = Buffer.alloc(1_048_576, 'x');
    let taken = 0;
    const more = (error?: Error | null) => {
      if (!error && taken++ < 1_024) {
        socket.write(part, more);
      }
    };
    const length = 1_024 * 1_048_576;
    socket.write(
      `POST /webhook HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`,
    );
    more();
    await closed;
    expect([taken < 64, hints]).toEqual([true, 0]);
  });

  it('48: remembers no more than ten thousand, and refuses more until those are stale', () => {
    const deliveries = new Deliveries(() => SECRET);
    const judge = (id: string, at: Date) => {
      const timestamp = `${Math.floor(at.getTime() / 1000)}`;
      const signature = `v1,${createHmac('sha256', SECRET).update(`${id}.${timestamp}.`).digest('base64')}`;
      return deliveries.judge({ id, timestamp, signature, body: Buffer.alloc(0) }, at);
    };
    const statuses = new Set(Array.from({ length: 10_000 }, (_, index) => judge(`id-${index}`, now)));
    expect([statuses, judge('more', now)]).toEqual([new Set([204]), 429]);
    expect(judge('more', new Date(now.getTime() + 302_000))).toBe(204);
  });

  it('48: takes no more than a hundred in a second', async () => {
    const answers = [];
    for (let count = 0; count < 150; count++) {
      answers.push(await send({}));
    }
    expect([answers.filter(status => status === 429).length, hints]).toEqual([50, 100]);
    now = new Date(now.getTime() + 1_000);
    expect(await send({})).toBe(204);
  });

  it('tells how it does, and nothing else', async () => {
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await Promise.all(['/livez', '/readyz', '/metrics', '/webhook', '/'].map(get))).toEqual([
      200, 503, 200, 404, 404,
    ]);
  });
});

describe('the controller', () => {
  /** How often it looked within a time. */
  async function looks(
    milliseconds: number,
    act: (controller: Controller) => void,
    fails = false,
    intervalSeconds = 0.2,
  ) {
    let count = 0;
    const look = async () => {
      count++;
      if (fails) {
        throw new Error('down');
      }
      return {};
    };
    const cycle = { run: look, look } as unknown as Cycle;
    const stop = new AbortController();
    const props = { intervalSeconds, dryRun: false, report: async () => undefined, now: () => new Date() };
    const controller = new Controller({ cycle, ...props });
    const ended = controller.run(stop.signal);
    act(controller);
    await new Promise(resolve => setTimeout(resolve, milliseconds));
    stop.abort();
    await ended;
    return count;
  }

  it('looks once an interval, whether a look fails or not', async () => {
    expect(await looks(700, () => undefined)).toBeGreaterThanOrEqual(3);
    expect(await looks(700, () => undefined, true)).toBeLessThanOrEqual(4);
  });

  it('48, 49: looks once more for 10,000 hints', async () => {
    const burst = (controller: Controller) => {
      for (let count = 0; count < 10_000; count++) {
        setTimeout(() => controller.hint(), 20);
      }
    };
    expect(await looks(1_000, burst, false, 60)).toBe(2);
  });

  it('stops at once while it waits', async () => {
    const start = Date.now();
    await looks(0, () => undefined);
    expect(Date.now() - start).toBeLessThan(190);
  });
});
