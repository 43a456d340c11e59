import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, PodSpec, Probe } from 'kubernetes-types/core/v1';
import { ask } from './proxy';

/** A container as a process. */
export interface Process {
  readonly running: boolean;
  run(): void;
  /** Sends a signal, and waits until the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** The program of a model. */
export class ModelProcess implements Process {
  private child: ChildProcess | undefined;

  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  public get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  public run(): void {
    const env = { ...process.env, ...this.environment };
    this.child = spawn(process.execPath, [join(__dirname, 'model.js')], { env, stdio: 'inherit' });
  }

  public async end(signal: NodeJS.Signals): Promise<void> {
    if (this.running) {
      await new Promise(resolve => {
        this.child!.once('exit', resolve);
        this.child!.kill(signal);
      });
    }
  }
}

interface Part {
  readonly spec: Container;
  readonly process: Process;
  readonly sidecar: boolean;
}

/** Time until a kubelet sees that a container runs, in milliseconds. */
const NOTICED = 500;

/**
 * A model and its proxy as a kubelet runs them: sidecars first, each container after the one before has started; probes,
 * hooks and times as they are written. When the pod goes all hooks run at once; then the model is told to end, and the
 * proxy when the model has ended.
 */
export class Pod {
  /** What should not happen to a pod that is well. */
  public readonly accidents: string[] = [];
  private readonly parts: readonly Part[];
  private readonly unready: Set<string>;
  private leaving = false;

  /** @param processes by the name of their container */
  constructor(
    private readonly spec: PodSpec,
    public readonly address: string,
    processes: Readonly<Record<string, Process>>,
  ) {
    const part = (container: Container, sidecar: boolean): Part => {
      const own = processes[container.name];
      if (own === undefined) {
        throw new Error(`what is the process of "${container.name}"?`);
      }
      return { spec: container, process: own, sidecar };
    };
    const sidecars = spec.initContainers!.map(container => {
      if (container.restartPolicy !== 'Always') {
        throw new Error(`"${container.name}" is no sidecar`);
      }
      return part(container, true);
    });
    this.parts = [...sidecars, ...spec.containers.map(container => part(container, false))];
    this.unready = new Set(this.parts.map(({ spec: { name } }) => name));
  }

  /** Whether a Service may lead to it. */
  public get ready(): boolean {
    return this.unready.size === 0 && !this.leaving;
  }

  /** Starts everything; returns when the pod is ready or is told to go. */
  public async start(): Promise<void> {
    for (const { spec, process } of this.parts) {
      process.run();
      await sleep(NOTICED);
      while (!this.leaving && !(await this.passes(spec.startupProbe!))) {
        await sleep(spec.startupProbe!.periodSeconds! * 1000);
      }
      void this.watch(spec.readinessProbe!, well => this.unready[well ? 'delete' : 'add'](spec.name));
      void this.watch(spec.livenessProbe!, well => well || this.accidents.push(`${spec.name} was restarted`));
    }
    while (!this.ready && !this.leaving) {
      await sleep(50);
    }
  }

  /** Ends everything, in the time that the pod has for it. */
  public async stop(): Promise<void> {
    this.leaving = true;
    const hooks = new Map(this.parts.map(part => [part, hook(part.spec)]));
    const end = async (part: Part): Promise<void> => {
      await hooks.get(part);
      await part.process.end('SIGTERM');
    };
    const inOrder = async (): Promise<void> => {
      await Promise.all(this.parts.filter(({ sidecar }) => !sidecar).map(end));
      for (const sidecar of this.parts.filter(part => part.sidecar).reverse()) {
        await end(sidecar);
      }
    };
    const grace = sleep(this.spec.terminationGracePeriodSeconds! * 1000, undefined, { ref: false });
    await Promise.race([inOrder(), grace]);
    for (const { spec, process } of this.parts.filter(part => part.process.running)) {
      this.accidents.push(`${spec.name} was killed`);
      await process.end('SIGKILL');
    }
  }

  private async watch(probe: Probe, tell: (well: boolean) => void): Promise<void> {
    for (let failures = 0; !this.leaving; await sleep(probe.periodSeconds! * 1000, undefined, { ref: false })) {
      failures = (await this.passes(probe)) ? 0 : failures + 1;
      if (!this.leaving && (failures === 0 || failures >= probe.failureThreshold!)) {
        tell(failures === 0);
      }
    }
  }

  private async passes({ httpGet, tcpSocket, timeoutSeconds }: Probe): Promise<boolean> {
    const asked = httpGet
      ? ask(Number(httpGet.port), { host: this.address, path: httpGet.path }).then(
          ({ status }) => status >= 200 && status < 400,
          () => false,
        )
      : opens(Number(tcpSocket!.port), this.address);
    return Promise.race([asked, sleep(timeoutSeconds! * 1000, false, { ref: false })]);
  }
}

function opens(port: number, host: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, host, () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });
}

async function hook({ name, lifecycle }: Container): Promise<void> {
  const { sleep: pause, ...others } = lifecycle?.preStop ?? {};
  if (Object.keys(others).length > 0) {
    throw new Error(`what is the hook of "${name}"?`);
  }
  await sleep((pause?.seconds ?? 0) * 1000);
}
