import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledInto } from '../test/judges/promotion/compiled';
import { hasMlflow, Mlflow } from '../test/judges/promotion/mlflow';

/** Runs of each command, after one that is not counted. */
const ROUNDS = 7;
const project = join(__dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'bench-cli-'));
/** As it is installed: plain JavaScript. */
const command = compiledInto(join(work, 'program'));
/** Has a process say what it used; programs that it starts, such as git, are not in that. */
const hook = join(work, 'used.js');
writeFileSync(hook, "process.on('exit', () => require('fs').writeSync(3, JSON.stringify(process.cpuUsage())));");

/** Times in ms, the smallest first. */
interface Times {
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
}

/** Times of a program of Node.js. */
function times(args: readonly string[], cwd = project): Times {
  const all = Array.from({ length: ROUNDS + 1 }, () => {
    const start = process.hrtime.bigint();
    const { status, stderr, output } = spawnSync(process.execPath, ['--require', hook, ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const wall = Number(process.hrtime.bigint() - start) / 1e6;
    if (status !== 0) {
      throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    }
    const { user, system } = JSON.parse(output[3]!) as NodeJS.CpuUsage;
    return { wall, cpu: (user + system) / 1e3 };
  }).slice(1);
  const sorted = (name: 'wall' | 'cpu') => all.map(one => one[name]).sort((x, y) => x - y);
  return { wall: sorted('wall'), cpu: sorted('cpu') };
}

function row(what: string, goal: number | undefined, { wall, cpu }: Times): void {
  const text = (all: readonly number[]) =>
    `${median(all).toFixed(0)} ms (${all[0]!.toFixed(0)} - ${all.at(-1)!.toFixed(0)})`;
  const missed = median(wall) > (goal ?? Infinity) ? '**missed**: ' : '';
  console.log(`| ${what} | ${goal === undefined ? '' : `<= ${goal} ms`} | ${missed}${text(wall)} | ${text(cpu)} |`);
}

const median = (all: readonly number[]): number => all[Math.floor(all.length / 2)]!;

/** The reference platform in a repository of its own, promoted from a real MLflow. */
async function status(): Promise<void> {
  if (!hasMlflow()) {
    console.error('mlops status is not measured: mlflow is not installed');
    return;
  }
  const mlflow = new Mlflow();
  await mlflow.start();
  try {
    const [bare, tree] = [join(work, 'platform.git'), join(work, 'tree')];
    mkdirSync(tree);
    for (const name of ['main.ts', 'environments', 'dist']) {
      cpSync(join(project, name), join(tree, name), { recursive: true });
    }
    const teams = { fraud: 'churn', search: 'ranking', pricing: 'prices' };
    const rules = [
      `registries: { mlflow: { url: '${mlflow.url}' } }`,
      'environments: { staging: { alias: candidate }, production: { alias: champion } }',
      `teams: { ${Object.keys(teams)
        .map(team => `${team}: { registry: mlflow }`)
        .join(', ')} }`,
    ];
    writeFileSync(join(tree, 'promotion.yaml'), `${rules.join('\n')}\n`);
    for (const model of Object.values(teams)) {
      await mlflow.register(model);
      await mlflow.alias(model, 'champion', 1);
      await mlflow.alias(model, 'candidate', 1);
    }
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], { cwd: tree });
    git('init', '--quiet', '--bare', '--initial-branch=main', bare);
    git('init', '--quiet', '--initial-branch=main');
    git('remote', 'add', 'origin', bare);
    git('add', '.');
    git('-c', 'commit.gpgSign=false', 'commit', '--quiet', '--message=platform');
    git('push', '--quiet', 'origin', 'main');
    if (!existsSync(join(tree, 'node_modules'))) {
      symlinkSync(join(project, 'node_modules'), join(tree, 'node_modules'));
    }
    const cache = join(work, 'cache');
    row(
      '`mlops status`, the reference platform',
      1_000,
      times([command, 'status', '--credentials', mlflow.credentials, '--cache', cache], tree),
    );
  } finally {
    await mlflow.stop();
  }
}

async function main(): Promise<void> {
  console.log('| command | goal | time | its CPU time |\n| --- | --- | --- | --- |');
  row('Node.js alone', undefined, times(['--eval', '0']));
  row('`mlops --help`', 150, times([command, '--help']));
  await status();
}

void main().finally(() => rmSync(work, { recursive: true, force: true }));
