import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import charts from '../helm';
import { HelmChart } from '../lib';
import { proveCharts } from '../lib/cli/prove-charts';

/**
 * What finding and proving the templates of the published Helm charts takes: all together, as `npm run helm` does it,
 * and each by itself.
 */
const GOAL_SECONDS = 20;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const row = (...cells: readonly string[]): void =>
  console.log(
    `  ${cells[0]!.padEnd(18)}${cells
      .slice(1)
      .map(cell => cell.padStart(10))
      .join('')}`,
  );

async function main(): Promise<void> {
  console.log(`Helm charts, Node.js ${process.version}, ${availableParallelism()} cores\n`);
  row('chart', 'CPU', 'wall', 'values', 'worlds', 'templates');
  for (const chart of charts) {
    const [before, beforeCpu] = [performance.now(), cpuMs()];
    const files = chart.files();
    const [wall, cpu] = [performance.now() - before, cpuMs() - beforeCpu];
    const figures = chart instanceof HelmChart ? chart.figures : undefined;
    const templates = [...files.keys()].filter(file => /^templates\/(?!_|NOTES|tests)/.test(file)).length;
    row(
      chart.name,
      seconds(cpu),
      seconds(wall),
      `${figures?.samples ?? '-'}`,
      `${figures?.worlds ?? '-'}`,
      `${templates}`,
    );
  }
  const start = performance.now();
  await proveCharts(join(__dirname, '../helm.ts'), charts);
  const wall = performance.now() - start;
  row('all together', '', seconds(wall));
  console.log(`\n  goal: ${GOAL_SECONDS} s on 2 cores: ${wall <= GOAL_SECONDS * 1000 ? 'reached' : 'MISSED'}`);
}

void main();
