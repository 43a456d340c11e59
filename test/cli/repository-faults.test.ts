import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { mlopsBeside } from './process';
import { UNANSWERED } from './unanswered';

jest.setTimeout(120_000);

const PINS = 'models:\n  churn:\n    version: 1\n';

describe('a fault of the repository', () => {
  const repository = new SharedRepository({
    'promotion.yaml': UNANSWERED.replace(/alias: \w+/, '$&, values: releases/churn.yaml'),
    [PIN]: PINS,
    'releases/churn.yaml': 'model: { name: churn, version: 1 }\nsource: { kind: registry }\n',
  });
  afterAll(() => repository.remove());

  const run = (...args: string[]) => mlopsBeside(repository.work, [...args, '--cache', join(repository.root, 'cache')]);

  it('ends with 6 if the server refuses the credentials, and with 17 if it got none', async () => {
    const server = createServer((_, response) => void response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/platform.git`;
    const credentials = join(repository.root, 'credentials');
    mkdirSync(join(credentials, 'git'), { recursive: true });
    writeFileSync(join(credentials, 'git/token'), 'a-token');
    expect(await run('plan', '--repository', url)).toMatchObject({ status: 17 });
    expect(await run('plan', '--repository', url, '--credentials', credentials)).toMatchObject({ status: 6 });
    server.close();
  });

  it('ends with 7 if the push is refused', async () => {
    repository.hook('pre-receive', 'exit 1');
    const { status, stderr } = await run('delete', 'churn');
    expect([status, stderr]).toEqual([7, expect.stringContaining('let the committer push')]);
    rmSync(join(repository.bare, 'hooks/pre-receive'));
  });

  it('ends with 10 if the commit cannot be signed', async () => {
    repository.git(repository.work, 'config', 'commit.gpgSign', 'true');
    repository.git(repository.work, 'config', 'gpg.program', '/bin/false');
    const { status, stderr } = await run('delete', 'churn');
    expect([status, stderr]).toEqual([10, expect.stringContaining('the commit cannot be signed')]);
  });

  it('ends with 11 if a link is where the pins should be', async () => {
    rmSync(join(repository.work, PIN));
    symlinkSync('other.yaml', join(repository.work, PIN));
    repository.push('a link');
    expect(await run('history')).toMatchObject({ status: 11, stderr: expect.stringContaining('a link') });
  });

  it('ends with 8 if the history was rewritten', async () => {
    repository.git(repository.work, 'commit', '--quiet', '--amend', '--message=another');
    repository.git(repository.work, 'push', '--quiet', '--force', 'origin', 'HEAD:main');
    expect(await run('history')).toMatchObject({ status: 8, stderr: expect.stringContaining('was rewritten') });
  });
});
