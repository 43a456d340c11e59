import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readCluster } from '../lib/isolation/cluster';
import { findings } from '../lib/isolation/finding';
import { IsolationProof } from '../lib/isolation/proof';
import { Isolation } from '../lib/platform/isolation';
import { plainObjects, platformOf, type Workload, writePins } from './workload';

/**
 * What the proof of isolation costs: by itself, from plain objects to the verdict, and as a part of a synthesis.
 *
 * - `proof`: the objects of so many teams; making them is not charged
 * - `broken`: the same with a rule in each team that opens it, until the first ten findings are told
 * - `synth`: a synthesis; `unproven`: the same without the proof
 */
type Variant = 'proof' | 'broken' | 'synth' | 'unproven';

const ROUNDS = 3;
const [variant, teams, pins, workload] = process.argv.slice(2) as [Variant | undefined, string, string, Workload];

if (variant === undefined) {
  compare();
} else {
  console.log(JSON.stringify({ ms: measure(variant, Number(teams)) }));
}

function measure(what: Variant, count: number): number {
  if (what === 'synth' || what === 'unproven') {
    if (what === 'unproven') {
      Isolation.prototype.add = () => undefined;
    }
    const outdir = mkdtempSync(join(dirname(pins), 'out-'));
    const platform = platformOf(workload, count, outdir, pins);
    const start = cpuMs();
    platform.synth();
    const ms = cpuMs() - start;
    rmSync(outdir, { recursive: true });
    return ms;
  }
  const { of } = plainObjects('vocabulary', pins);
  const proof = new IsolationProof();
  let ms = 0;
  for (let index = 0; index < count; index++) {
    const objects = of(index).map(object => ({ source: `team ${index}`, object }));
    const opened = what === 'broken' ? objects.map(openedPolicy) : objects;
    const start = cpuMs();
    proof.add(readCluster(opened));
    ms += cpuMs() - start;
  }
  const start = cpuMs();
  const verdict = proof.verdict();
  const told = findings(verdict);
  for (let index = 0; index < 10; index++) {
    told.next();
  }
  ms += cpuMs() - start;
  const isClosed = verdict.breaches.length === 0;
  if (isClosed !== (what === 'proof') || verdict.namespaces.size !== count) {
    throw new Error(`${count} teams: ${verdict.breaches.length} breaches in ${verdict.namespaces.size} namespaces`);
  }
  return ms;
}

/** The same object; of a policy, with peers of every namespace. */
function openedPolicy({ source, object }: { source: string; object: any }) {
  const open = (rules: any[] | undefined, peers: string) =>
    rules?.map(rule => ({ ...rule, [peers]: [...rule[peers], { namespaceSelector: {} }] }));
  const { kind, spec } = object;
  return kind === 'NetworkPolicy'
    ? {
        source,
        object: { ...object, spec: { ...spec, ingress: open(spec.ingress, 'from'), egress: open(spec.egress, 'to') } },
      }
    : { source, object };
}

function compare(): void {
  const work = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'isolation-'));
  try {
    const folder = join(work, 'pins');
    writePins('vocabulary', 1000, folder);
    console.log(
      `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${availableParallelism()} cores`,
    );
    console.log(`medians of ${ROUNDS} rounds of fresh processes, 106 objects a team; time of the processor\n`);
    const rounds = (what: Variant, count: number) => Array.from({ length: ROUNDS }, () => run(what, count, folder));
    const [fifty, hundred, thousand] = [50, 100, 1000].map(count => rounds('proof', count));
    row('proof of 50 teams', '< 2 s', middle(fifty!), ms => ms < 2000);
    row('proof of 100 teams', '', middle(hundred!));
    row('proof of 1,000 teams', '< 20 s', middle(thousand!), ms => ms < 20_000);
    const growth = middle(thousand!) / middle(hundred!);
    console.log(`  growth, 100 to 1,000 teams       <= 13x   ${growth.toFixed(1)}x   ${verdict(growth <= 13)}`);
    row('1,000 teams, each one open', '< 20 s', middle(rounds('broken', 1000)), ms => ms < 20_000);
    page(folder);
    ratio('synthesis of 1,000 teams of raw objects, with it', '<= 1.5x', ratios('engine', 1000, join(work, 'none')));
    const hundredPins = join(work, 'hundred');
    writePins('vocabulary', 100, hundredPins);
    ratio('synthesis of 100 teams of constructs, with it', '<= 1.5x', ratios('vocabulary', 100, hundredPins));
    // Once: a synthesis of them takes most of a minute.
    ratio('synthesis of 1,000 teams of constructs, with it', '<= 1.5x', ratios('vocabulary', 1000, folder, 1));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The page of a report of 100 teams: its weight, and the time until a browser shows it. */
function page(pins: string): void {
  const args = ['--import', 'tsx', join(__dirname, 'isolation-page.ts'), pins];
  const { bytes, ms } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
    bytes: number;
    ms: number | null;
  };
  console.log(`  page of 100 teams, weight        < 2 MB   ${(bytes / 1e6).toFixed(2)} MB   ${verdict(bytes < 2e6)}`);
  if (ms === null) {
    console.log('  page of 100 teams, open          < 1 s    not measured: there is no chromium');
  } else {
    row('page of 100 teams, open', '< 1 s', ms, time => time < 1000);
  }
}

/** A synthesis against one without the proof, in turn, in fresh processes. */
function ratios(of: Workload, count: number, folder: string, rounds = ROUNDS): number[] {
  return Array.from({ length: rounds }, (_, round) => {
    const order: Variant[] = round % 2 === 0 ? ['synth', 'unproven'] : ['unproven', 'synth'];
    const found = new Map(order.map(what => [what, run(what, count, folder, of)]));
    return found.get('synth')! / found.get('unproven')!;
  });
}

function ratio(what: string, goal: string, found: readonly number[]): void {
  const range = `${Math.min(...found).toFixed(2)} to ${Math.max(...found).toFixed(2)}`;
  console.log(`  ${what} ${goal} ${middle(found).toFixed(2)}x (${range})   ${verdict(middle(found) <= 1.5)}`);
}

function run(what: Variant, count: number, folder: string, of: Workload = 'vocabulary'): number {
  const args = ['--import', 'tsx', __filename, what, `${count}`, folder, of];
  return (JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as { ms: number }).ms;
}

function row(what: string, goal: string, ms: number, reached?: (ms: number) => boolean): void {
  const said = reached ? verdict(reached(ms)) : '';
  console.log(`  ${what.padEnd(32)} ${goal.padEnd(8)} ${Math.round(ms)} ms   ${said}`.trimEnd());
}

/** Time of the processor: that of the clock depends on what else a machine does. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function verdict(reached: boolean): string {
  return reached ? 'reached' : 'MISSED';
}
