import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { Cycle } from '../../lib/promotion/cycle';
import { MemoryRegistry } from '../promotion/memory-registry';
import { describeJudged } from './judge';
import { sshdProgram, SshServer } from './promotion/ssh-server';
import { synthesize, Teams } from './promotion/teams';

jest.setTimeout(120_000);

describeJudged('a repository behind ssh', sshdProgram() ? undefined : 'sshd is not installed', () => {
  const teams = new Teams(1, 1, 'http://mlflow.example.com');
  const { repository } = teams;
  const server = new SshServer(repository.root);
  let hostKey: string;
  let ownKey: string;

  beforeAll(async () => {
    [hostKey, ownKey] = [server.key('host'), server.key('own')];
    await server.start(hostKey, ownKey);
  });
  afterAll(async () => {
    server.stop();
    await repository.remove();
  });

  async function promote(sshKey: string, knownHosts: string) {
    const registry = new MemoryRegistry().register('team0-m0', 1).register('team0-m0', 2);
    await registry.moveAlias('team0-m0', 'champion', 2);
    const url = `ssh://${userInfo().username}@127.0.0.1:${server.port}${repository.bare}`;
    const git = repository.open({ url, sshKey, knownHosts });
    const world = { git, registry: () => registry, synthesize, now: () => new Date(), pause: async () => undefined };
    return new Cycle(world).run();
  }

  it('63: is not asked if nobody knows its key', async () => {
    const none = join(repository.root, 'none');
    writeFileSync(none, '');
    await expect(promote(ownKey, none)).rejects.toMatchObject({
      fault: 'denied',
      message: expect.stringMatching(/Host key verification failed.*; check the credentials, the known hosts/),
    });
  });

  it('63: is not asked if its key is another one than it was', async () => {
    const before = server.knownHosts('before', server.key('host-before'));
    await expect(promote(ownKey, before)).rejects.toMatchObject({ fault: 'denied' });
  });

  it('63: does not take a key that it does not know', async () => {
    const known = server.knownHosts('known', hostKey);
    await expect(promote(server.key('stranger'), known)).rejects.toMatchObject({
      fault: 'denied',
      message: expect.stringContaining('Permission denied'),
    });
    expect(repository.subjects()).toEqual(['edit']);
  });

  it('takes the commit of a key that it knows', async () => {
    await promote(ownKey, server.knownHosts('known', hostKey));
    expect(repository.subjects()).toEqual(['edit', 'production/team0: team0-m0 1 -> 2']);
  });
});
