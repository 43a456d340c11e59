import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { SharedRepository } from '../promotion/shared-repository';
import { mlops } from './process';
import { UNANSWERED } from './unanswered';

jest.setTimeout(120_000);

describe('options that cannot be used', () => {
  const repository = new SharedRepository({ 'promotion.yaml': UNANSWERED });
  let server: Server;
  beforeAll(() => new Promise<void>(resolve => (server = createServer().listen(0, '127.0.0.1', () => resolve()))));
  afterAll(async () => {
    await new Promise(resolve => server.close(resolve));
    await repository.remove();
  });

  const told = (name: string, ...args: string[]) => {
    const { status, stderr } = mlops(repository.work, [name, '--cache', join(repository.root, 'cache'), ...args]);
    return { status, told: stderr.split('\n')[0] };
  };
  const mistake = (text: string) => ({ status: 1, told: text });

  it('are a port that is none', () => {
    const address = '127.0.0.1:99999';
    expect(told('watch', '--once', '--listen', address)).toEqual(
      mistake(`[--listen] "${address}" is no address; write it as 127.0.0.1:8080`),
    );
  });

  it('are a port that somebody has', () => {
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(told('watch', '--once', '--listen', address)).toEqual(
      mistake(`[--listen] ${address} cannot be used: another program listens there; name another address`),
    );
  });

  it('are a secret that is not there, or that nobody asks for', () => {
    expect(told('watch', '--once', '--listen', '127.0.0.1:0', '--webhook-secret', 'none')).toEqual(
      mistake('[--webhook-secret] "none" cannot be read: ENOENT; name another file'),
    );
    expect(told('watch', '--once', '--webhook-secret', 'promotion.yaml')).toEqual(
      mistake('[--webhook-secret] nothing listens for webhooks; say where: --listen :8080'),
    );
  });

  it('are a folder in a file', () => {
    const folder = join(repository.work, 'promotion.yaml/x');
    const { status, told: line } = told('plan', '--cache', folder);
    expect(status).toBe(5);
    expect(line).toMatch(/^the folder \S+promotion\.yaml\/x\/\w+ cannot be used: ENOTDIR; name another: --cache$/);
  });

  it.each(['abc', '-1', '0', '1.5'])('are %s rows of history', limit => {
    expect(told('history', `--limit=${limit}`)).toEqual(
      mistake(`[--limit] "${limit}" is no count; use a whole number from 1 on`),
    );
  });
});
