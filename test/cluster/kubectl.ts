import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../lib';

/** What a program left behind. */
export interface Outcome {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What the program reads. Secrets go this way, never as arguments. */
  readonly input?: string;
  /** Longest time it may take. */
  readonly seconds?: number;
}

/** A pod, or anything that kubectl finds one by: `deployment/mlflow`. */
export interface Place {
  readonly namespace: string;
  readonly pod: string;
}

/** Who Argo CD says it is when it applies. */
const FIELD_MANAGER = 'argocd-controller';

/** The program kubectl, pointed at a cluster by KUBECONFIG. */
export class Kubectl {
  /** @param signal ends whatever is running */
  constructor(private readonly signal?: AbortSignal) {}

  /** Runs it and tells how it ended. */
  public attempt(args: readonly string[], { input = '', seconds = 60 }: RunOptions = {}): Promise<Outcome> {
    return new Promise(resolve => {
      const options = { signal: this.signal, timeout: seconds * 1000, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile('kubectl', args, options, (error, stdout, stderr) =>
        resolve({ failed: error !== null, stdout, stderr: stderr || (error?.message ?? '') }),
      );
      // A program that ends early does not read its input; how it ended says more than the broken pipe.
      child.stdin?.on('error', () => undefined).end(input);
    });
  }

  /**
   * Runs it and returns what it printed.
   *
   * @throws Error if it fails
   */
  public async run(args: readonly string[], options?: RunOptions): Promise<string> {
    const { failed, stdout, stderr } = await this.attempt(args, options);
    if (failed) {
      throw new Error(`kubectl ${args.slice(0, 6).join(' ')}: ${stderr.trim()}`);
    }
    return stdout;
  }

  /** Reads an object, or a list of them. */
  public async get(...args: readonly string[]): Promise<any> {
    return JSON.parse(await this.run(['get', ...args, '--output=json']));
  }

  /** Makes objects that may not exist yet. */
  public async create(...objects: readonly Manifest[]): Promise<void> {
    await this.run(['create', '--filename=-'], { input: list(objects) });
  }

  /** Applies objects as Argo CD does. */
  public async apply(...objects: readonly Manifest[]): Promise<void> {
    const how = ['--server-side', '--force-conflicts', `--field-manager=${FIELD_MANAGER}`];
    await this.run(['apply', ...how, '--filename=-'], { input: list(objects) });
  }

  /** Runs a script of pods/ in a pod: JSON goes in, JSON comes out. */
  public async python({ namespace, pod }: Place, script: string, input: unknown = {}, seconds = 60): Promise<any> {
    const text = readFileSync(join(__dirname, 'pods', `${script}.py`), 'utf8');
    const args = ['exec', '--stdin', `--namespace=${namespace}`, pod, '--', 'python3', '-c', text];
    const { failed, stdout, stderr } = await this.attempt(args, { input: JSON.stringify(input), seconds });
    if (failed) {
      throw new Error(`${script}.py in ${namespace}/${pod}: ${stderr.trim()}`);
    }
    return stdout === '' ? undefined : JSON.parse(stdout);
  }

  /**
   * Collects each state of an object, from now on.
   *
   * @returns a function that stops and returns the lines seen
   */
  public watch(args: readonly string[], jsonpath: string): () => Promise<string[]> {
    const output = `--output=jsonpath=${jsonpath}{"\\n"}`;
    const child = spawn('kubectl', ['get', ...args, '--watch', output], { signal: this.signal });
    let text = '';
    child.stdout.on('data', chunk => (text += chunk));
    const ended = once(child, 'close').catch(() => undefined);
    return async () => {
      child.kill();
      await ended;
      return text.split('\n').filter(line => line !== '');
    };
  }
}

const list = (items: readonly Manifest[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
