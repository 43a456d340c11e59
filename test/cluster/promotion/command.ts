import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { within } from '../checks';

/** The program that is installed in a folder. */
const programIn = (folder: string): string => join(folder, 'node_modules/cdk8s-mlops/build/cli/mlops.js');

/** The command, as a person runs it in a work tree with the package. */
export class Command {
  constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    /** Options of every command about promotions. */
    private readonly options: readonly string[],
    private readonly signal: AbortSignal,
  ) {}

  /** Runs it without its common options. */
  public bare(...args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    return new Promise(resolve => {
      const how = { cwd: this.folder, env: this.environment, signal: this.signal, timeout: 120_000 };
      execFile(process.execPath, [programIn(this.folder), ...args], how, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
      );
    });
  }

  public attempt(name: string, ...args: readonly string[]) {
    return this.bare(name, ...this.options, ...args);
  }

  /**
   * Runs it, and returns what it printed for programs.
   *
   * @throws Error if it does not end with 0
   */
  public async run(name: string, ...args: readonly string[]): Promise<any> {
    const { status, stdout, stderr } = await this.attempt(name, '--output=json', ...args);
    if (status !== 0) {
      throw new Error(`mlops ${name} ${args.join(' ')} ended with ${status}: ${stderr.trim()}`);
    }
    return JSON.parse(stdout);
  }

  /** `mlops watch`, until it is told to stop. */
  public watch(...args: readonly string[]): Watch {
    return new Watch(this.folder, this.environment, ['watch', ...this.options, ...args], this.signal);
  }
}

/** A controller that runs, and what it told so far. */
export class Watch {
  private text = '';
  private readonly child;

  constructor(folder: string, env: NodeJS.ProcessEnv, args: readonly string[], signal: AbortSignal) {
    this.child = spawn(process.execPath, [programIn(folder), ...args], { cwd: folder, env, signal });
    this.child.on('error', () => undefined);
    [this.child.stdout, this.child.stderr].forEach(stream => stream.on('data', part => (this.text += part)));
  }

  /** The lines of an event. */
  public events(name: string): any[] {
    const lines = this.text.split('\n').filter(line => line.startsWith('{') && line.endsWith('}'));
    return lines.map(line => JSON.parse(line)).filter(({ event }) => event === name);
  }

  /** Waits for an event that is the right one; returns it. */
  public async told(seconds: number, name: string, isRight: (event: any) => boolean): Promise<any> {
    let found: any;
    try {
      await within(seconds, `${name} is told`, async () => (found = this.events(name).find(isRight)) !== undefined);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.text.slice(-2_000)}`);
    }
    return found;
  }

  /** Ends it as Kubernetes does; returns its exit code. */
  public async stop(): Promise<number | null> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    return this.child.exitCode;
  }
}
