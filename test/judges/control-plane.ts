import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from './manifests';
import { definitionFiles } from './testbed';

/** First of the ports of control planes: not the test bed's own, so that one can run beside it. */
const FIRST_PORT = Number(process.env.MLOPS_CONTROL_PLANE_PORT ?? 7443);
const PORTS_OF_EACH = 10;

/** First of the ports of this one: suites run side by side. */
const PORT = String(FIRST_PORT + PORTS_OF_EACH * (Number(process.env.JEST_WORKER_ID) - 1));

/** What kubectl said. */
export interface Answer {
  readonly ok: boolean;
  readonly output: string;
  readonly errors: string;
}

/** A Kubernetes control plane of the test's own, without nodes. */
export class ControlPlane {
  /** Variables with which programs find it. */
  public readonly environment: NodeJS.ProcessEnv;

  /** @param testbed folder of the commands that start and stop one */
  constructor(private readonly testbed: string) {
    const run = mkdtempSync(join(tmpdir(), 'control-plane-'));
    const own = { ...process.env, TESTBED_RUN: run, TESTBED_PORT: PORT };
    const script = 'eval "$("$0/env")" && printf "%s\\n%s" "$KUBECONFIG" "$PATH"';
    const [KUBECONFIG, PATH] = spawnSync('bash', ['-c', script, testbed], { env: own, encoding: 'utf8' }).stdout.split(
      '\n',
    );
    this.environment = { ...own, KUBECONFIG, PATH };
  }

  /**
   * @param nodes how many nodes are feigned, on which every pod gets ready and every Job ends
   * @throws Error if it does not come up
   */
  public start(nodes = 0): void {
    const mode = nodes === 0 ? ['--control-plane'] : ['--kwok', String(nodes)];
    const { ok, errors } = this.run(join(this.testbed, 'up'), mode);
    if (!ok) {
      throw new Error(`the control plane did not start: ${errors}`);
    }
  }

  /** Runs another command of the test bed against it. */
  public command(name: string, ...args: string[]): Answer {
    return this.run(join(this.testbed, name), args);
  }

  /** Stops it and forgets everything in it. */
  public stop(): void {
    this.run(join(this.testbed, 'down'), ['--purge']);
  }

  /** Runs a program that asks the control plane itself. */
  public program(name: string, args: readonly string[], input?: string): Answer {
    return this.run(name, args, input);
  }

  /** @param objects what kubectl reads from its standard input */
  public kubectl(args: readonly string[], objects?: readonly unknown[]): Answer {
    const input = objects && JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    return this.run('kubectl', objects ? [...args, '-f', '-'] : args, input);
  }

  /** Creates or changes objects. */
  public apply(objects: readonly Manifest[], ...flags: string[]): Answer {
    return this.kubectl(['apply', '--server-side', ...flags], objects);
  }

  /** Defines kinds of others: those in the files that are wanted. */
  public define(isWanted: (file: string) => boolean): void {
    this.kubectl(['apply', '--server-side', ...definitionFiles(isWanted).flatMap(file => ['-f', file])]);
    this.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  }

  /** Asks what would happen if objects were created. */
  public tryCreate(objects: readonly unknown[]): Answer {
    return this.kubectl(['create', '--dry-run=server'], objects);
  }

  private run(command: string, args: readonly string[], input?: string): Answer {
    const { status, stdout, stderr } = spawnSync(command, args, {
      env: this.environment,
      encoding: 'utf8',
      input,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { ok: status === 0, output: stdout, errors: stderr };
  }
}
