import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Chart, Testing } from 'cdk8s';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { MlflowServer, Workload } from '../../../lib';
import { Pod, type Ended, type World } from './pod';
import { freePort, Network, postgresPrograms, until } from './servers';

/** Where the programs are, or what is missing. */
export function programs(): { readonly missing: string } | { readonly path: string; readonly postgres: string } {
  const onPath = (program: string) =>
    (process.env['PATH'] ?? '').split(delimiter).find(folder => existsSync(join(folder, program)));
  const mlflow = onPath('mlflow');
  const postgres = postgresPrograms();
  if (!mlflow || !onPath('versitygw') || !postgres) {
    const missing = { mlflow, versitygw: onPath('versitygw'), 'a PostgreSQL server': postgres };
    return {
      missing: `not installed: ${Object.entries(missing)
        .filter(([, found]) => !found)
        .map(([name]) => name)
        .join(', ')}`,
    };
  }
  return { path: [postgres, mlflowPath()].join(delimiter), postgres };
}

/** The PATH on which MLflow is, and its Python as `python3`; undefined if MLflow is not installed. */
export function mlflowPath(): string | undefined {
  const path = process.env['PATH'] ?? '';
  const mlflow = path.split(delimiter).find(folder => existsSync(join(folder, 'mlflow')));
  if (mlflow === undefined) {
    return undefined;
  }
  const interpreter = /^#!(\S+)/.exec(readFileSync(realpathSync(join(mlflow, 'mlflow')), 'utf8'))?.[1];
  return [interpreter ? dirname(interpreter) : mlflow, path].join(delimiter);
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** A team's chart as processes of this machine. */
export class RunningTeam {
  public readonly network = new Network();
  public readonly world: World;
  private readonly folder = mkdtempSync(join(tmpdir(), 'judge-mlflow-'));
  private readonly secrets: Record<string, Record<string, string>> = {};
  private readonly configMaps: Record<string, Record<string, string>> = {};
  private readonly environment: NodeJS.ProcessEnv;
  private readonly pods: Pod[] = [];

  constructor(path: string) {
    const { PYTHONPATH } = process.env;
    this.environment = { PATH: path, PYTHONPATH, LANG: 'C.UTF-8', NO_PROXY: '127.0.0.1,localhost' };
    const { folder, secrets, configMaps, environment } = this;
    this.world = { folder, secrets, configMaps, environment };
  }

  public async start(): Promise<void> {
    await this.network.start();
    this.environment['http_proxy'] = `http://127.0.0.1:${this.network.port}`;
  }

  public addSecrets(secrets: Readonly<Record<string, Record<string, string>>>): void {
    Object.assign(this.secrets, secrets);
  }

  /** Makes a chart's ConfigMaps known; returns its objects by `Kind/name`. */
  public apply(chart: Chart): Record<string, any> {
    const objects: any[] = Testing.synth(chart);
    objects
      .filter(({ kind }) => kind === 'ConfigMap')
      .forEach(({ metadata, data }) => (this.configMaps[metadata.name] = data));
    return Object.fromEntries(objects.map(object => [`${object.kind}/${object.metadata.name}`, object]));
  }

  /** Runs a Job, or a CronJob once. */
  public run(job: { readonly kind: string; readonly spec: any }): Promise<Ended> {
    return this.pod((job.kind === 'CronJob' ? job.spec.jobTemplate.spec : job.spec).template).run();
  }

  /** Runs a Python program in a workload, with whatever that was granted. */
  public runProgram(workload: Workload, text: string): Promise<Ended> {
    const container = workload.container({ name: 'main', image: 'none', command: ['python3', '-c', text] });
    const template = JSON.parse(JSON.stringify(workload.podTemplate({ containers: [container] })));
    return this.pod(template).run();
  }

  /** Starts a pod of the server on a port of its own, and waits until its readiness probe says yes. */
  public async serve(mlflow: MlflowServer, template: PodTemplateSpec, kept?: Record<string, string>): Promise<Serving> {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const pod = this.pod(template, kept);
    const ports: Record<string, string> = { '--port=5000': `--port=${port}`, '9090': `${metricsPort}` };
    const child = await pod.start(text => ports[text] ?? text.replace('--host=0.0.0.0', '--host=127.0.0.1'));
    const serving = new Serving(port, metricsPort, pod);
    [child.stdout!, child.stderr!].forEach(stream => stream.on('data', data => (serving.log += data)));
    const { path, httpHeaders } = template.spec!.containers[0]!.readinessProbe!.httpGet!;
    await until(
      'the server is ready',
      async () => {
        if (child.exitCode !== null) {
          throw new Error(`the server ended: ${serving.log}`);
        }
        return (await serving.ask(path!, { host: httpHeaders![0]!.value }).catch(() => undefined))?.status === 200;
      },
      120,
    );
    this.network.routes.set(new URL(mlflow.trackingUri).host, port);
    return serving;
  }

  public async stop(): Promise<void> {
    await Promise.all(this.pods.map(pod => pod.stop()));
    await this.network.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private pod(template: PodTemplateSpec, kept?: Record<string, string>): Pod {
    const pod = new Pod(this.world, template, kept);
    this.pods.push(pod);
    return pod;
  }
}

export interface Asking {
  /** The Host header. */
  readonly host: string;
  /** Name and password, joined by ":". */
  readonly login?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What to post; without it the request is a GET. */
  readonly body?: object;
}

/** A pod of the server at work. */
export class Serving {
  public log = '';

  constructor(
    public readonly port: number,
    public readonly metricsPort: number,
    private readonly pod: Pod,
  ) {}

  public ask(path: string, { host, login, headers: given, body: posted }: Asking): Promise<Answer> {
    const authorization = login && `Basic ${Buffer.from(login).toString('base64')}`;
    const type = posted && { 'content-type': 'application/json' };
    const headers = { host, ...type, ...given, ...(authorization ? { authorization } : {}) };
    const method = posted ? 'POST' : 'GET';
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: this.port, path, method, headers }, response => {
        let body = '';
        response.on('data', data => (body += data));
        response.once('end', () => resolve({ status: response.statusCode!, body, headers: response.headers }));
      });
      asked.once('error', reject).end(posted && JSON.stringify(posted));
    });
  }

  /** Where a path of its containers is on this machine. */
  public path(text: string): string {
    return this.pod.path(text);
  }

  public stop(): Promise<void> {
    return this.pod.stop();
  }
}
