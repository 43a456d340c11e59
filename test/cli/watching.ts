import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { command } from './process';

/** A line that `mlops watch` writes. */
export interface Line {
  readonly level: 'info' | 'error';
  readonly event: string;
  readonly port?: number;
  readonly detail?: unknown;
}

/** `mlops watch` as a process of its own, that listens. */
export class Watching {
  public readonly lines: Line[] = [];
  /** How it ended: its exit code, or the signal that killed it. */
  public readonly ended: Promise<number | string>;
  private readonly child: ChildProcess;
  private heard: () => void = () => undefined;

  constructor(folder: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
    const [program, ...all] = command(['watch', '--listen=127.0.0.1:0', ...args]);
    this.child = spawn(program!, all, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...variables },
    });
    this.ended = once(this.child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
    createInterface(this.child.stdout!).on('line', line => {
      this.lines.push(JSON.parse(line) as Line);
      this.heard();
    });
  }

  /** Waits for the next line of this event; those that were waited for before do not count. */
  public async next(event: string): Promise<Line> {
    for (let seen = this.lines.length; ; seen = this.lines.length) {
      const found = this.lines.find(one => one.event === event);
      if (found) {
        this.lines.splice(0, this.lines.indexOf(found) + 1);
        return found;
      }
      await new Promise<void>(resolve => {
        this.heard = resolve;
        if (this.lines.length > seen) {
          resolve();
        }
      });
    }
  }

  public async get(port: number, path: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  public kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.child.kill(signal);
  }

  public async stop(): Promise<void> {
    this.kill('SIGKILL');
    await this.ended;
  }
}
