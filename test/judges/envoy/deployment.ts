import { Testing, type Chart } from 'cdk8s';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import { ModelProcess, Pod } from './pod';
import { RunningProxy, type World } from './proxy';
import type { Service } from './service';

interface Started {
  readonly pod: Pod;
  readonly proxy: RunningProxy;
}

/** A synthesized Deployment as its controller runs it: a new pod must be ready before an old one goes. */
export class RunningDeployment {
  private readonly spec: DeploymentSpec;
  private pods: Started[] = [];
  private readonly leaving: Promise<void>[] = [];
  private readonly all: Started[] = [];

  constructor(
    private readonly program: string,
    private readonly chart: Chart,
    private readonly service: Service,
    private readonly files: World['files'],
    change: (spec: DeploymentSpec) => void = () => undefined,
  ) {
    this.spec = Testing.synth(chart).find(({ kind }) => kind === 'Deployment').spec;
    change(this.spec);
    const { maxSurge, maxUnavailable } = this.spec.strategy!.rollingUpdate!;
    if (maxSurge !== 1 || maxUnavailable !== 0) {
      throw new Error('pods are not replaced one by one');
    }
  }

  /** What happened to its pods and should not. */
  public get accidents(): string[] {
    return this.all.flatMap(({ pod }) => pod.accidents.map(accident => `${pod.address}: ${accident}`));
  }

  /** Puts pods of a version in the place of those that are there. Does not wait for those that go. */
  public async roll(version: string): Promise<void> {
    const old = [...this.pods];
    for (let missing = this.spec.replicas!; missing > 0; missing--) {
      const started = this.create(version);
      await started.pod.start();
      this.pods.push(started);
      this.service.add(started.pod.address);
      this.remove(old.shift());
    }
  }

  /** Begins a rollout that gets nowhere, and gives it up. */
  public async giveUp(version: string, during: Promise<unknown>): Promise<void> {
    const started = this.create(version);
    const ready = started.pod.start();
    await during;
    if (started.pod.ready) {
      throw new Error('the pod got ready');
    }
    this.leaving.push(started.pod.stop());
    await ready;
  }

  /** Waits until all pods that had to go are gone. */
  public async settled(): Promise<void> {
    await Promise.all(this.leaving);
  }

  /** Ends everything at once. */
  public async stop(): Promise<void> {
    this.pods.splice(0).forEach(({ pod }) => this.leaving.push(pod.stop()));
    await this.settled();
    await Promise.all(this.all.map(({ proxy }) => proxy.stop()));
  }

  private remove(started: Started | undefined): void {
    if (started) {
      this.pods = this.pods.filter(one => one !== started);
      this.service.remove(started.pod.address);
      this.leaving.push(started.pod.stop());
    }
  }

  private create(version: string): Started {
    const spec = this.spec.template.spec!;
    const { containerPort } = spec.containers[0]!.ports![0]!;
    // A loopback address of its own, so that its ports are those that are written.
    const address = `127.0.${70 + Math.floor(this.all.length / 200)}.${10 + (this.all.length % 200)}`;
    const world = { files: this.files, servers: { [`127.0.0.1:${containerPort}`]: containerPort }, address };
    const proxy = new RunningProxy(this.program, this.chart, world);
    const model = new ModelProcess({ HOST: address, PORT: `${containerPort}`, VERSION: version, LOAD_MS: '0' });
    const started = { proxy, pod: new Pod(spec, address, { proxy, model }) };
    this.all.push(started);
    return started;
  }
}
