import { z } from 'zod';
import { MODEL_FILE, MODEL_FILE_BYTES, parseModelFile, type ModelFile } from '../model-file';
import type { Aliases, ModelRegistry } from '../model-registry';
import { plainText } from '../plain-text';
import { ServiceError } from '../service-error';
import type { RunFacts, VersionFacts } from '../wanted';
import { HttpClient, parseJson, type HttpAnswer, type HttpOptions, type HttpRequest } from './http';

const API = '/api/2.0/mlflow';
/** Longest list of names in one request: proxies take URLs of 8 kB. */
const NAMES_LENGTH = 4_000;
const PAGE = 1_000;
/** More pages than this come from a server that does not stop. */
const MOST_PAGES = 1_000;
/** More tags than a version of a model has for any purpose. */
const MOST_TAGS = 10_000;

const version = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/)
  .transform(Number);
const tags = z
  .array(z.object({ key: z.string(), value: z.string().default('') }))
  .max(MOST_TAGS)
  .default([]);
const page = z.object({
  registered_models: z
    .array(
      z.object({
        name: z.string(),
        aliases: z.array(z.object({ alias: z.string(), version })).default([]),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
});
const modelVersion = z.object({
  model_version: z.object({ version, status: z.string(), run_id: z.string().optional(), tags }),
});
const downloadUri = z.object({ artifact_uri: z.string() });
const run = z.object({
  run: z.object({
    info: z.object({ run_id: z.string(), experiment_id: z.string(), user_id: z.string().default('') }),
    data: z
      .object({ metrics: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]) })
      .default({ metrics: [] }),
  }),
});
const failure = z.object({ error_code: z.string(), message: z.string().default('') });

/**
 * MLflow's model registry, through its REST API.
 *
 * @see https://mlflow.org/docs/latest/api_reference/rest-api.html
 */
export class MlflowRegistry implements ModelRegistry {
  private readonly http: HttpClient;

  constructor(private readonly options: HttpOptions) {
    this.http = new HttpClient(options);
  }

  public async aliases(models: readonly string[], seconds?: number): Promise<ReadonlyMap<string, Aliases>> {
    const found = new Map<string, Aliases>();
    for (const names of chunks(models)) {
      const filter = `name IN (${names.map(name => `'${name}'`).join(',')})`;
      const seen = new Set<string>();
      let token: string | undefined;
      do {
        const query = { filter, max_results: `${PAGE}`, ...(token !== undefined && { page_token: token }) };
        const answer = await this.json({ path: `${API}/registered-models/search`, query, seconds }, page);
        for (const { name, aliases } of answer.registered_models) {
          add(found, name, new Map(aliases.map(({ alias, version: number }) => [alias, number])), this.options.url);
        }
        token = answer.next_page_token || undefined;
        if (token !== undefined && (seen.has(token) || seen.size >= MOST_PAGES)) {
          throw this.malformed('repeats a page of its search');
        }
        seen.add(token ?? '');
      } while (token !== undefined);
    }
    return found;
  }

  public async version(model: string, number: number, metrics: boolean): Promise<VersionFacts | undefined> {
    const query = { name: model, version: `${number}` };
    const answer = await this.found({ path: `${API}/model-versions/get`, query }, modelVersion);
    if (answer === undefined) {
      return undefined;
    }
    const { status, run_id: id, tags: given } = answer.model_version;
    const uri = await this.found({ path: `${API}/model-versions/get-download-uri`, query }, downloadUri);
    return {
      version: number,
      status,
      tags: new Map(given.map(({ key, value }) => [key, value])),
      uri: uri?.artifact_uri ?? '',
      run: id ? await this.run(id, metrics) : undefined,
      file: await this.file(query),
    };
  }

  public async tag(model: string, number: number, key: string, value: string): Promise<void> {
    const body = { name: model, version: `${number}`, key, value };
    await this.done({ path: `${API}/model-versions/set-tag`, method: 'POST', body });
  }

  public async moveAlias(model: string, alias: string, number: number): Promise<void> {
    const body = { name: model, alias, version: `${number}` };
    await this.done({ path: `${API}/registered-models/alias`, method: 'POST', body });
  }

  private async run(id: string, metrics: boolean): Promise<RunFacts | undefined> {
    const answer = await this.found({ path: `${API}/runs/get`, query: { run_id: id } }, run);
    if (answer === undefined) {
      return undefined;
    }
    const { info, data } = answer.run;
    const measured = data.metrics.flatMap(({ key, value }) =>
      typeof value === 'number' ? [[key, value] as const] : [],
    );
    return {
      id: info.run_id,
      experiment: info.experiment_id,
      user: info.user_id,
      metrics: new Map(metrics ? measured : []),
    };
  }

  private async file(query: Readonly<Record<string, string>>): Promise<ModelFile | string> {
    const path = '/model-versions/get-artifact';
    try {
      const answer = await this.http.send({ path, query: { ...query, path: MODEL_FILE }, maxBytes: MODEL_FILE_BYTES });
      return answer.status === 200 ? parseModelFile(answer.text) : `the registry has no file ${MODEL_FILE} of it`;
    } catch (error) {
      if (error instanceof ServiceError && error.fault === 'malformed') {
        return `${MODEL_FILE} is longer than ${MODEL_FILE_BYTES} bytes`;
      }
      throw error;
    }
  }

  /** What the answer holds; undefined if there is no such thing. */
  private async found<Shape>(request: HttpRequest, shape: z.ZodType<Shape>): Promise<Shape | undefined> {
    const answer = await this.http.send(request);
    return failed(answer)?.error_code === 'RESOURCE_DOES_NOT_EXIST' ? undefined : this.parsed(answer, shape);
  }

  private async json<Shape>(request: HttpRequest, shape: z.ZodType<Shape>): Promise<Shape> {
    return this.parsed(await this.http.send(request), shape);
  }

  private async done(request: HttpRequest): Promise<void> {
    await this.json(request, z.object({}));
  }

  private parsed<Shape>(answer: HttpAnswer, shape: z.ZodType<Shape>): Shape {
    const { status } = answer;
    const content = parseJson(answer.text);
    const error = failed(answer);
    if (status !== 200) {
      throw error
        ? this.malformed(`answers ${error.error_code}: ${error.message}`)
        : this.elsewhere(`answers ${status} without a reason`);
    }
    if (content === undefined) {
      const what = `answers with no JSON but ${answer.type || 'nothing'}`;
      throw answer.type.startsWith('application/json') ? this.malformed(what) : this.elsewhere(what);
    }
    const parsed = shape.safeParse(content);
    if (!parsed.success) {
      const { path = [], message = '' } = parsed.error.issues[0] ?? {};
      throw this.malformed(`answers without ${path.join('.')}: ${message}`);
    }
    return parsed.data;
  }

  /** MLflow says why it refuses, and everything in JSON. */
  private elsewhere(what: string): ServiceError {
    const remedy = "write the URL of MLflow as the registry's url";
    return new ServiceError('elsewhere', plainText(`${this.options.url} ${what}; ${remedy}`, 500));
  }

  private malformed(what: string): ServiceError {
    return new ServiceError('malformed', plainText(`${this.options.url} ${what}`, 500));
  }
}

/** A model that pages show twice, with aliases that differ, moved while it was read. */
function add(found: Map<string, Aliases>, name: string, aliases: Aliases, url: string): void {
  const known = found.get(name);
  const text = (some: Aliases) => JSON.stringify([...some].sort());
  if (known && text(known) !== text(aliases)) {
    throw new ServiceError('malformed', `${url} changed while it was read`);
  }
  found.set(name, aliases);
}

const failed = ({ status, text }: HttpAnswer): z.infer<typeof failure> | undefined =>
  status === 200 ? undefined : failure.safeParse(parseJson(text)).data;

/** Names in lists that are short enough for a URL. */
function chunks(names: readonly string[]): string[][] {
  const lists: string[][] = [];
  let length = Infinity;
  for (const name of [...new Set(names)].sort()) {
    if (length + name.length + 3 > NAMES_LENGTH || lists.at(-1)!.length === PAGE) {
      lists.push([]);
      length = 0;
    }
    lists.at(-1)!.push(name);
    length += name.length + 3;
  }
  return lists;
}
