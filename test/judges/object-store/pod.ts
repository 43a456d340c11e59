import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Chart } from 'cdk8s';

/** How a program ended. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

const MOUNTED = /(?<![\w.:-])\/(?:data|etc|home|run|tmp)\b/g;

/**
 * Runs the containers of synthesised pods as processes of this machine: with their arguments, variables and files, but
 * with every mounted path below a folder of the pod's, and with addresses of the cluster replaced by those of this machine.
 */
export class LocalPods {
  private readonly folder = mkdtempSync(join(tmpdir(), 'pods-'));
  private readonly running: ChildProcess[] = [];
  private readonly filled = new Set<string>();

  /**
   * @param secrets what a person would hand in: by name, then by key
   * @param addresses what to call instead of what the manifests say
   */
  constructor(
    private readonly chart: Chart,
    private readonly secrets: Record<string, Record<string, string>>,
    private readonly addresses: Record<string, string>,
  ) {}

  /** Runs a container until it ends, or fails after a minute. */
  public run(pod: any, container: any, args: readonly string[] = []): Promise<Outcome> {
    const process = this.start(pod, container, args);
    const timer = setTimeout(() => process.kill('SIGKILL'), 60_000);
    let output = '';
    [process.stdout, process.stderr].forEach(stream => stream!.on('data', chunk => (output += chunk)));
    return new Promise((resolve, reject) => {
      process.on('error', reject);
      process.on('close', code => {
        clearTimeout(timer);
        resolve({ code, output });
      });
    });
  }

  /** Starts a container. */
  public start(pod: any, container: any, args: readonly string[] = []): ChildProcess {
    const folder = join(this.folder, pod.serviceAccountName);
    for (const { name, mountPath } of container.volumeMounts) {
      this.fill(
        join(folder, mountPath),
        pod.volumes.find((volume: any) => volume.name === name),
      );
    }
    const local = (text: string) => this.local(text, folder);
    const [program, ...rest] = [...(container.command ?? []), ...(container.args ?? []), ...args].map(local);
    const variables = container.env.map(({ name, value }: any) => [name, local(value)]);
    const child = spawn(program!, rest, {
      env: { PATH: process.env['PATH'], ...Object.fromEntries(variables) },
      cwd: container.workingDir ? local(container.workingDir) : folder,
    });
    this.running.push(child);
    return child;
  }

  /** Stops what runs and removes all files. */
  public async stop(): Promise<void> {
    const left = this.running.filter(child => child.exitCode === null && child.signalCode === null);
    await Promise.all(
      left.map(child => {
        const gone = new Promise(resolve => child.on('close', resolve));
        child.kill('SIGKILL');
        return gone;
      }),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Fills a folder once: other processes may be reading it. */
  private fill(folder: string, volume: any): void {
    if (this.filled.has(folder)) {
      return;
    }
    this.filled.add(folder);
    mkdirSync(folder, { recursive: true });
    const files: Record<string, string> = volume?.secret
      ? Object.fromEntries(
          volume.secret.items.map(({ key, path: file }: any) => [file, this.secrets[volume.secret.secretName]![key]]),
        )
      : volume?.configMap
        ? this.chart
            .toJson()
            .find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume.configMap.name).data
        : {};
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
  }

  private local(text: string, folder: string): string {
    return Object.entries(this.addresses)
      .reduce((result, [from, to]) => result.replaceAll(from, to), text)
      .replace(MOUNTED, path => `${folder}${path}`);
  }
}
