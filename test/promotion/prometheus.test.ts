import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { prometheus } from '../../lib/promotion/ports/prometheus';

describe('an answer of Prometheus', () => {
  let server: Server;
  let values: readonly string[];
  /** What is answered in place of values. */
  let other: { readonly status: number; readonly text: string } | undefined;
  let asked: (query: string) => Promise<number | undefined>;
  beforeAll(async () => {
    server = createServer((_, response) => {
      if (other) {
        response.writeHead(other.status).end(other.text);
        return;
      }
      const result = values.map(value => ({ metric: {}, value: [1, value] }));
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    asked = prometheus({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  beforeEach(() => (other = undefined));
  afterAll(() => void server.close());

  it.each([
    ['0.5', 0.5],
    ['1e-05', 0.00001],
    ['+Inf', Infinity],
    ['-Inf', -Infinity],
    ['NaN', undefined],
  ])('that is %s', async (text, value) => {
    values = [text];
    expect(await asked('up')).toBe(value);
  });

  it.each([[[]], [['1', '2']]])('is none if it is not one number: %j', async several => {
    values = several;
    expect(await asked('up')).toBeUndefined();
  });

  it.each([
    ['elsewhere', 'is no Prometheus', 200, '<html>', 'name Prometheus: --prometheus <url>'],
    [
      'malformed',
      'understands no such query',
      400,
      '{"status":"error"}',
      'mend the query, or name Prometheus: --prometheus <url>',
    ],
  ])('has the fault %s if the server %s', async (fault, _what, status, text, remedy) => {
    other = { status, text };
    await expect(asked('up')).rejects.toMatchObject({
      fault,
      message: expect.stringMatching(
        new RegExp(`^http://127.* has no answer to the question of a canary \\(${status}\\); ${remedy}$`),
      ),
    });
  });
});
