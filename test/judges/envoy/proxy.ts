import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type Agent } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Testing, type Chart } from 'cdk8s';
import type { Container, Volume } from 'kubernetes-types/core/v1';
import { PROXY_PORTS } from '../../../lib/core/envoy-bootstrap';
import { freePort, until } from '../mlflow/servers';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: Agent;
  readonly host?: string;
}

export interface World {
  /** Content of Secrets and ConfigMaps, by name and key. */
  readonly files?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Ports of this machine on which the model and others listen, by `host:port` of the configuration. */
  readonly servers: Readonly<Record<string, number>>;
  /**
   * Address of the pod, at which all ports are as they are written.
   *
   * @default - 127.0.0.1, where the proxy listens on free ports
   */
  readonly address?: string;
}

/**
 * The proxy of a synthesized Deployment as a process: its own arguments, configuration and mounted files, with paths
 * moved below a folder and addresses moved to free ports of this machine.
 */
export class RunningProxy {
  public port: number;
  public statusPort: number;
  public log = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'judge-envoy-'));
  private readonly container: Container;
  private readonly places: ReadonlyMap<string, { readonly folder: string; readonly source: string | undefined }>;
  private readonly objects: any[];
  private readonly address: string;
  private child: ChildProcess | undefined;
  private versions = 0;

  constructor(
    private readonly program: string,
    chart: Chart,
    private readonly world: World,
  ) {
    this.address = world.address ?? '127.0.0.1';
    [this.port, this.statusPort] = world.address === undefined ? [0, 0] : [PROXY_PORTS.api, PROXY_PORTS.status];
    this.objects = Testing.synth(chart);
    const { spec } = this.objects.find(({ kind }) => kind === 'Deployment').spec.template;
    this.container = spec.initContainers.find(({ name }: Container) => name === 'proxy');
    const volume = (name: string): Volume => spec.volumes.find((known: Volume) => known.name === name);
    this.places = new Map(
      this.container.volumeMounts!.map(({ name, mountPath }) => {
        const { secret, configMap } = volume(name);
        const folder = join(this.folder, name);
        mkdirSync(folder);
        return [mountPath, { folder, source: secret?.secretName ?? configMap?.name }];
      }),
    );
  }

  /** What Envoy says of its configuration without running it. */
  public validate(): { readonly status: number | null; readonly output: string } {
    const args = this.prepare({ '0.0.0.0:10000': 1, '0.0.0.0:10001': 2 });
    const { status, stdout, stderr } = spawnSync(this.program, ['--mode', 'validate', ...args], { encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  }

  /** @param output whether to keep what it prints, which takes time of this process */
  public async start(output: 'kept' | 'dropped' = 'kept'): Promise<void> {
    if (this.world.address === undefined) {
      [this.port, this.statusPort] = [await freePort(), await freePort()];
    }
    this.run(output);
    const ready = () =>
      ask(this.statusPort, { path: '/ready', host: this.address }).then(({ status }) => status === 200);
    await until('the proxy is ready', () => {
      if (!this.running) {
        throw new Error(`the proxy ended: ${this.log}`);
      }
      return ready().catch(() => false);
    });
  }

  /** Starts the process without waiting for it. */
  public run(output: 'kept' | 'dropped' = 'kept'): void {
    const args = this.prepare({ '0.0.0.0:10000': this.port, '0.0.0.0:10001': this.statusPort });
    this.child = spawn(this.program, args, { stdio: ['ignore', output === 'kept' ? 'pipe' : 'ignore', 'pipe'] });
    [this.child.stdout, this.child.stderr].forEach(stream => stream?.on('data', data => (this.log += data)));
  }

  public get pid(): number {
    return this.child!.pid!;
  }

  public get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends the process with a signal. */
  public async end(signal: NodeJS.Signals): Promise<void> {
    if (this.running) {
      await new Promise(resolve => {
        this.child!.once('exit', resolve);
        this.child!.kill(signal);
      });
    }
  }

  public ask(asking: Asking = {}): Promise<Answer> {
    return ask(this.port, { host: this.address, ...asking });
  }

  /** Writes these bytes to a connection; returns what came back until it was closed or silent for long. */
  public raw(bytes: string, silence = 700): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, this.address, () => socket.write(bytes, 'latin1'));
      let answer = '';
      socket.setTimeout(silence, () => socket.destroy());
      socket.on('data', data => (answer += data.toString('latin1')));
      socket.once('close', () => resolve(answer));
      socket.once('error', error =>
        (error as NodeJS.ErrnoException).code === 'ECONNRESET' ? undefined : reject(error),
      );
    });
  }

  /** Gives a Secret or ConfigMap other content, as the kubelet does: a new folder, and one link that is replaced. */
  public swap(source: string, content: Readonly<Record<string, string>>): void {
    const place = [...this.places.values()].find(known => known.source === source);
    if (place === undefined) {
      throw new Error(`nothing of "${source}" is mounted`);
    }
    const version = `..${++this.versions}`;
    mkdirSync(join(place.folder, version));
    Object.entries(content).forEach(([key, text]) => writeFileSync(join(place.folder, version, key), text));
    symlinkSync(version, join(place.folder, '..data_tmp'));
    renameSync(join(place.folder, '..data_tmp'), join(place.folder, '..data'));
    for (const key of Object.keys(content).filter(name => !readdirSync(place.folder).includes(name))) {
      symlinkSync(join('..data', key), join(place.folder, key));
    }
    const stale = readdirSync(place.folder).filter(name => /^\.\.\d+$/.test(name) && name !== version);
    stale.forEach(name => rmSync(join(place.folder, name), { recursive: true }));
  }

  public async stop(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes all files; returns the arguments. */
  private prepare(own: Readonly<Record<string, number>>): string[] {
    const ports = { ...this.world.servers, ...own };
    for (const { source } of this.places.values()) {
      const map = this.objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === source);
      const given = this.world.files?.[source ?? ''];
      const content = map
        ? Object.fromEntries(Object.entries(map.data).map(([key, text]) => [key, this.moved(text as string, ports)]))
        : given;
      if (content !== undefined) {
        this.swap(source!, content);
      }
    }
    return [...this.container.args!.map(arg => this.path(arg)), '--disable-hot-restart'];
  }

  private moved(text: string, ports: Readonly<Record<string, number>>): string {
    return JSON.stringify(
      JSON.parse(text, (_, value) => {
        if (typeof value === 'string') {
          return this.path(value);
        }
        const { address, port_value } = (value ?? {}) as { address?: string; port_value?: number };
        if (port_value === undefined) {
          return value;
        }
        const port = ports[`${address}:${port_value}`];
        if (port === undefined) {
          throw new Error(`who is ${address}:${port_value}?`);
        }
        return { address: this.address, port_value: port };
      }),
    );
  }

  private path(text: string): string {
    const within = [...this.places.keys()].filter(path => text === path || text.startsWith(`${path}/`));
    // One may lie in another.
    const mounted = within.sort((a, b) => b.length - a.length)[0];
    return mounted === undefined ? text : join(this.places.get(mounted)!.folder, text.slice(mounted.length));
  }
}

/** Asks a server of this machine. */
export function ask(
  port: number,
  { method, path = '/', headers, body, agent, host = '127.0.0.1' }: Asking,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host, port, path, method, headers, agent };
    const asked = request(options, response => {
      let text = '';
      response.on('data', data => (text += data));
      response.once('end', () => resolve({ status: response.statusCode!, body: text }));
    });
    asked.once('error', reject).end(body);
  });
}
