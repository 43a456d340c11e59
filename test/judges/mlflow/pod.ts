import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Container, PodTemplateSpec, Volume } from 'kubernetes-types/core/v1';

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface World {
  /** Folder for the files of pods. */
  readonly folder: string;
  /** Content of Secrets and ConfigMaps, by name and key. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Variables of the machine rather than of the pod: where programs are. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Gives each pod a folder of its own. */
let pods = 0;

/**
 * A pod of the synthesized template as processes of this machine: the same programs, arguments, variables and files,
 * with each mounted path moved below a folder of the pod.
 */
export class Pod {
  public readonly folder: string;
  private readonly paths = new Map<string, string>();
  private readonly running: ChildProcess[] = [];

  /** @param kept folders that stand for volumes which outlive a pod, by name of the volume */
  constructor(
    private readonly world: World,
    private readonly template: PodTemplateSpec,
    kept: Readonly<Record<string, string>> = {},
  ) {
    this.folder = join(world.folder, `pod-${++pods}`);
    const { initContainers = [], containers, volumes = [] } = template.spec!;
    const mounts = [...initContainers, ...containers].flatMap(({ volumeMounts = [] }) => volumeMounts);
    mounts.forEach(({ name, mountPath }) => this.paths.set(mountPath, kept[name] ?? join(this.folder, name)));
    new Set(this.paths.values()).forEach(folder => mkdirSync(folder, { recursive: true }));
    this.nest();
    volumes.forEach(volume => this.fill(volume));
  }

  /** Runs the init containers and then the first container, each to its end; stops at the first that fails. */
  public async run(): Promise<Ended> {
    const { initContainers = [], containers } = this.template.spec!;
    let output = '';
    for (const container of [...initContainers, containers[0]!]) {
      const ended = await this.runContainer(container);
      output += ended.output;
      if (ended.code !== 0) {
        return { code: ended.code, output: `${output}\n${container.name} failed` };
      }
    }
    return { code: 0, output };
  }

  /** Runs the init containers, and starts the others; returns the first of them. */
  public async start(change: (text: string) => string): Promise<ChildProcess> {
    const { initContainers = [], containers } = this.template.spec!;
    for (const container of initContainers) {
      const { code, output } = await this.runContainer(container);
      if (code !== 0) {
        throw new Error(`${container.name} failed: ${output}`);
      }
    }
    return containers.map(container => this.spawn(container, change))[0]!;
  }

  /** Where a path of the containers is on this machine. */
  public path(text: string): string {
    const known = [...this.paths.keys()].sort((a, b) => b.length - a.length).map(path => path.replace(/[.]/g, '\\.'));
    return text.replace(new RegExp(`(?<![\\w.-])(?:${known.join('|')})(?![\\w-])`, 'g'), path => this.paths.get(path)!);
  }

  /** Ends what it started and has not ended. */
  public async stop(): Promise<void> {
    await Promise.all(
      this.running.map(async child => {
        if (child.exitCode === null && child.signalCode === null) {
          const gone = new Promise(resolve => child.once('exit', resolve));
          // The group: a server has worker processes.
          process.kill(-child.pid!, 'SIGTERM');
          const late = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 15_000);
          await gone;
          clearTimeout(late);
        }
      }),
    );
  }

  private async runContainer(container: Container): Promise<Ended> {
    const child = this.spawn(container, text => text);
    let output = '';
    child.stdout!.on('data', data => (output += data));
    child.stderr!.on('data', data => (output += data));
    const code = await new Promise<number | null>(resolve => child.once('close', resolve));
    return { code, output };
  }

  private spawn({ command = [], args = [], env = [] }: Container, change: (text: string) => string): ChildProcess {
    const [program, ...rest] = [...command, ...args].map(text => change(this.path(text)));
    const own = env.map(({ name, value, valueFrom }) => [
      name,
      valueFrom ? this.world.secrets[valueFrom.secretKeyRef!.name!]![valueFrom.secretKeyRef!.key]! : this.path(value!),
    ]);
    const child = spawn(program!, rest, {
      cwd: this.folder,
      detached: true,
      env: { ...this.world.environment, TMPDIR: this.path('/tmp'), ...Object.fromEntries(own) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.once('error', error => child.stderr!.emit('data', `${error}`));
    this.running.push(child);
    return child;
  }

  /** A folder that is mounted inside of another one is a link there. */
  private nest(): void {
    for (const [path, folder] of this.paths) {
      const outer = this.paths.get(dirname(path));
      if (outer !== undefined) {
        symlinkSync(folder, join(outer, basename(path)));
      }
    }
  }

  /** Writes what a Secret or a ConfigMap brings into the pod. */
  private fill({ name, secret, configMap }: Volume): void {
    const content = secret
      ? this.world.secrets[secret.secretName!]
      : configMap
        ? this.world.configMaps[configMap.name!]
        : {};
    if (content === undefined) {
      throw new Error(`the pod wants ${secret?.secretName ?? configMap?.name}, which is not there`);
    }
    const items = secret?.items ?? Object.keys(content).map(key => ({ key, path: key }));
    for (const { key, path } of items) {
      const file = join(this.folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, this.path(content[key]!), { mode: 0o640 });
    }
  }
}
