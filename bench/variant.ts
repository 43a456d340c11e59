import { ApiObject, App, Chart } from 'cdk8s';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT, plainObjects, platformOf, teamName, type Workload } from './workload';

/**
 * One way to get a workload written, measured in a process of its own:
 *
 * - `floor`: plain objects, JSON.stringify, one file for each team
 * - `plain`: one cdk8s App with a Chart for each team
 * - `plain-apps`: a cdk8s App for each team, the best that its public API allows
 * - `platform`: this library; `only` a single unit of it; `app-synth` its trees, written by cdk8s
 */
export type Variant = 'floor' | 'plain' | 'plain-apps' | 'platform' | 'only' | 'app-synth';

/** What the process prints. */
export interface Measurement {
  /** Building the tree and writing it, without loading modules. */
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly written: number;
}

const [variant, workload, count, outdir, pins] = process.argv.slice(2) as [Variant, Workload, string, string, string];
const teams = Number(count);
const plain = ['floor', 'plain', 'plain-apps'].includes(variant) ? plainObjects(workload, pins) : undefined;
const folder = join(outdir, ENVIRONMENT);
/** Time that the workload's generator takes and no variant should be charged with. */
const untimed = { ms: 0, cpuMs: 0 };

const start = performance.now();
const startCpu = cpuMs();
const written = run();
const measurement: Measurement = {
  ms: performance.now() - start - untimed.ms,
  cpuMs: cpuMs() - startCpu - untimed.cpuMs,
  peakMb: peakMb(),
  written,
};
console.log(JSON.stringify(measurement));

function run(): number {
  switch (variant) {
    case 'floor':
      mkdirSync(folder, { recursive: true });
      for (let index = 0; index < teams; index++) {
        let text = '';
        for (const object of objectsOf(index)) {
          text += JSON.stringify(object) + '\n';
        }
        writeFileSync(join(folder, `${teamName(index)}.json`), text);
      }
      return teams;
    case 'plain': {
      const app = new App({ outdir: folder });
      for (let index = 0; index < teams; index++) {
        addChart(app, index);
      }
      app.synth();
      return teams;
    }
    case 'plain-apps':
      for (let index = 0; index < teams; index++) {
        const app = new App({ outdir: folder });
        addChart(app, index);
        app.synth();
      }
      return teams;
    case 'platform':
      return platformOf(workload, teams, outdir, pins).synth().written.length;
    case 'app-synth': {
      const platform = platformOf(workload, teams, outdir, pins);
      platform.units.forEach(unit => platform.build(unit.name).synth());
      return teams;
    }
    case 'only': {
      const only = `${ENVIRONMENT}/${teamName(Math.floor(teams / 2))}`;
      return platformOf(workload, teams, outdir, pins).synth({ only }).written.length;
    }
  }
}

function addChart(app: App, index: number): void {
  const chart = new Chart(app, teamName(index));
  objectsOf(index).forEach((body, position) => new ApiObject(chart, `${body.kind}-${position}`, body as any));
}

function objectsOf(index: number) {
  if (plain!.timed) {
    return plain!.of(index);
  }
  const before = { ms: performance.now(), cpuMs: cpuMs() };
  const objects = plain!.of(index);
  untimed.ms += performance.now() - before.ms;
  untimed.cpuMs += cpuMs() - before.cpuMs;
  return objects;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Greatest resident memory of this process alone: on Linux, `maxRSS` begins with that of the parent. */
function peakMb(): number {
  const status = '/proc/self/status';
  const kilobytes = existsSync(status) && /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1];
  return (kilobytes ? Number(kilobytes) : process.resourceUsage().maxRSS) / 1024;
}
