import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { App, Chart } from 'cdk8s';
import { ModelApi, ModelRuntime } from '../lib';
import { apiKeyFile } from '../lib/core/api-key-file';
import { envoyProgram } from '../test/judges/envoy/program';
import { RunningProxy } from '../test/judges/envoy/proxy';
import { freePort } from '../test/judges/mlflow/servers';

/** Rounds, each with and without the proxy, in turn. */
const ROUNDS = 5;
const SECONDS = 2;
/** As many connections as the model takes by default. */
const CONNECTIONS = 16;
const KEY = createHash('sha256').update('bench').digest('hex');
const BODY = JSON.stringify({ inputs: [[1, 2, 3, 4]] });
const REQUEST = Buffer.from(
  `POST /invocations HTTP/1.1\r\nHost: churn\r\nX-Api-Key: ${KEY}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${BODY.length}\r\n\r\n${BODY}`,
);

interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Requests that were answered. */
  readonly count: number;
}

/** CPU time for one request, in microseconds. */
interface Cost {
  readonly caller: number;
  readonly model: number;
  readonly proxy: number;
}

/**
 * Sends the same bytes again on each connection as soon as it has the answer, and makes a new connection when it is told
 * to. Does as little as possible itself: it shares the machine with what it measures.
 */
async function load(port: number, connections: number, seconds: number): Promise<Load> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => caller(port, end, latencies)));
  const elapsed = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (part: number) => latencies[Math.floor(latencies.length * part)]!;
  return { perSecond: latencies.length / elapsed, p50: at(0.5), p99: at(0.99), count: latencies.length };
}

function caller(port: number, end: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const open = (): void => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let asked = 0;
      let answer = '';
      const ask = (): void => {
        asked = performance.now();
        socket.write(REQUEST);
      };
      socket.once('connect', ask).once('error', reject);
      socket.on('data', data => {
        answer += data.toString('latin1');
        if (!answer.endsWith('}') && !answer.endsWith('0\r\n\r\n')) {
          return;
        }
        if (!answer.startsWith('HTTP/1.1 200 ')) {
          reject(new Error(answer));
          return;
        }
        const now = performance.now();
        latencies.push(now - asked);
        const closing = answer.includes('onnection: close');
        answer = '';
        if (now > end || closing) {
          socket
            .removeAllListeners('error')
            .on('error', () => undefined)
            .destroy();
        }
        if (now > end) {
          resolve();
        } else if (closing) {
          open();
        } else {
          ask();
        }
      });
    };
    open();
  });
}

/** CPU time of a process, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function spent(model: number, proxy: number): Cost {
  const { user, system } = process.cpuUsage();
  return { caller: (user + system) / 1e6, model: cpuSeconds(model), proxy: cpuSeconds(proxy) };
}

/** Requests in a second at which the first of three processes, or the machine, has no CPU time left. */
function most({ caller, model, proxy }: Cost, cores: number): number {
  return 1e6 / Math.max(caller, model, proxy, (caller + model + proxy) / cores);
}

function proxyBefore(program: string, modelPort: number): RunningProxy {
  const chart = new Chart(new App(), 'bench', { namespace: 'bench' });
  new ModelApi(chart, 'churn', {
    model: { name: 'churn', version: 1 },
    runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' }),
  });
  return new RunningProxy(program, chart, {
    servers: { '127.0.0.1:8080': modelPort },
    files: { 'churn-clients': { 'clients.yaml': apiKeyFile([{ key: KEY, client: 'bench' }]) } },
  });
}

async function startModel(port: number, milliseconds: number): Promise<ChildProcess> {
  const model = fork(join(__dirname, 'sidecar-model.js'), [`${port}`, `${milliseconds}`], { execArgv: [] });
  await once(model, 'message');
  return model;
}

async function measure(program: string, milliseconds: number): Promise<void> {
  const modelPort = await freePort();
  const model = await startModel(modelPort, milliseconds);
  const proxy = proxyBefore(program, modelPort);
  try {
    await proxy.start('dropped');
    const both = [modelPort, proxy.port];
    for (const port of both) {
      await load(port, CONNECTIONS, 1);
    }
    const alone: [Load, Load][] = [];
    const full: [Load, Load][] = [];
    const costs: [Cost, Cost][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const found: Record<number, Load> = {};
      const busy: Record<number, Load> = {};
      const cost: Record<number, Cost> = {};
      for (const port of round % 2 === 0 ? both : [...both].reverse()) {
        found[port] = await load(port, 1, SECONDS);
        const before = spent(model.pid!, proxy.pid);
        busy[port] = await load(port, CONNECTIONS, SECONDS);
        const after = spent(model.pid!, proxy.pid);
        const each = (who: keyof Cost) => ((after[who] - before[who]) * 1e6) / busy[port]!.count;
        cost[port] = { caller: each('caller'), model: each('model'), proxy: each('proxy') };
      }
      alone.push([found[modelPort]!, found[proxy.port]!]);
      full.push([busy[modelPort]!, busy[proxy.port]!]);
      costs.push([cost[modelPort]!, cost[proxy.port]!]);
    }
    const added = (rounds: [Load, Load][], what: 'p50' | 'p99') =>
      rounds.map(([direct, via]) => via[what] - direct[what]);
    console.log(`a model that works ${milliseconds} ms for an answer`);
    row('added latency, p50', '<= 1 ms', added(alone, 'p50'), 'ms', one => one <= 1);
    row('added latency, p99', '', added(alone, 'p99'), 'ms');
    row(`added latency, p50, ${CONNECTIONS} callers`, '', added(full, 'p50'), 'ms');
    row(`added latency, p99, ${CONNECTIONS} callers`, '', added(full, 'p99'), 'ms');
    row(
      'throughput without',
      '',
      full.map(([direct]) => direct.perSecond),
      '/s',
    );
    row(
      'throughput with',
      '',
      full.map(([, via]) => via.perSecond),
      '/s',
    );
    row(
      'throughput, with to without',
      '>= 80 %',
      full.map(([direct, via]) => (via.perSecond / direct.perSecond) * 100),
      '%',
      one => one >= 80,
    );
    const cores = availableParallelism();
    row(
      'the same, as CPU time allows',
      '>= 80 %',
      costs.map(([direct, via]) => (most(via, cores) / most(direct, cores)) * 100),
      '%',
      one => one >= 80,
    );
    row(
      'CPU of the proxy, per request',
      '',
      costs.map(([, { proxy: own }]) => own),
      'us',
    );
    for (const who of ['model', 'caller'] as const) {
      row(
        `CPU of the ${who}, per request`,
        '',
        costs.map(([, cost]) => cost[who]),
        'us',
      );
      row(
        `CPU of the ${who}, without the proxy`,
        '',
        costs.map(([cost]) => cost[who]),
        'us',
      );
    }
    console.log();
  } finally {
    model.kill();
    await proxy.stop();
  }
}

function row(
  what: string,
  goal: string,
  figures: readonly number[],
  unit: string,
  reached?: (middle: number) => boolean,
): void {
  const sorted = [...figures].sort((a, b) => a - b);
  const show = (figure: number): string => figure.toFixed(Math.abs(figure) < 10 ? 2 : 0);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  const text = `${show(middle)} ${unit} (${show(sorted[0]!)} to ${show(sorted.at(-1)!)})`;
  const verdict = reached === undefined ? '' : reached(middle) ? 'reached' : 'MISSED';
  console.log(`  ${what.padEnd(34)} ${goal.padEnd(10)} ${text.padEnd(28)} ${verdict}`.trimEnd());
}

/** What the proxy before a model costs, with keys checked and each request logged, as it is by default. */
async function run(): Promise<void> {
  const found = envoyProgram();
  if ('missing' in found) {
    console.log(`THE SIDECAR IS NOT MEASURED: ${found.missing}`);
    return;
  }
  console.log(
    `sidecar: ${availableParallelism()} cores for caller, proxy and model; ${ROUNDS} rounds of ${SECONDS} s\n`,
  );
  for (const milliseconds of [0, 1]) {
    await measure(found.program, milliseconds);
  }
}

run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
