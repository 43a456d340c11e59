import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface Waiting {
  readonly resolve: (answer: any) => void;
  readonly reject: (error: Error) => void;
}

/** A script that runs in a pod and answers each line of JSON with one: a start of kubectl costs more than a question. */
export class Session {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: Waiting[] = [];
  private stderr = '';
  private hasEnded = false;

  /** @param signal ends it */
  constructor(
    private readonly namespace: string,
    private readonly pod: string,
    script: string,
    signal: AbortSignal,
  ) {
    const args = ['exec', '--stdin', `--namespace=${namespace}`, pod, '--', 'python3', '-c', script];
    this.child = spawn('kubectl', args, { signal });
    this.child.stderr.on('data', chunk => (this.stderr += chunk));
    // What ended it is told to those who wait.
    this.child.stdin.on('error', () => undefined);
    this.child.on('error', () => this.fail()).on('close', () => this.fail());
    createInterface(this.child.stdout).on('line', line => this.waiting.shift()?.resolve(JSON.parse(line)));
  }

  /** Asks the script. */
  public ask(question: unknown): Promise<any> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      if (this.hasEnded) {
        this.fail();
      } else {
        this.child.stdin.write(`${JSON.stringify(question)}\n`);
      }
    });
  }

  public end(): void {
    this.child.stdin.end();
  }

  private fail(): void {
    this.hasEnded = true;
    const error = new Error(`the session in ${this.namespace}/${this.pod} has ended: ${this.stderr.trim()}`);
    this.waiting.splice(0).forEach(({ reject }) => reject(error));
  }
}
