import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Cycle } from '../lib/promotion/cycle';
import { MlflowRegistry } from '../lib/promotion/ports/mlflow-registry';
import { synthesis } from '../lib/promotion/ports/synthesis';
import { compiledInto } from '../test/judges/promotion/compiled';
import { GitServer } from '../test/judges/promotion/git-server';
import { mainOf } from '../test/judges/promotion/main';
import { MemoryMlflow } from '../test/promotion/memory-mlflow';
import { SharedRepository } from '../test/promotion/shared-repository';

/**
 * What `mlops watch` costs, measured from outside: the real command as it is installed, Git's own server, and an MLflow
 * that answers from memory, so that what it takes is not counted.
 */
const SECRET = 'a-secret-of-the-bench';
const MODELS_OF_A_TEAM = 100;
const IDLE_LOOKS = 10;
const MOVES = Number(process.env['MOVES'] ?? 20);
const HINTS = 10_000;
const LONGEST_MS = 300_000;
/** Linux counts time of the processor in hundredths of a second. */
const TICKS = 100;

interface World {
  readonly mlflow: MemoryMlflow;
  readonly repository: SharedRepository;
  readonly server: GitServer;
  readonly command: string;
}

/** A registry with so many models, and a repository that pins so many of them. */
async function worldOf(registered: number, pinned: number): Promise<World> {
  const mlflow = new MemoryMlflow();
  await mlflow.start();
  const names = Array.from({ length: registered }, (_, index) => `model-${String(index).padStart(5, '0')}`);
  names.forEach(name => {
    mlflow.register(name, 9);
    mlflow.alias(name, 'champion', 1);
  });
  const teams = Array.from({ length: Math.ceil(pinned / MODELS_OF_A_TEAM) }, (_, index) =>
    index === 0 ? 'fraud' : `team${index}`,
  );
  const repository = new SharedRepository();
  const program = join(repository.root, 'program');
  mkdirSync(program);
  const command = compiledInto(program);
  symlinkSync(join(program, 'node_modules'), join(repository.work, 'node_modules'));
  const own = (index: number) =>
    names.slice(index * MODELS_OF_A_TEAM, Math.min(pinned, (index + 1) * MODELS_OF_A_TEAM));
  repository.edit({
    'main.ts': mainOf(join(program, 'build'), own(0).slice(0, 1)),
    'promotion.yaml': `registries:\n  mlflow: { url: ${mlflow.url} }\nenvironments:\n  production: { alias: champion }\nteams:\n${teams.map(team => `  ${team}: { registry: mlflow }\n`).join('')}`,
    '.gitignore': 'node_modules\n',
    ...Object.fromEntries(
      teams.map((team, index) => [
        `environments/production/${team}.yaml`,
        `models:\n${own(index)
          .map(name => `  ${name}:\n    version: 1\n`)
          .join('')}`,
      ]),
    ),
  });
  return { mlflow, repository, server: await GitServer.start(repository.root), command };
}

async function end({ mlflow, repository, server }: World): Promise<void> {
  mlflow.stop();
  server.stop();
  await repository.remove();
}

/** The command, at work. */
class Watch {
  private constructor(
    private readonly process: ChildProcess,
    public readonly url: string,
  ) {}

  public static async start({ repository, server, command }: World, interval: string): Promise<Watch> {
    const secret = join(repository.root, 'secret');
    writeFileSync(secret, SECRET);
    const options = {
      repository: `${server.url}/platform.git`,
      cache: join(repository.root, 'cache'),
      interval,
      listen: '127.0.0.1:0',
      'webhook-secret': secret,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const env = { ...process.env, HOME: repository.root };
    const child = spawn(process.execPath, [command, 'watch', ...args], { cwd: repository.work, env, stdio: 'pipe' });
    child.stderr!.pipe(process.stderr);
    const started = new Promise<number>((resolve, reject) => {
      child.once('exit', () => reject(new Error('mlops watch ended')));
      createInterface(child.stdout!).on('line', line => {
        const { event, port, detail } = JSON.parse(line) as { event: string; port: number; detail: unknown };
        if (event === 'started') {
          resolve(port);
        } else if (event === 'failed') {
          console.error(`  a look failed: ${JSON.stringify(detail)}`);
        }
      });
    });
    return new Watch(child, `http://127.0.0.1:${await started}`);
  }

  /** What it counts itself. */
  public async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return [...text.matchAll(new RegExp(`^${name}(?:{.*})? (\\S+)$`, 'gm'))].reduce(
      (sum, [, one]) => sum + Number(one),
      0,
    );
  }

  public async looked(looks: number): Promise<void> {
    while ((await this.metric('mlops_looks_total')) < looks) {
      await pause(100);
    }
  }

