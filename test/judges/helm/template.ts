import { spawn } from 'node:child_process';
import { plainYaml } from '../../../lib/helm/write/plain-yaml';
import type { Release } from '../../../lib/helm/values/release';
import type { Values } from '../../../lib/helm/values/samples';
import type { Helm } from './binaries';

/** How a chart is rendered. */
export interface Rendering extends Pick<Release, 'name' | 'namespace'> {
  readonly values: Values;
  /** Whether the values are given on the command line, not as a file. */
  readonly setJson?: boolean;
  /** Whether what `helm test` runs is printed too. */
  readonly withTests?: boolean;
}

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Asks Helm; several at once, as each takes a tenth of a second to start. */
export function ask({ program }: Helm, args: readonly string[], input = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe' });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    child.on('error', reject);
    child.on('close', status =>
      resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** What Helm makes of a chart and values, or its refusal. */
export function tryTemplate(helm: Helm, chart: string, rendering: Rendering): Promise<Answer> {
  const { name, namespace, values, setJson = false, withTests = false } = rendering;
  const args = ['template', name, chart, '--namespace', namespace, ...(withTests ? [] : ['--skip-tests'])];
  return setJson
    ? ask(helm, [
        ...args,
        ...Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]),
      ])
    : ask(helm, [...args, '--values', '-'], plainYaml(values));
}

/** The text that Helm prints. */
export async function template(helm: Helm, chart: string, rendering: Rendering): Promise<string> {
  const { status, stdout, stderr } = await tryTemplate(helm, chart, rendering);
  if (status !== 0) {
    throw new Error(`${helm.name} refuses ${chart} with ${JSON.stringify(rendering)}: ${stderr}`);
  }
  return stdout;
}

/** Runs of Helm at once. */
export const CORES = 2;

/** Does the same with each of many, a few at once. */
export async function each<Item, Result>(
  items: readonly Item[],
  act: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await act(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: CORES }, work));
  return results;
}
