import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measurement, Variant } from './variant';
import { OBJECTS_PER_TEAM, type Workload, writePin, writePins } from './workload';

const SMALL = 100;
const LARGE = 1000;
/** Rounds with each number of teams. */
const ROUNDS: Record<number, number> = { [SMALL]: 5, [LARGE]: 3 };
const memory = existsSync('/dev/shm');
const work = mkdtempSync(join(memory ? '/dev/shm' : tmpdir(), 'bench-'));
const built = join(__dirname, '..', '.cache', 'bench');

/** Measured processes run plain JavaScript: loading TypeScript would take longer than what is measured. */
function compile(): void {
  const options = '--ignoreConfig --rootDir . --module node16 --target es2022 --skipLibCheck --esModuleInterop';
  const more = '--resolveJsonModule --strict --types node --outDir';
  execFileSync('node_modules/.bin/tsc', ['bench/variant.ts', ...options.split(' '), ...more.split(' '), built], {
    cwd: join(__dirname, '..'),
    stdio: 'inherit',
  });
}

function bench(workload: Workload): void {
  compareBytes(workload, SMALL);
  const small = rounds(workload, SMALL, ['floor', 'platform', 'platform', 'plain-apps', 'plain']);
  const large = rounds(workload, LARGE, ['floor', 'platform', 'platform']);
  const [beside, apps, plain] = (['platform', 'plain-apps', 'plain'] as const).map(one => run(one, workload, LARGE));
  same(workload, 'plain cdk8s', LARGE, 'platform', 'plain');

  const platform = median(large, ([, one]) => one!.ms);
  const time = large.map((round, index) => round[1]!.ms / small[index]![1]!.ms);
  const peak = median(large, ([, one]) => one!.peakMb);
  const more = peak - median(small, ([, one]) => one!.peakMb);
  const only = onlyOne(workload);

  console.log(`${workload}: ${LARGE} teams, ${LARGE * OBJECTS_PER_TEAM} objects, in ${ms(platform)}`);
  row('A/A control, 106k objects', '', spread(large.map(([, one, two]) => two!.ms / one!.ms)));
  row('against JSON.stringify, 106k', '<= 6x', ...judge(ratios(large, 1, 0), ratio => ratio <= 6));
  row('  the same in CPU time', '', spread(ratios(large, 1, 0, 'cpuMs')));
  row('against plain cdk8s, 10.6k', '>= 5x', ...judge(ratios(small, 4, 1), ratio => ratio >= 5));
  row('  the same in CPU time', '', spread(ratios(small, 4, 1, 'cpuMs')));
  row('against plain cdk8s, 106k', '>= 30x', ...judge([plain!.ms / beside!.ms], ratio => ratio >= 30));
  row('  the same in CPU time', '', `${(plain!.cpuMs / beside!.cpuMs).toFixed(1)}x`);
  row('  plain cdk8s alone', '', `${ms(plain!.ms)}, peak ${plain!.peakMb.toFixed(0)} MB`);
  row('against an App per team, 10.6k', '', spread(ratios(small, 3, 1)));
  row('against an App per team, 106k', '', `${(apps!.ms / beside!.ms).toFixed(1)}x (one run)`);
  row('growth 10.6k to 106k, time', '<= 11x', ...judge(time, ratio => ratio <= 11));
  row('growth 10.6k to 106k, memory', '<= 50 MB', `${more.toFixed(0)} MB`, verdict(more <= 50));
  row('peak memory, 106k', '<= 160 MB', `${peak.toFixed(0)} MB`, verdict(peak <= 160));
  row('--only one of 1,000 teams', '<= 1.5x', ...judge(only, ratio => ratio <= 1.5));
  row('two runs, and App.synth()', 'same bytes', 'same bytes', verdict(true));
  row('files written, nothing changed', '0', ...count(run('platform', workload, LARGE, true).written, 0));
  if (workload === 'vocabulary') {
    writePin(LARGE / 2, 2, folder(workload, LARGE, 'pins'));
    row('files written, one pin changed', '1', ...count(run('platform', workload, LARGE, true).written, 1));
  }
  console.log();
}

/** Writes the same objects in each way, and again, and stops the bench unless all bytes are the same. */
function compareBytes(workload: Workload, teams: number): void {
  writePins(workload, SMALL, folder(workload, SMALL, 'pins'));
  writePins(workload, LARGE, folder(workload, LARGE, 'pins'));
  writePins(workload, 1, folder(workload, 1, 'pins'));
  run('platform', workload, teams);
  const first = digest(folder(workload, teams, 'platform'));
  (['floor', 'platform', 'plain', 'plain-apps', 'app-synth'] as const).forEach(variant =>
    run(variant, workload, teams),
  );
  if (first !== digest(folder(workload, teams, 'platform'))) {
    throw new Error(`${workload}: two runs differ`);
  }
  same(workload, 'plain cdk8s', teams, 'platform', 'plain');
  same(workload, 'an App per team', teams, 'platform', 'plain-apps');
  same(workload, 'App.synth() of the same trees', teams, 'platform', 'app-synth');
  const floor = files(folder(workload, teams, 'floor'));
  const objects = floor.reduce((sum, [, text]) => sum + text.trimEnd().split('\n').length, 0);
  if (floor.length !== teams || objects !== teams * OBJECTS_PER_TEAM) {
    throw new Error(`${workload}: the floor writes ${objects} objects into ${floor.length} files`);
  }
}

