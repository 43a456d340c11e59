import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parsePins } from '../../lib/core/pins';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { SharedRepository } from '../promotion/shared-repository';
import { Chance } from './promotion/chance';
import { compiledInto } from './promotion/compiled';
import { GitServer } from './promotion/git-server';
import { Killer, type Kill } from './promotion/killer';
import { mainOf } from './promotion/main';

/** Times that each point is tried; what differs is what was moved, how long it lives, and whether what it started does. */
const SEEDS = Number(process.env['CRASH_SEEDS'] ?? 2);
const VERSIONS = 9;
const MODELS = ['churn', 'basket'];
const UNIT = 'production/fraud';
const PIN = `environments/${UNIT}.yaml`;
const MANIFEST = `dist/${UNIT}.k8s.yaml`;

/** The declaration runs a program before and after it, as a place to be killed at. */
const WATCHED = `
import { spawnSync } from 'node:child_process';
spawnSync('true', ['before']);
process.once('exit', () => spawnSync('true', ['after']));
`;

jest.setTimeout(SEEDS * 600_000);

const POINTS: readonly (readonly [name: string, kill: Pick<Kill, 'at' | 'when' | 'nth'>])[] = [
  ['before it fetches', { at: 'git fetch', when: 'before' }],
  ['while it fetches', { at: 'git fetch', when: 'while' }],
  ['after it fetched', { at: 'git fetch', when: 'after' }],
  ['while it lays files out', { at: 'git read-tree', when: 'while' }],
  ['before its synthesis', { at: 'true before', when: 'before' }],
  ['after its synthesis', { at: 'true after', when: 'before' }],
  ['between two files', { at: 'git hash-object', when: 'after' }],
  ['before it writes the tree', { at: 'git write-tree', when: 'before' }],
  ['while it signs', { at: 'ssh-keygen', when: 'while' }],
  ['after it made the commit', { at: 'git commit-tree', when: 'after' }],
  ['before it pushes', { at: 'git push', when: 'before' }],
  ['while it pushes', { at: 'git push', when: 'while' }],
  ['after it pushed', { at: 'git push', when: 'after' }],
  ['between two promotions', { at: 'git read-tree', when: 'before', nth: 3 }],
];

