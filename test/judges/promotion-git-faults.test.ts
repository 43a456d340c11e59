import { execFileSync, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Cycle, type Outcome, type Surroundings } from '../../lib/promotion/cycle';
import type { RemoteGitRepositoryProps } from '../../lib/promotion/ports/remote-git-repository';
import { MemoryRegistry } from '../promotion/memory-registry';
import { once } from '../promotion/once';
import { PIN, RULES } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { GitServer, isPush } from './promotion/git-server';

jest.setTimeout(180_000);

const PINS = `models:\n${Array.from({ length: 5 }, (_, index) => `  m${index}:\n    version: 1\n`).join('')}`;
const PASSWORD = 'a-password-of-the-test';

describe('a repository', () => {
  let repository: SharedRepository;
  let registry: MemoryRegistry;
  let server: GitServer | undefined;

  beforeEach(async () => {
    repository = new SharedRepository({ 'promotion.yaml': RULES, [PIN]: PINS });
    registry = new MemoryRegistry();
    for (let model = 0; model < 5; model++) {
      [1, 2, 3].forEach(version => registry.register(`m${model}`, version));
      await registry.moveAlias(`m${model}`, 'champion', 1);
    }
    await registry.moveAlias('m0', 'champion', 2);
  });
  afterEach(async () => {
    server?.stop();
    server = undefined;
    await repository.remove();
  });

  const cycle = (props: Partial<RemoteGitRepositoryProps> = {}, world: Partial<Surroundings> = {}) =>
    new Cycle({
      git: repository.open(props),
      registry: () => registry,
      synthesize: async () => undefined,
      now: () => new Date(),
      pause: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
      ...world,
    });
  const gates = ({ plan }: Outcome) => plan.held.flatMap(({ reasons }) => reasons.map(({ gate }) => gate));
  const versions = () => [...repository.read(PIN).matchAll(/version: (\d)/g)].map(([, version]) => Number(version));
  const fault = async (run: Promise<unknown>) =>
    run.then(
      () => 'none',
      (error: { fault?: string; message: string }) => `${error.fault}: ${error.message}`,
    );

  it('51, 66: gets every promotion of five writers at once, one after the other', async () => {
    for (let model = 0; model < 5; model++) {
      await registry.moveAlias(`m${model}`, 'champion', 3);
    }
    await Promise.all(Array.from({ length: 5 }, () => cycle().run()));
    expect(versions()).toEqual([3, 3, 3, 3, 3]);
    expect(repository.linear()).toBe(true);
    expect(repository.subjects().slice(1).sort()).toEqual(
      [0, 1, 2, 3, 4].map(model => `production/fraud: m${model} 1 -> 3`),
    );
  });

  it('52: keeps what a person pinned meanwhile, and says so', async () => {
    const faster = once(() => repository.edit({ [PIN]: PINS.replace('m0:\n    version: 1', 'm0:\n    version: 3') }));
    const slow = cycle({}, { synthesize: async () => faster() });
    expect(gates(await slow.run())).toEqual(['taken-back']);
    expect(versions()[0]).toBe(3);
  });

  it('53: keeps what a person wrote elsewhere meanwhile', async () => {
    const faster = once(() =>
      repository.edit({ [PIN]: `# mind the gap\n${PINS.replace('m1:\n    version: 1', 'm1:\n    version: 3')}` }),
    );
    const slow = cycle({}, { synthesize: async () => faster() });
    await registry.moveAlias('m1', 'champion', 3);
    await slow.run();
    expect([versions(), repository.read(PIN).startsWith('# mind the gap\n')]).toEqual([[2, 3, 1, 1, 1], true]);
  });

  it('54: holds when a hook refuses the push, and goes on when it does not any more', async () => {
    repository.hook('pre-receive', 'echo "only through a review" >&2; exit 1');
    const careful = cycle();
    expect(await fault(careful.run())).toMatch(
      /^refused: main of .* cannot be written: .*let the committer push to the branch$/,
    );
    expect(repository.subjects()).toEqual(['edit']);
    repository.hook('pre-receive', 'exit 0');
    await careful.run();
    expect(repository.subjects()).toHaveLength(2);
  });

  it('54: holds when a lock was left on the server, with its words, and goes on when that is gone', async () => {
    const lock = repository.lock('main');
    const careful = cycle();
    expect(await fault(careful.run())).toMatch(/^refused: main of .* cannot be written: .*main\.lock.*is a lock left/);
    expect(repository.subjects()).toEqual(['edit']);
    rmSync(lock);
    await careful.run();
    expect(repository.subjects()).toHaveLength(2);
  });

  it('55: knows that a push was taken though the line was cut before the answer', async () => {
    server = await GitServer.start(repository.root, basic(PASSWORD));
    const git = { url: `${server.url}/platform.git`, authorization: () => basic(PASSWORD) };
    server.fault = request => (isPush(request) ? 'cut after' : undefined);
    await cycle(git).run();
    expect(server.spoilt).toBeGreaterThan(0);
    expect(repository.subjects()).toEqual(['edit', 'production/fraud: m0 1 -> 2']);
    expect((await cycle(git).run()).done).toEqual([]);
  });

  it('57: holds when its folder cannot be made', async () => {
    const cache = join(repository.root, 'full');
    writeFileSync(cache, 'a file where a folder should be');
    await expect(cycle({ cache }).run()).rejects.toThrow();
    expect(repository.subjects()).toEqual(['edit']);
  });

  it('58: holds when its history was rewritten, until a person says that this is right', async () => {
    const careful = cycle();
    await careful.look();
    repository.git(repository.work, 'commit', '--amend', '--quiet', '--message=another past');
    repository.git(repository.work, 'push', '--quiet', '--force', 'origin', 'HEAD:main');
    expect(await fault(careful.run())).toMatch(/^rewritten: the history of main was rewritten/);
    expect(await fault(careful.run())).toMatch(/^rewritten/);
    expect(repository.subjects()).toEqual(['another past']);
  });

  it('58: goes on without a new start when the folder that it named was removed', async () => {
    const careful = cycle();
    await careful.run();
    await careful.look();
    await registry.moveAlias('m0', 'champion', 3);
    repository.pull();
    repository.git(repository.work, 'commit', '--amend', '--quiet', '--message=another past');
    repository.git(repository.work, 'push', '--quiet', '--force', 'origin', 'HEAD:main');
    const [, folder] = /remove the folder (.*)$/.exec(await fault(careful.run()))!;
    rmSync(folder!, { recursive: true });
    await careful.run();
    expect(versions()[0]).toBe(3);
  });

  it('59: holds when the branch is deleted, or nothing was ever pushed', async () => {
    const careful = cycle();
    await careful.look();
    repository.git(repository.bare, 'update-ref', '-d', 'refs/heads/main');
    expect(await fault(careful.run())).toMatch(/^missing: main of .*; push a first commit, or name another branch$/);
    const empty = new SharedRepository();
    expect(await fault(cycle({ url: empty.bare }).run())).toMatch(/^missing: /);
    await empty.remove();
  });

  it('60: refuses a link or a submodule in the place of a file', async () => {
    const plant = (mode: string, object: string, path: string) => {
      repository.pull();
      repository.git(repository.work, 'update-index', '--add', '--replace', '--cacheinfo', `${mode},${object},${path}`);
      repository.git(repository.work, 'commit', '--quiet', '--message=plant');
      repository.git(repository.work, 'push', '--quiet', 'origin', 'HEAD:main');
    };
    const target = repository.git(repository.work, 'hash-object', '-w', 'promotion.yaml');
    plant('120000', target, PIN);
    expect(await fault(cycle().run())).toMatch(
      /^odd: environments\/production\/fraud.yaml is no plain file but a link/,
    );
    repository.git(repository.work, 'reset', '--quiet', '--hard', 'HEAD~');
    plant('160000', repository.tip(), 'environments/production/other.yaml');
    expect(await fault(cycle().run())).toMatch(/^odd: /);
  });

  it('60: changes nothing when a folder is in the place of a file', async () => {
    repository.edit({ [PIN]: undefined });
    repository.edit({ [`${PIN}/more.yaml`]: PINS });
    const tip = repository.tip();
    expect((await cycle().run()).done).toEqual([]);
    expect(repository.tip()).toBe(tip);
  });

  it('60: does not write through a folder that is a link', async () => {
    const target = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: repository.work,
      input: '/tmp',
      encoding: 'utf8',
    });
    repository.git(repository.work, 'update-index', '--add', '--cacheinfo', `120000,${target.trim()},dist`);
    repository.git(repository.work, 'commit', '--quiet', '--message=plant');
    repository.git(repository.work, 'push', '--quiet', 'origin', 'HEAD:main');
    const writing = cycle(
      {},
      {
        synthesize: async folder => {
          mkdirSync(join(folder, 'dist'), { recursive: true });
        },
      },
    );
    await expect(writing.run()).rejects.toThrow('EEXIST');
    expect(repository.subjects()).toEqual(['edit', 'plant']);
  });

  it('61: runs no filter and no hook that a repository or a person set up', async () => {
    const trace = join(repository.root, 'ran');
    const config = join(repository.root, 'gitconfig');
    writeFileSync(
      config,
      `[filter "x"]\n\tsmudge = touch ${trace}; cat\n\tclean = touch ${trace}; cat\n[core]\n\thooksPath = ${repository.root}/hooks\n`,
    );
    mkdirSync(join(repository.root, 'hooks'));
    for (const hook of ['post-checkout', 'pre-push', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(repository.root, 'hooks', hook), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    }
    repository.edit({ '.gitattributes': '* filter=x diff=x merge=x\n' });
    const home = process.env['HOME'];
    try {
      process.env['HOME'] = repository.root;
      writeFileSync(join(repository.root, '.gitconfig'), `[include]\n\tpath = ${config}\n`);
      // The server is another machine: what it runs is its own affair.
      server = await GitServer.start(repository.root, basic(PASSWORD));
      await cycle({ url: `${server.url}/platform.git`, authorization: () => basic(PASSWORD) }).run();
    } finally {
      process.env['HOME'] = home;
    }
    expect([versions()[0], existsSync(trace)]).toEqual([2, false]);
  });

  it('62: does not mind what a process left that was killed', async () => {
    const cache = join(repository.root, 'kept');
    await cycle({ cache }).look();
    const [name] = readdirSync(cache);
    const folder = join(cache, name!);
    const gone = spawnSync('true').pid;
    const lock = join(folder, 'git/refs/mlops/tip.lock');
    writeFileSync(lock, '');
    const own = `tree-${hostname()}-${process.pid}`;
    [`index-${hostname()}-${gone}-a`, `tree-${hostname()}-${gone}-b`, `${own}-c`].forEach(left =>
      mkdirSync(join(folder, left)),
    );
    // Who holds a lock may still be at work.
    repository.edit({ 'notes.txt': 'a' });
    expect(await fault(cycle({ cache }).run())).toMatch(/^local: .*another process has it locked/);
    utimesSync(lock, new Date(0), new Date(0));
    await cycle({ cache }).run();
    expect([versions()[0], existsSync(lock)]).toEqual([2, false]);
    expect(readdirSync(folder).filter(left => !left.startsWith(`${own}-`))).toEqual(['git']);
    expect(existsSync(join(folder, `${own}-c`))).toBe(false);
  });

  it('62: does not mind a lock of its own index that a killed Git left', async () => {
    const careful = cycle();
    await careful.run();
    const cache = join(repository.root, 'cache-0');
    const folder = join(cache, readdirSync(cache)[0]!);
    const tree = readdirSync(folder).find(name => name.startsWith('tree-'))!;
    writeFileSync(join(folder, tree, 'index.lock'), '');
    await registry.moveAlias('m0', 'champion', 3);
    await careful.run();
    expect(versions()[0]).toBe(3);
  });

  it('63: holds when its password is not taken, and never shows it', async () => {
    server = await GitServer.start(repository.root, basic(PASSWORD));
    const url = `${server.url}/platform.git`;
    const said = await fault(cycle({ url, authorization: () => basic('another-password') }).run());
    expect(said).toMatch(
      /^denied: main of http:\/\/127.0.0.1:\d+\/platform.git cannot be read: .*check the credentials/,
    );
    expect(said).not.toContain(basic('another-password').slice(6));
    await cycle({ url, authorization: () => basic(PASSWORD) }).run();
    expect(versions()[0]).toBe(2);
  });

  it('63: follows no server to another one', async () => {
    server = await GitServer.start(repository.root, basic(PASSWORD));
    const other = createServer(
      (_, response) =>
        void response
          .writeHead(302, { location: `${server!.url}/platform.git/info/refs?service=git-upload-pack` })
          .end(),
    );
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/platform.git`;
    expect(await fault(cycle({ url, authorization: () => basic(PASSWORD) }).run())).toMatch(/^unreachable: /);
    expect(server.requests).toBe(0);
    other.close();
  });

  it('64: holds when it cannot sign, and makes no commit without', async () => {
    const settings = { 'gpg.format': 'ssh', 'user.signingKey': join(repository.root, 'no-key') };
    expect(await fault(cycle({ sign: true, settings }).run())).toMatch(/^unsigned: the commit cannot be signed: /);
    expect(repository.subjects()).toEqual(['edit']);
  });

  it('64: signs what it can sign', async () => {
    const key = join(repository.root, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    chmodSync(key, 0o600);
    await cycle({ sign: true, settings: { 'gpg.format': 'ssh', 'user.signingKey': key } }).run();
    const signers = join(repository.root, 'signers');
    const judged = (name: string) => {
      writeFileSync(signers, `mlops@example.com ${readFileSync(`${name}.pub`, 'utf8')}`);
      const args = ['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', 'main'];
      return spawnSync('git', args, { cwd: repository.bare, encoding: 'utf8' });
    };
    expect(judged(key)).toMatchObject({ status: 0, stderr: expect.stringMatching(/^Good "git" signature for mlops@/) });
    const other = join(repository.root, 'other-key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    expect(judged(other).status).toBe(1);
  });

  it('65: leaves a team alone whose pins cannot be read, with the line', async () => {
    repository.edit({
      'environments/production/search.yaml': 'models:\n  a:\n    version: x\n',
      'promotion.yaml': RULES.replace('mlflow }\n', 'mlflow }\n  search: { registry: mlflow }\n'),
    });
    const { state, done } = await cycle().run();
    expect([state.mistakes[0]!.where, done.length]).toEqual(['environments/production/search.yaml:3', 1]);
  });
});

const basic = (password: string): string => `Basic ${Buffer.from(`git:${password}`).toString('base64')}`;
