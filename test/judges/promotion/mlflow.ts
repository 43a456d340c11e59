import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '../mlflow/servers';

/** Whether there is an MLflow to ask. */
export const hasMlflow = (): boolean => spawnSync('mlflow', ['--version']).status === 0;

const USER = 'admin';
const PASSWORD = 'a-password-of-the-test';

/** A real MLflow with a registry, an artifact proxy and basic authentication. */
export class Mlflow {
  public readonly folder = mkdtempSync(join(tmpdir(), 'promotion-mlflow-'));
  /** Folder with the credentials, as a mounted Secret has them. */
  public readonly credentials = join(this.folder, 'credentials');
  public url = '';
  private server: ChildProcess | undefined;

  public async start(address = '127.0.0.1'): Promise<void> {
    const port = await freePort();
    this.url = `http://${address}:${port}`;
    const config = join(this.folder, 'auth.ini');
    const lines = {
      default_permission: 'NO_PERMISSIONS',
      database_uri: `sqlite:///${this.folder}/auth.db`,
      admin_username: USER,
      admin_password: PASSWORD,
      authorization_function: 'mlflow.server.auth:authenticate_request_basic_auth',
    };
    writeFileSync(
      config,
      `[mlflow]\n${Object.entries(lines)
        .map(([key, value]) => `${key} = ${value}\n`)
        .join('')}`,
    );
    mkdirSync(join(this.credentials, 'mlflow'), { recursive: true });
    writeFileSync(join(this.credentials, 'mlflow/username'), `${USER}\n`);
    writeFileSync(join(this.credentials, 'mlflow/password'), `${PASSWORD}\n`);
    const options = {
      'backend-store-uri': `sqlite:///${this.folder}/mlflow.db`,
      'artifacts-destination': join(this.folder, 'artifacts'),
      'default-artifact-root': 'mlflow-artifacts:/',
      'app-name': 'basic-auth',
      workers: '1',
      host: address,
      port: `${port}`,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const env = { ...process.env, MLFLOW_AUTH_CONFIG_PATH: config, MLFLOW_FLASK_SERVER_SECRET_KEY: 'of-the-test' };
    this.server = spawn('mlflow', ['server', ...args], { cwd: this.folder, env, stdio: 'ignore', detached: true });
    await until(
      'MLflow starts',
      async () => (await fetch(`${this.url}/health`).catch(() => undefined))?.ok ?? false,
      240,
    );
  }

  /** Registers a version whose files are no more than an MLmodel. */
  public async register(model: string, { auc = 0.9, file = MODEL_FILE } = {}): Promise<number> {
    const { experiment } = await this.experiment();
    const now = Date.now();
    const { run } = await this.post('runs/create', { experiment_id: experiment, start_time: now, user_id: 'anna' });
    const id: string = run.info.run_id;
    await this.post('runs/log-metric', { run_id: id, key: 'auc', value: auc, timestamp: now });
    await this.post('runs/update', { run_id: id, status: 'FINISHED', end_time: now });
    const place = `${experiment}/${id}/artifacts/model`;
    await fetch(`${this.url}/api/2.0/mlflow-artifacts/artifacts/${place}/MLmodel`, {
      method: 'PUT',
      headers: this.headers,
      body: file,
    });
    await this.call('POST', 'registered-models/create', { name: model });
    const source = `mlflow-artifacts:/${place}`;
    const { model_version: made } = await this.post('model-versions/create', { name: model, source, run_id: id });
    return Number(made.version);
  }

  public async alias(name: string, alias: string, version: number): Promise<void> {
    await this.post('registered-models/alias', { name, alias, version: `${version}` });
  }

  public async tags(name: string, version: number): Promise<Record<string, string>> {
    const { json } = await this.call('GET', `model-versions/get?name=${name}&version=${version}`);
    const tags: { key: string; value: string }[] = json.model_version.tags ?? [];
    return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  }

  public async post(path: string, body: object): Promise<any> {
    const { status, json } = await this.call('POST', path, body);
    if (status !== 200) {
      throw new Error(`${path}: ${status} ${JSON.stringify(json)}`);
    }
    return json;
  }

  public async call(method: string, path: string, body?: object): Promise<{ status: number; json: any }> {
    const response = await fetch(`${this.url}/api/2.0/mlflow/${path}`, {
      method,
      headers: { ...this.headers, 'content-type': 'application/json', connection: 'close' },
      body: body && JSON.stringify(body),
    });
    return { status: response.status, json: await response.json() };
  }

  public get headers(): Record<string, string> {
    return { authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` };
  }

  public async stop(): Promise<void> {
    if (this.server?.pid !== undefined) {
      const ended = once(this.server, 'exit');
      // It starts workers of its own, in its group.
      process.kill(-this.server.pid, 'SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async experiment(): Promise<{ experiment: string }> {
    const known = await this.call('GET', 'experiments/get-by-name?experiment_name=churn');
    const experiment =
      known.json.experiment?.experiment_id ?? (await this.post('experiments/create', { name: 'churn' })).experiment_id;
    return { experiment };
  }
}

/** What MLflow writes for a model that is loaded without running what lies in its files. */
export const MODEL_FILE = `flavors:
  python_function:
    loader_module: mlflow.xgboost
    data: model.ubj
  xgboost:
    data: model.ubj
    model_format: ubj
model_uuid: m-1
signature:
  inputs: '[{"type": "double", "name": "x", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
  params: null
`;
