import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasMlflow, Mlflow } from '../test/judges/promotion/mlflow';

/** Runs of each command, after one that is not counted. */
const ROUNDS = 9;
const project = join(__dirname, '..');
const built = join(project, '.cache', 'bench-cli');
const command = join(built, 'lib/cli/mlops.js');
const work = mkdtempSync(join(tmpdir(), 'bench-cli-'));

/** As it is installed: plain JavaScript. */
function compile(): void {
  const options = '--ignoreConfig --rootDir . --module node16 --target es2022 --skipLibCheck --esModuleInterop';
  const more = '--resolveJsonModule --strict --types node --outDir';
  execFileSync('node_modules/.bin/tsc', ['lib/cli/mlops.ts', ...options.split(' '), ...more.split(' '), built], {
    cwd: project,
    stdio: 'inherit',
  });
}

/** Times of one command, in ms. */
function times(args: readonly string[], cwd = project): number[] {
  const all = Array.from({ length: ROUNDS + 1 }, () => {
    const start = process.hrtime.bigint();
    const { status, stderr } = spawnSync(process.execPath, [command, ...args], { cwd, encoding: 'utf8' });
    if (status !== 0) {
      throw new Error(`mlops ${args.join(' ')} ended with ${status}: ${stderr}`);
    }
    return Number(process.hrtime.bigint() - start) / 1e6;
  });
  return all.slice(1).sort((a, b) => a - b);
}

function row(what: string, goal: number, all: readonly number[]): void {
  const median = all[Math.floor(all.length / 2)]!;
  const text = (time: number) => time.toFixed(0);
  const missed = median > goal ? '**missed**: ' : '';
  console.log(`| ${what} | <= ${goal} ms | ${missed}${text(median)} ms (${text(all[0]!)} - ${text(all.at(-1)!)}) |`);
}

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
      times(['status', '--credentials', mlflow.credentials, '--cache', cache], tree),
    );
  } finally {
    mlflow.stop();
  }
}

async function main(): Promise<void> {
  compile();
  console.log('| command | goal | median (smallest - greatest) |\n| --- | --- | --- |');
  row('`mlops --help`', 150, times(['--help']));
  await status();
}

void main().finally(() => rmSync(work, { recursive: true, force: true }));