function same(workload: Workload, what: string, teams: number, one: Variant, other: Variant): void {
  const bytes = digest(folder(workload, teams, one));
  if (bytes !== digest(folder(workload, teams, other))) {
    throw new Error(`${workload}, ${teams} teams: the files of ${what} differ`);
  }
  const all = files(folder(workload, teams, one));
  const objects = all.reduce((sum, [, text]) => sum + text.split('\n---\n').length, 0);
  if (all.length !== teams || objects !== teams * OBJECTS_PER_TEAM) {
    throw new Error(`${workload}: ${objects} objects in ${all.length} files`);
  }
  console.log(`${workload}: ${what} writes the same bytes: ${objects} objects, ${all.length} files, ${bytes}`);
}

/** Fresh processes in turn, backwards in every second round; their figures in the order of the variants. */
function rounds(workload: Workload, teams: number, variants: readonly Variant[]): Measurement[][] {
  return Array.from({ length: ROUNDS[teams]! }, (_, round) => {
    const found: Measurement[] = [];
    const order = [...variants.keys()];
    for (const index of round % 2 === 0 ? order : order.reverse()) {
      found[index] = run(variants[index]!, workload, teams);
    }
    return found;
  });
}

/** Wall time of the process for one unit of many teams, as a ratio to that for a platform of one team. */
function onlyOne(workload: Workload): number[] {
  const wall = (variant: Variant, teams: number) => {
    const start = performance.now();
    run(variant, workload, teams, true);
    return performance.now() - start;
  };
  run('platform', workload, 1);
  return Array.from({ length: 10 }, () => {
    const one = wall('platform', 1);
    return wall('only', LARGE) / one;
  });
}

/** @param again whether what an earlier run of the whole platform wrote stays there */
function run(variant: Variant, workload: Workload, teams: number, again = false): Measurement {
  const outdir = folder(workload, teams, variant === 'only' ? 'platform' : variant);
  if (!again) {
    rmSync(outdir, { recursive: true, force: true });
  }
  mkdirSync(outdir, { recursive: true });
  const args = [join(built, 'bench', 'variant.js'), variant, workload, `${teams}`, outdir];
  const printed = execFileSync(process.execPath, [...args, folder(workload, teams, 'pins')], { encoding: 'utf8' });
  return JSON.parse(printed) as Measurement;
}

function folder(workload: Workload, teams: number, name: string): string {
  return join(work, workload, `${teams}`, name);
}

function files(outdir: string): [name: string, text: string][] {
  return readdirSync(outdir, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(k8s\.yaml|json)$/.test(name) && !name.startsWith('.'))
    .sort()
    .map(name => [name, readFileSync(join(outdir, name), 'utf8')]);
}

function digest(outdir: string): string {
  const hash = createHash('sha256');
  files(outdir).forEach(([name, text]) => hash.update(`${name}\n${text}`));
  return hash.digest('hex').slice(0, 12);
}

const ratios = (measured: Measurement[][], one: number, other: number, of: 'ms' | 'cpuMs' = 'ms'): number[] =>
  measured.map(round => round[one]![of] / round[other]![of]);

function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}

const median = (measured: Measurement[][], of: (round: Measurement[]) => number): number => middle(measured.map(of));
const ms = (time: number): string => `${Math.round(time)} ms`;
const verdict = (reached: boolean): string => (reached ? 'reached' : 'MISSED');

function spread(numbers: readonly number[]): string {
  const range = `${Math.min(...numbers).toFixed(2)} to ${Math.max(...numbers).toFixed(2)}`;
  return `${middle(numbers).toFixed(2)}x (${range})`;
}

function judge(numbers: readonly number[], reached: (ratio: number) => boolean): [string, string] {
  return [
    numbers.length === 1 ? `${numbers[0]!.toFixed(1)}x (one run)` : spread(numbers),
    verdict(reached(middle(numbers))),
  ];
}

function count(written: number, goal: number): [string, string] {
  if (written !== goal) {
    throw new Error(`${written} files were written instead of ${goal}`);
  }
  return [`${written}`, verdict(true)];
}

function row(what: string, goal: string, figure: string, reached = ''): void {
  console.log(`  ${what.padEnd(34)} ${goal.padEnd(10)} ${figure.padEnd(28)} ${reached}`.trimEnd());
}

try {
  compile();
  console.log(`${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${availableParallelism()} cores`);
  console.log(
    `output on ${memory ? 'a memory file system' : 'disk'}, ${ROUNDS[SMALL]} rounds of fresh processes, ${ROUNDS[LARGE]} with 106k objects\n`,
  );
  for (const workload of ['engine', 'vocabulary'] as const) {
    bench(workload);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
