import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import { PlatformError } from '../core/platform-error';
import type { AnyChart } from './load-charts';

/** What is asked of a process: the templates of one chart. */
export interface Assignment {
  readonly app: string;
  readonly chart: string;
}

/** What a process answers: the files, or why there are none. */
export type Answer =
  | { readonly files: readonly (readonly [string, string])[] }
  | { readonly mistake: Pick<PlatformError, 'where' | 'problem' | 'remedy'> }
  | { readonly defect: string };

/** A chart whose templates take a while to find. */
type SlowChart = AnyChart & Required<Pick<AnyChart, 'size' | 'take'>>;

/**
 * Finds and proves the templates of charts: of several, in as many processes as there are processors.
 *
 * @param app the module that declares them
 * @returns the mistakes, in the order of the charts
 */
export async function proveCharts(app: string, charts: readonly AnyChart[]): Promise<readonly PlatformError[]> {
  const slow = charts.filter(isSlow);
  const mistakes = new Map<AnyChart, PlatformError>();
  if (slow.length > 1) {
    // The longest first, so that none begins when the others are done.
    const waiting = slow.toSorted((one, other) => other.size - one.size);
    const ended = new AbortController();
    const work = async (): Promise<void> => {
      const prover = proverUntil(ended.signal);
      for (let chart = waiting.shift(); chart !== undefined; chart = waiting.shift()) {
        const answer = await answerOf(prover, { app, chart: chart.name });
        if ('mistake' in answer) {
          const { where, problem, remedy } = answer.mistake;
          mistakes.set(chart, new PlatformError(where, problem, remedy));
        } else {
          chart.take(new Map(answer.files));
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(slow.length, availableParallelism()) }, work));
    } finally {
      ended.abort();
    }
  }
  return charts.flatMap(chart => mistakes.get(chart) ?? mistakesOf(chart));
}

/** The mistakes of a chart whose templates are found here. */
function mistakesOf(chart: AnyChart): PlatformError[] {
  try {
    chart.files();
    return [];
  } catch (error) {
    return [mistakeIn(error)];
  }
}

/** @throws the error if it is a defect */
export function mistakeIn(error: unknown): PlatformError {
  // By name, for the app may hold a copy of this library of its own.
  if (error instanceof Error && error.name === 'PlatformError') {
    return error as PlatformError;
  }
  throw error;
}

const isSlow = (chart: AnyChart): chart is SlowChart => chart.size !== undefined && chart.take !== undefined;

/** The program of the processes: TypeScript where this file is. */
const PROGRAM = join(__dirname, `prove-chart${extname(__filename)}`);

/** Room for what is soon forgotten: thousands of samples are built and dropped. */
const EXEC_ARGV = [...process.execArgv, '--max-semi-space-size=64'];

/** A process that proves what it is asked to, until it is not needed any more. */
function proverUntil(signal: AbortSignal): ChildProcess {
  // What the app prints has been printed here already: the standard output is that of the command.
  const prover = fork(PROGRAM, { execArgv: EXEC_ARGV, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], signal });
  // That it is ended from here is no fault; whoever waits for an answer hears of any other.
  prover.on('error', () => undefined);
  return prover;
}

/** @throws the error of the process if it is a defect */
async function answerOf(prover: ChildProcess, assignment: Assignment): Promise<Exclude<Answer, { defect: string }>> {
  const answer = await new Promise<Answer>((resolve, reject) => {
    const end = (code: number | null, signal: string | null): void =>
      reject(new Error(`the process that proves ${assignment.chart} ended with ${signal ?? code} and gave no answer`));
    prover.once('exit', end);
    prover.once('error', reject);
    prover.once('message', (given: Answer) => {
      prover.off('exit', end).off('error', reject);
      resolve(given);
    });
    prover.send(assignment);
  });
  if ('defect' in answer) {
    throw Object.assign(new Error(`${assignment.chart} cannot be proven`), { stack: answer.defect });
  }
  return answer;
}
