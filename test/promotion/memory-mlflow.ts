import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const FILE = `flavors:
  python_function: { loader_module: mlflow.xgboost, data: model.ubj }
  xgboost: { data: model.ubj, model_format: ubj }
signature:
  inputs: '[{"type": "double", "name": "x", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
  params: null
`;

interface Registered {
  readonly aliases: Map<string, number>;
  /** Tags of each version. */
  readonly versions: Map<number, Map<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const missing = (what: string): Answer => ({
  status: 404,
  body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `${what} not found` },
});

/** What promotion asks of MLflow's REST API, answered from memory: for more models and moves than MLflow has time for. */
export class MemoryMlflow {
  public url = '';
  public requests = 0;
  /** Answers 403 to whoever writes a tag. */
  public refusesTags = false;
  private readonly models = new Map<string, Registered>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  public async start(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Registers the versions from 1 up to this one. */
  public register(name: string, versions: number): void {
    const numbers = Array.from({ length: versions }, (_, index) => index + 1);
    this.models.set(name, { aliases: new Map(), versions: new Map(numbers.map(number => [number, new Map()])) });
  }

  public alias(name: string, alias: string, version: number): void {
    this.models.get(name)!.aliases.set(alias, version);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const { pathname, searchParams } = new URL(request.url!, this.url);
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part as Buffer);
    }
    const body = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : {};
    const path = pathname.replace('/api/2.0/mlflow/', '').replace(/^\//, '');
    if (path === 'model-versions/get-artifact') {
      const { name, version } = Object.fromEntries(searchParams) as { name: string; version: string };
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(`${FILE}# ${name} ${version}\n`);
      return;
    }
    const { status, body: said } = this.said(path, { ...Object.fromEntries(searchParams), ...body });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  }

  private said(path: string, asked: Record<string, string>): Answer {
    const { name = '', version = '' } = asked;
    const model = this.models.get(name);
    const tags = model?.versions.get(Number(version));
    switch (path) {
      case 'registered-models/search':
        return ok(this.page(asked));
      case 'registered-models/alias':
        model?.aliases.set(asked['alias']!, Number(version));
        return model ? ok({}) : missing(name);
      case 'model-versions/get':
        return tags ? ok({ model_version: this.versionOf(name, version, tags) }) : missing(`${name} ${version}`);
      case 'model-versions/get-download-uri':
        return tags ? ok({ artifact_uri: `mlflow-artifacts:/1/models/${name}-${version}` }) : missing(name);
      case 'model-versions/set-tag':
        if (this.refusesTags) {
          return { status: 403, body: {} };
        }
        tags?.set(asked['key']!, asked['value']!);
        return tags ? ok({}) : missing(`${name} ${version}`);
      case 'runs/get': {
        const info = { run_id: asked['run_id'], experiment_id: '1', user_id: 'anna' };
        return ok({ run: { info, data: { metrics: [{ key: 'auc', value: 0.9 }] } } });
      }
      default:
        return missing(path);
    }
  }

  private versionOf(name: string, version: string, tags: ReadonlyMap<string, string>) {
    const listed = [...tags].map(([key, value]) => ({ key, value }));
    return {
      name,
      version,
      status: 'READY',
      run_id: `${name}-${version}`.replace(/[^A-Za-z0-9-]/g, '-'),
      tags: listed,
    };
  }

  private page({ filter = '', max_results: most = '100', page_token: token = '0' }: Record<string, string>) {
    const names = filter === '' ? [...this.models.keys()] : [...filter.matchAll(/'([^']*)'/g)].map(([, name]) => name!);
    const found = names.filter(name => this.models.has(name)).sort();
    const end = Number(token) + Number(most);
    return {
      registered_models: found.slice(Number(token), end).map(name => {
        const aliases = [...this.models.get(name)!.aliases];
        return { name, aliases: aliases.map(([alias, version]) => ({ alias, version: `${version}` })) };
      }),
      ...(end < found.length && { next_page_token: `${end}` }),
    };
  }
}
