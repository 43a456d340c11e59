import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WatchServer } from '../../lib/promotion/ports/watch-server';

/** The kubelet waits no longer for the answer to a probe of PromotionController. */
const KUBELET_MILLISECONDS = 2_000;

jest.setTimeout(60_000);

describe('the server of the probes', () => {
  let server: WatchServer;
  let port: number;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    server = new WatchServer({
      host: '127.0.0.1',
      port: 0,
      onHint: () => undefined,
      onDelivery: () => undefined,
      metrics: async () => 'mlops_looks_total 1\n',
      ready: () => true,
      alive: () => true,
      now: () => new Date(),
    });
    port = await server.listen();
  });
  afterEach(async () => {
    sockets.splice(0).forEach(socket => socket.destroy());
    await server.close();
  });

  async function open(text = ''): Promise<Socket> {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.resume().write(text);
    return socket;
  }
  const livez = async () => {
    const signal = AbortSignal.timeout(KUBELET_MILLISECONDS);
    return fetch(`http://127.0.0.1:${port}/livez`, { signal, headers: { connection: 'close' } }).then(
      ({ status }) => status,
      (error: Error) => error.name,
    );
  };

  it.each([
    ['256 connections that say nothing', 256, ''],
    ['1,000 of them', 1_000, ''],
    ['256 that never end what they ask', 256, 'POST /webhook HTTP/1.1\r\nhost: a\r\n'],
    ['256 that keep theirs after an answer', 256, 'GET /livez HTTP/1.1\r\nhost: a\r\n\r\n'],
  ])('answers the kubelet in its time beside %s', async (_, count, text) => {
    for (let left = count; left > 0; left--) {
      await open(text);
    }
    expect([await livez(), await livez()]).toEqual([200, 200]);
  });

  it('closes connections on which nothing happens, and those whose headers do not end', async () => {
    const idle = [
      await open(),
      await open('GET /livez HTTP/1.1\r\n'),
      await open('GET /livez HTTP/1.1\r\nhost: a\r\n\r\n'),
    ];
    const start = Date.now();
    await Promise.all(idle.map(socket => once(socket, 'close')));
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});
