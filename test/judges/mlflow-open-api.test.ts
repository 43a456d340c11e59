import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ModelApi, ModelRuntime, ModelSource, Platform } from '../../lib';
import { find } from '../support';
import { describeJudged } from './judge';
import { SCORING_SERVERS, SIGNATURES } from './mlflow/model';
import { freePort, until } from './mlflow/servers';
import { mlflowPath } from './mlflow/team';

jest.setTimeout(240_000);

const path = mlflowPath();
const parser = installed('@readme/openapi-parser');
const Ajv = installed('ajv/dist/2020')?.default;
const missing = [
  ...(path === undefined ? ['mlflow'] : []),
  ...(parser === undefined ? ['@readme/openapi-parser'] : []),
  ...(Ajv === undefined ? ['ajv 8'] : []),
];

/** A package that the project need not have; undefined if it has not. */
function installed(name: string): any {
  try {
    return createRequire(__filename)(name);
  } catch {
    return undefined;
  }
}

interface Document {
  readonly paths: Readonly<Record<string, { readonly post: any }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const runtime = ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' });

describeJudged('the OpenAPI document of a model', missing.length > 0 ? `not installed: ${missing}` : undefined, () => {
  const root = mkdtempSync(join(tmpdir(), 'judge-open-api-'));
  const models = join(root, 'models');
  const environment = { PATH: path, LANG: 'C.UTF-8', HOME: root, MLFLOW_DISABLE_TELEMETRY: 'true' };
  const documents: Record<string, Document> = {};
  const platform = new Platform({ name: 'ml', outdir: join(root, 'dist'), pins: join(root, 'environments') });
  let servers: ChildProcess;
  let url: string;

  beforeAll(async () => {
    mkdirSync(models);
    const saved = spawnSync('python3', ['-c', SIGNATURES, models], { env: environment, cwd: root, encoding: 'utf8' });
    expect({ status: saved.status, stderr: saved.status === 0 ? '' : saved.stderr }).toEqual({ status: 0, stderr: '' });
    const names = readdirSync(models);
    const pins = names.map(name => {
      const { signature } = parse(readFileSync(join(models, name, 'MLmodel'), 'utf8'));
      return [name, { version: 1, signature }];
    });
    mkdirSync(join(root, 'environments/staging'), { recursive: true });
    writeFileSync(join(root, 'environments/staging/fraud.yaml'), stringify({ models: Object.fromEntries(pins) }));
    const [staging] = platform.environments({ staging: {} });
    staging!.team('fraud', { quota: { cpu: '99', memory: '999Gi' } }, team => {
      names.forEach(name => {
        new ModelApi(team, name, { model: team.pinned(name), runtime, source: ModelSource.image(join(models, name)) });
      });
    });
    platform.synth();
    names.forEach(name => {
      documents[name] = parse(readFileSync(join(root, 'openapi/staging/fraud', `${name}.openapi.yaml`), 'utf8'));
    });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    servers = spawn('python3', ['-c', SCORING_SERVERS, models, `${port}`], {
      env: environment,
      cwd: root,
      stdio: 'inherit',
    });
    await until('the models are ready', () => answers(`${url}/columns/ping`), 120);
  });
  afterAll(() => {
    servers.kill();
    rmSync(root, { recursive: true });
  });

  /** What is wrong with a value, by a schema of the document. */
  function problems({ components }: Document, schema: string, value: unknown): string {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile({ components, $ref: `#/components/schemas/${schema}` });
    return validate(value) ? '' : ajv.errorsText(validate.errors);
  }

  const contentOf = (document: Document) => document.paths['/invocations']!.post;
  const examplesOf = (document: Document): Record<string, { value: any }> =>
    contentOf(document).requestBody.content['application/json'].examples ?? {};

  async function ask(server: string, body: unknown) {
    const answer = await fetch(`${server}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** Asks with every example, and has each answer judged by the document. */
  async function judgeExamples(name: string, server: string): Promise<string[]> {
    const document = documents[name]!;
    for (const [key, { value }] of Object.entries(examplesOf(document))) {
      expect(`${key}: ${problems(document, 'Request', value)}`).toBe(`${key}: `);
      const { status, body } = await ask(server, value);
      expect({ key, status, body: status === 200 ? undefined : body }).toEqual({ key, status: 200, body: undefined });
      expect(`${key}: ${problems(document, 'Response', body)}`).toBe(`${key}: `);
    }
    return Object.keys(examplesOf(document));
  }

  it('is one of OpenAPI 3.1, whatever the signature', async () => {
    for (const [name, document] of Object.entries(documents)) {
      const verdict = await parser.validate(structuredClone(document));
      expect({ name, valid: verdict.valid, errors: verdict.errors }).toEqual({ name, valid: true, errors: undefined });
    }
    expect(Object.keys(documents)).toHaveLength(12);
  });

  test.each([
    ['columns', ['dataframe_split', 'dataframe_records', 'instances', 'inputs']],
    ['binary', ['dataframe_split', 'dataframe_records']],
    ['nested', ['dataframe_split', 'dataframe_records']],
    ['unnamed', ['dataframe_split', 'instances', 'inputs']],
    ['unnamed-number', ['dataframe_split', 'instances', 'inputs']],
    ['unnamed-binary', ['dataframe_split']],
    ['unnamed-two', ['dataframe_split']],
    ['tensor', ['inputs', 'instances']],
    ['tensor-words', ['inputs', 'instances']],
    ['tensor-large', []],
    ['tensors', ['inputs', 'instances']],
    ['numbered', ['dataframe_split']],
  ])('has examples that the server takes, and describes its answers: %s', async (name, keys) => {
    expect(await judgeExamples(name, `${url}/${name}`)).toEqual(keys);
  });

  it('describes tensors that are too long for an example', async () => {
    const picture = Array(28).fill(Array(28).fill(255));
    const request = { instances: [picture, picture] };
    expect(problems(documents['tensor-large']!, 'Request', request)).toBe('');
    const { status, body } = await ask(`${url}/tensor-large`, request);
    expect(status).toBe(200);
    expect(problems(documents['tensor-large']!, 'Response', body)).toBe('');
  });

  it('describes parameters, which the server takes', async () => {
    const row = examplesOf(documents['columns']!)['dataframe_records']!.value;
    const request = { ...row, params: { threshold: 0.1, top: [3], label: 'ham' } };
    expect(problems(documents['columns']!, 'Request', request)).toBe('');
    expect((await ask(`${url}/columns`, request)).status).toBe(200);
  });

  test.each<[string, string, (row: any) => unknown]>([
    ['a column that is missing', 'columns', ({ string: _, ...row }) => ({ dataframe_records: [row] })],
    ['a text for a number', 'columns', row => ({ dataframe_records: [{ ...row, long: 'many' }] })],
    ['a time with a zone', 'columns', row => ({ dataframe_records: [{ ...row, datetime: '2026-01-31T12:00:00Z' }] })],
    ['two forms at once', 'columns', row => ({ dataframe_records: [row], instances: [row] })],
    ['no form', 'columns', row => ({ data: [row] })],
    ['a parameter of another type', 'columns', row => ({ dataframe_records: [row], params: { threshold: 'high' } })],
    [
      'a property that an object has not',
      'nested',
      row => ({ dataframe_records: [{ ...row, object: { ...row.object, more: 1 } }] }),
    ],
  ])('refuses what the server refuses: %s', async (_, name, change) => {
    const document = documents[name]!;
    const request = change(examplesOf(document)['dataframe_records']!.value.dataframe_records[0]);
    expect(problems(document, 'Request', request)).not.toBe('');
    const { status, body } = await ask(`${url}/${name}`, request);
    expect(status).toBe(400);
    expect(contentOf(document).responses[400].content['application/json'].schema.$ref).toMatch(/\/Error$/);
    expect(problems(document, 'Error', body)).toBe('');
  });

  it('describes what `mlflow models serve` does, as a pod starts it', async () => {
    const chart = platform.build('staging/fraud').node.children[0] as any;
    const { command, args } = find(chart, 'Deployment/columns').spec.template.spec.containers[0];
    const port = await freePort();
    const [program, ...words]: string[] = [...command, ...args].map((word: string) =>
      word.replace('8080', `${port}`).replace('0.0.0.0', '127.0.0.1'),
    );
    const server = spawn(program!, words, { env: environment, cwd: root, stdio: 'ignore', detached: true });
    try {
      await until('the model is ready', () => answers(`http://127.0.0.1:${port}/ping`), 120);
      expect(await judgeExamples('columns', `http://127.0.0.1:${port}`)).toHaveLength(4);
    } finally {
      process.kill(-server.pid!, 'SIGTERM');
    }
  });
});

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );
