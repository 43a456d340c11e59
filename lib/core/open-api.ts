import type { CheckedLimits } from './envoy-limits';
import type { ReadSignature } from './model-signature';
import { requestFormats, responseSchema, valueSchema, type JsonSchema } from './scoring-schema';

/**
 * How callers show who they are, in OpenAPI's words.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object
 */
export type SecurityScheme = { readonly type: string } & Readonly<Record<string, unknown>>;

/** What an OpenAPI document says of a model's API. */
export interface DescribedApi {
  /** Name of the API. */
  readonly name: string;
  readonly model: { readonly name: string; readonly version: number };
  readonly signature: ReadSignature;
  /** Where callers find it. */
  readonly url: string;
  /** Path that takes requests in the form of MLflow's scoring server. */
  readonly path: string;
  readonly limits: CheckedLimits;
  /** Whether callers must show who they are. */
  readonly authenticated: boolean;
  /** How they do, if that can be said. */
  readonly scheme?: SecurityScheme;
}

const SCHEME = 'caller';

/**
 * An OpenAPI 3.1 document of a model that is served by MLflow's scoring server, behind a proxy.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 * @see https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/#api-reference
 */
export function openApiDocument(api: DescribedApi): object {
  const { name, model, url, path, scheme } = api;
  const operation = {
    operationId: 'score',
    summary: `Asks version ${model.version} of model ${model.name}`,
    ...(scheme && { security: [{ [SCHEME]: [] }] }),
    requestBody: { required: true, content: { 'application/json': requestContent(api) } },
    responses: responsesOf(api),
  };
  return {
    openapi: '3.1.1',
    info: { title: name, version: `${model.version}` },
    servers: [{ url }],
    paths: { [path]: { post: operation } },
    components: {
      schemas: schemas(api.signature),
      ...(scheme && { securitySchemes: { [SCHEME]: scheme } }),
    },
  };
}

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

function requestContent({ signature }: DescribedApi): object {
  const examples = requestFormats(signature.inputs).filter(({ example }) => example !== undefined);
  return {
    schema: ref('Request'),
    ...(examples.length > 0 && {
      examples: Object.fromEntries(examples.map(({ key, example }) => [key, { value: { [key]: example } }])),
    }),
  };
}

function schemas({ inputs, outputs, params }: ReadSignature): Readonly<Record<string, JsonSchema>> {
  const formats = requestFormats(inputs);
  return {
    Request: {
      type: 'object',
      description: `A batch, in ${formats.length > 1 ? 'one of these forms' : 'this form'}.`,
      properties: {
        ...Object.fromEntries(formats.map(({ key, schema }) => [key, schema])),
        ...(params.length > 0 && { params: ref('Params') }),
      },
      oneOf: formats.map(({ key }) => ({ required: [key] })),
    },
    ...(params.length > 0 && {
      Params: {
        type: 'object',
        description: 'Parameters of the model; others are ignored.',
        properties: Object.fromEntries(
          params.map(param => [
            param.name,
            { ...paramSchema(param), ...(param.default !== undefined && { default: param.default }) },
          ]),
        ),
      },
    }),
    Response: {
      type: 'object',
      required: ['predictions'],
      properties: { predictions: responseSchema(outputs) },
    },
    Error: {
      type: 'object',
      required: ['error_code', 'message'],
      properties: {
        error_code: { type: 'string' },
        message: { type: 'string' },
        stack_trace: { type: 'string' },
      },
    },
  };
}

function paramSchema(param: ReadSignature['params'][number]): JsonSchema {
  const schema = valueSchema(param);
  return param.shape ? { type: 'array', items: schema } : schema;
}

function responsesOf({ limits, authenticated }: DescribedApi): object {
  const text = (description: string) => ({ description, content: { 'text/plain': { schema: { type: 'string' } } } });
  const json = (schema: string) => ({ 'application/json': { schema: ref(schema) } });
  return {
    200: { description: 'What the model says of the batch.', content: json('Response') },
    400: { description: 'The model cannot take this batch; the message tells why.', content: json('Error') },
    ...(authenticated && {
      401: text('The request shows no valid credentials.'),
      403: text('The caller may not ask this model.'),
    }),
    413: text(`The request has more than ${limits.requestBytes} bytes.`),
    415: text('The request has another content type.'),
    429: text('The caller asks too often.'),
    503: text('The model has as much to do as it can; try again later.'),
    504: text(`The model has not answered within ${limits.timeoutSeconds} seconds.`),
  };
}
