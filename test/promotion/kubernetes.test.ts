import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesReader } from '../../lib/promotion/ports/kubernetes';

jest.mock('node:child_process', () => ({ execFile: jest.fn() }));
jest.mock('node:https', () => ({ request: jest.fn() }));

describe('what the Kubernetes API answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
  beforeAll(() => ['token', 'ca.crt'].forEach(name => writeFileSync(join(folder, name), name)));
  beforeEach(() => delete process.env['KUBERNETES_SERVICE_HOST']);
  afterAll(() => rmSync(folder, { recursive: true }));

  const ways: Record<string, (text: string) => Promise<unknown>> = {
    kubectl: text => {
      jest
        .mocked(execFile)
        .mockImplementation(((...[, , , tell]: [string, string[], object, (...given: unknown[]) => void]) =>
          setImmediate(() => tell(null, text, ''))) as never);
      return kubernetesReader(folder)('/api');
    },
    'the Kubernetes API': text => {
      process.env['KUBERNETES_SERVICE_HOST'] = '127.0.0.1';
      const sent = Object.assign(new EventEmitter(), { end: () => undefined });
      const response = Object.assign(new EventEmitter(), { statusCode: 200 });
      jest.mocked(request).mockImplementation(((_options: unknown, tell: (given: unknown) => void) => {
        setImmediate(() => {
          tell(response);
          response.emit('data', Buffer.from(text));
          response.emit('end');
        });
        return sent;
      }) as never);
      return kubernetesReader(folder)('/api');
    },
  };

  it.each(Object.keys(ways))('is an object, through %s', async who => {
    expect(await ways[who]!('{"a":1}')).toEqual({ a: 1 });
  });

  it.each(Object.keys(ways))('is told to be none if it is a page, through %s', async who => {
    await expect(ways[who]!('<html>log in</html>')).rejects.toMatchObject({
      name: 'ServiceError',
      fault: 'malformed',
      message: `${who}: what it answers to GET /api is no JSON; is it the API server?`,
    });
  });
});