describe('56: a controller that is killed', () => {
  const mlflow = new MemoryMlflow();
  let repository: SharedRepository;
  let server: GitServer | undefined;
  let killer: Killer;
  let command: string;
  let tip: string;

  beforeAll(async () => {
    await mlflow.start();
    MODELS.forEach(model => {
      mlflow.register(model, VERSIONS);
      mlflow.alias(model, 'champion', 1);
    });
    repository = new SharedRepository();
    const { root, work } = repository;
    const program = join(root, 'program');
    mkdirSync(program);
    command = compiledInto(program);
    killer = new Killer(join(root, 'killer'), ['git', 'ssh-keygen', 'true']);
    symlinkSync(join(program, 'node_modules'), join(work, 'node_modules'));
    repository.edit(
      {
        'main.ts': mainOf(join(program, 'build'), MODELS, WATCHED),
        'promotion.yaml': `registries:\n  mlflow: { url: ${mlflow.url} }\nenvironments:\n  production: { alias: champion }\nteams:\n  fraud: { registry: mlflow }\n`,
        [PIN]: `models:\n${MODELS.map(model => `  ${model}:\n    version: 1\n`).join('')}`,
        '.gitignore': 'node_modules\n',
      },
      'declare',
    );
    await run('synth');
    repository.push('synthesize');
    server = await GitServer.start(root);
    repository.git(root, 'config', '--file', join(root, '.gitconfig'), 'commit.gpgSign', 'true');
    repository.git(root, 'config', '--file', join(root, '.gitconfig'), 'gpg.format', 'ssh');
    repository.git(root, 'config', '--file', join(root, '.gitconfig'), 'user.signingKey', join(root, 'key'));
    const { status } = await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, 'key')]);
    expect(status).toBe(0);
    tip = repository.tip();
  });
  afterAll(async () => {
    mlflow.stop();
    server?.stop();
    await repository?.remove();
  });

  it.each(POINTS)('%s, leaves a state that was wanted, and the next one goes on', async (_, point) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const chance = new Chance(seed);
      const before = pinned();
      const wanted = new Map(before);
      // Both move, so that there is something to do after the first promotion.
      MODELS.forEach(model => {
        const version = 1 + ((before.get(model)! + chance.below(VERSIONS - 1)) % VERSIONS);
        mlflow.alias(model, 'champion', version);
        wanted.set(model, version);
      });
      killer.aim({ ...point, all: seed % 2 === 0, delay: point.when === 'while' ? 0.005 + chance.next() * 0.1 : 0 });
      const killed = await watch();
      killer.clear();
      expect({ seed, ...killed }).toEqual({ seed, status: null, signal: 'SIGKILL', said: expect.anything() });
      whole(before, wanted);

      expect(await again()).toMatchObject({ status: 0 });
      whole(before, wanted);
      expect(pinned()).toEqual(wanted);
      const subjects = repository.git(repository.bare, 'log', '--reverse', '--format=%s', `${tip}..main`).split('\n');
      const expected = MODELS.map(model => `${UNIT}: ${model} ${before.get(model)} -> ${wanted.get(model)}`);
      expect([seed, ...subjects.sort()]).toEqual([seed, ...expected.sort()]);
      tip = repository.tip();
    }
  });

  it('leaves nothing behind for long', () => {
    const [cache] = readdirSync(join(repository.root, 'cache/mlops'));
    expect(readdirSync(join(repository.root, 'cache/mlops', cache!))).toEqual(['git']);
    repository.git(join(repository.root, 'cache/mlops', cache!, 'git'), 'fsck', '--strict');
  });

  const watch = () =>
    run(
      'watch',
      '--once',
      '--repository',
      `${server!.url}/platform.git`,
      '--cache',
      join(repository.root, 'cache/mlops'),
    );
  /** The next one, and those after it: what the killed one had locked is taken from it after some seconds. */
  const again = async () => {
    let ended = await watch();
    for (let left = 5; ended.status !== 0 && left > 0; left--) {
      await pause(4_000);
      ended = await watch();
    }
    return ended;
  };
  const run = (...args: string[]) => runProgram(process.execPath, [command, ...args]);

  function runProgram(program: string, args: readonly string[]) {
    return new Promise<{ status: number | null; signal: string | null; said: string }>(resolve => {
      const env = {
        ...process.env,
        HOME: repository.root,
        PATH: `${killer.path}:${process.env['PATH']}`,
        CDK8S_OUTDIR: undefined,
      };
      // A group of its own, without which everything would be killed.
      const child = spawn(program, args, { cwd: repository.work, env, detached: true });
      let said = '';
      child.stdout.on('data', text => (said += text));
      child.stderr.on('data', text => (said += text));
      child.on('exit', async (status, signal) => {
        // What it started may outlive it, and push: the server is judged when that is over.
        while (isAnyAlive(child.pid!) || server?.busy()) {
          await pause(20);
        }
        resolve({ status, signal, said });
      });
    });
  }

  const versionsIn = (text: string) =>
    new Map([...parsePins(text, PIN).models.values()].map(({ name, version }) => [name, version]));
  const pinned = (commit = 'main') => versionsIn(repository.read(PIN, commit));

  /** Each commit parses, its manifest is that of its pins, and each pin has one of two versions. */
  function whole(before: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, number>): void {
    repository.git(repository.bare, 'fsck', '--strict');
    expect(repository.git(repository.work, 'status', '--porcelain')).toBe('');
    const commits = repository.git(repository.bare, 'rev-list', '--first-parent', `${tip}..main`).split('\n');
    for (const commit of commits.filter(Boolean)) {
      const pins = pinned(commit);
      const odd = MODELS.filter(model => ![before.get(model), wanted.get(model)].includes(pins.get(model)));
      expect(odd).toEqual([]);
      const manifest = repository.read(MANIFEST, commit);
      expect(MODELS.map(model => manifest.includes(`s3://models/${model}/${pins.get(model)}`))).toEqual([true, true]);
    }
  }
});

/** Whether a group has a process left. */
function isAnyAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