  /** Seconds of the processor: its own, and those of the programs that it started. */
  public seconds(): { readonly own: number; readonly started: number } {
    const stat = readFileSync(`/proc/${this.process.pid}/stat`, 'latin1');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user, system, startedUser, startedSystem] = fields.slice(11, 15) as [number, number, number, number];
    return { own: (user + system) / TICKS, started: (startedUser + startedSystem) / TICKS };
  }

  public peakMegabytes(): number {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.process.pid}/status`, 'latin1'))![1]) / 1024;
  }

  public async stop(): Promise<void> {
    const ended = new Promise(resolve => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
  }
}

interface Idle {
  readonly own: number;
  readonly started: number;
  readonly requests: number;
  readonly fetches: number;
  readonly pushes: number;
  readonly objects: boolean;
  readonly megabytes: number;
}

/** What a look costs in which there is nothing to do. */
async function idle(registered: number, pinned: number): Promise<Idle> {
  const world = await worldOf(registered, pinned);
  const { mlflow, repository, server } = world;
  let [fetches, pushes] = [0, 0];
  server.fault = ({ url }) => {
    fetches += url!.includes('service=git-upload-pack') ? 1 : 0;
    pushes += url!.includes('git-receive-pack') ? 1 : 0;
    return undefined;
  };
  const watch = await Watch.start(world, '1s');
  try {
    await watch.looked(2);
    const counted = () => repository.git(repository.bare, 'count-objects', '-v');
    const [looks, before, objects] = [await watch.metric('mlops_looks_total'), watch.seconds(), counted()];
    [mlflow.requests, fetches, pushes] = [0, 0, 0];
    await watch.looked(looks + IDLE_LOOKS);
    const after = watch.seconds();
    const done = (await watch.metric('mlops_looks_total')) - looks;
    return {
      own: (after.own - before.own) / done,
      started: (after.started - before.started) / done,
      requests: mlflow.requests / done,
      fetches: fetches / done,
      pushes,
      objects: counted() === objects,
      megabytes: watch.peakMegabytes(),
    };
  } finally {
    await watch.stop();
    await end(world);
  }
}

/** Seconds from a move to its commit on the server. */
async function latencies(interval: number): Promise<number[]> {
  const world = await worldOf(100, 1);
  const { mlflow, repository } = world;
  execFileSync(process.execPath, [world.command, 'synth'], { cwd: repository.work });
  repository.push('synthesize');
  const watch = await Watch.start(world, `${interval}s`);
  const tip = () => readFileSync(join(repository.bare, 'refs/heads/main'), 'latin1');
  const found: number[] = [];
  try {
    await watch.looked(1);
    for (let move = 0; move < MOVES; move++) {
      // At any moment of an interval.
      await pause((interval * 1000 * (move % 10)) / 10);
      const [before, start] = [tip(), performance.now()];
      mlflow.alias('model-00000', 'champion', 2 + (move % 8));
      while (tip() === before) {
        await pause(10);
        if (performance.now() - start > LONGEST_MS) {
          throw new Error('the alias was moved, and no commit came');
        }
      }
      found.push((performance.now() - start) / 1000);
    }
    return found.sort((one, other) => one - other);
  } finally {
    await watch.stop();
    await end(world);
  }
}

/** Parts of a look that promotes, as the rows name them, in their order. */
const PARTS = ['fetch', 'read', 'registry', 'lay out', 'synthesis', 'commit', 'push'] as const;
type Part = (typeof PARTS)[number] | 'all';

/** Milliseconds of each part of a look that makes one promotion, for several of them; in this process. */
async function parts(): Promise<Map<Part, number[]>> {
  const world = await worldOf(100, 1);
  const { mlflow, repository, server, command } = world;
  execFileSync(process.execPath, [command, 'synth'], { cwd: repository.work });
  repository.push('synthesize');
  const found = new Map<Part, number[]>([...PARTS, 'all' as const].map(part => [part, []]));
  let spent = new Map<Part, number>();
  const timed =
    <Args extends unknown[], Result>(part: Part, act: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const start = performance.now();
      try {
        return await act(...args);
      } finally {
        spent.set(part, (spent.get(part) ?? 0) + performance.now() - start);
      }
    };
  const git = repository.open({
    url: `${server.url}/platform.git`,
    nodeModules: join(repository.root, 'program/node_modules'),
  });
  const timedGit = {
    fetch: 'fetch',
    read: 'read',
    changes: 'read',
    layOut: 'lay out',
    changed: 'lay out',
    commit: 'commit',
    push: 'push',
  } as const;
  for (const [name, part] of Object.entries(timedGit)) {
    const own = git as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    own[name] = timed(part, own[name]!.bind(git));
  }
  const registry = new MlflowRegistry({ url: mlflow.url });
  registry.aliases = timed('registry', registry.aliases.bind(registry));
  registry.version = timed('registry', registry.version.bind(registry));
  const cycle = new Cycle({
    git,
    registry: () => registry,
    synthesize: timed('synthesis', synthesis([process.execPath, command])),
    now: () => new Date(),
    pause: async milliseconds => void (await pause(milliseconds)),
  });
  try {
    for (let move = 0; move <= MOVES; move++) {
      mlflow.alias('model-00000', 'champion', 2 + (move % 8));
      spent = new Map();
      await timed('all', () => cycle.run())();
      // The first one copies the repository.
      if (move > 0) {
        found.forEach((all, part) => all.push(spent.get(part) ?? 0));
      }
    }
    return found;
  } finally {
    await end(world);
  }
}

/** Looks within the time in which 10,000 hints arrive, and how they were answered. */
async function burst(interval: number) {
  const world = await worldOf(100, 100);
  const watch = await Watch.start(world, `${interval}s`);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const answers = new Map<number, number>();
  const send = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const body = '{}';
      const [id, timestamp] = [`delivery-${index}`, `${Math.floor(Date.now() / 1000)}`];
      const hmac = createHmac('sha256', SECRET).update(`${id}.${timestamp}.${body}`).digest('base64');
      const headers = {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-mlflow-delivery-id': id,
        'x-mlflow-timestamp': timestamp,
        'x-mlflow-signature': `v1,${hmac}`,
      };
      const sent = request(`${watch.url}/webhook`, { method: 'POST', agent, headers }, response => {
        answers.set(response.statusCode!, (answers.get(response.statusCode!) ?? 0) + 1);
        response.resume().on('end', resolve);
      });
      sent.on('error', reject).end(body);
    });
  try {
    await watch.looked(1);
    const [looks, start] = [await watch.metric('mlops_looks_total'), performance.now()];
    let next = 0;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        while (next < HINTS) {
          await send(next++);
        }
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    const seen = (await watch.metric('mlops_looks_total')) - looks;
    return { seconds, seen, most: 2 * Math.ceil(seconds / interval), answers, megabytes: watch.peakMegabytes() };
  } finally {
    agent.destroy();
    await watch.stop();
    await end(world);
  }
}

const verdict = (reached: boolean): string => (reached ? '' : '  missed');

function row(what: string, goal: string, cells: readonly string[], reached = true): void {
  console.log(
    `  ${what.padEnd(40)} ${goal.padEnd(10)} ${cells.map(cell => cell.padStart(18)).join('')}${verdict(reached)}`,
  );
}

async function bench(): Promise<void> {
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${availableParallelism()} cores\n`,
  );
  const few = await idle(100, 100);
  const many = await idle(10_000, 100);
  const all = await idle(10_000, 10_000);
  const columns = [few, many, all];
  const cells = (figure: (one: Idle) => string) => columns.map(figure);
  console.log('a look with nothing to do; time of the processor');
  row('models registered', '', ['100', '10,000', '10,000']);
  row('models pinned', '', ['100', '100', '10,000']);
  row(
    'its own work',
    '<= 0.3 s',
    cells(({ own }) => `${own.toFixed(3)} s`),
    columns.every(({ own }) => own <= 0.3),
  );
  row(
    'work of the git that it starts',
    '',
    cells(({ started }) => `${started.toFixed(3)} s`),
  );
  row(
    'peak memory',
    '<= 150 MB',
    cells(({ megabytes }) => `${Math.round(megabytes)} MB`),
    columns.every(({ megabytes }) => megabytes <= 150),
  );
  row(
    'requests to the registry',
    '',
    cells(({ requests }) => requests.toFixed(1)),
  );
  row(
    'fetches',
    '<= 1',
    cells(({ fetches }) => fetches.toFixed(1)),
    columns.every(({ fetches }) => fetches <= 1.1),
  );
  row(
    'pushes',
    '0',
    cells(({ pushes }) => `${pushes}`),
    columns.every(({ pushes }) => pushes === 0),
  );
  row(
    'objects on the server',
    'the same',
    cells(({ objects }) => (objects ? 'the same' : 'others')),
    columns.every(({ objects }) => objects),
  );

  console.log(`\na look that promotes one version, ${MOVES} times: ms in the middle, and at most`);
  for (const [part, all] of await parts()) {
    const sorted = all.sort((one, other) => one - other);
    row(
      part,
      '',
      [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!].map(each => each.toFixed(0)),
    );
  }

  console.log(`\nfrom an alias to its commit on the server, ${MOVES} moves, with its synthesis`);
  for (const interval of [2, 10]) {
    const found = await latencies(interval);
    const at = (part: number) => found[Math.min(found.length - 1, Math.floor(found.length * part))]!;
    row(
      `interval ${interval} s: p50, p99`,
      `<= ${2 * interval} s`,
      [`${at(0.5).toFixed(2)} s`, `${at(0.99).toFixed(2)} s`],
      at(0.99) <= 2 * interval,
    );
  }

  const { seconds, seen, most, answers, megabytes } = await burst(10);
  console.log(`\n${HINTS} hints within ${seconds.toFixed(1)} s, interval 10 s`);
  row('looks', `<= ${most}`, [`${seen}`], seen <= most);
  row('peak memory', '', [`${Math.round(megabytes)} MB`]);
  row(
    'answers',
    '',
    [...answers].map(([status, count]) => `${status}: ${count}`),
  );
}

void bench();
