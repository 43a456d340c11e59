import { openApiDocument, type DescribedApi } from '../../lib/core/open-api';
import type { ReadSignature } from '../../lib/core/model-signature';

const described: DescribedApi = {
  name: 'churn-api',
  model: { name: 'churn', version: 7 },
  signature: {
    inputs: [
      { type: 'double', name: 'age', required: true },
      { type: 'string', name: 'plan', required: false },
    ],
    outputs: [],
    params: [{ type: 'double', name: 'threshold', default: 0.5, shape: null }],
  },
  url: 'https://churn.example.com',
  path: '/invocations',
  limits: { concurrency: 16, waiting: 8, timeoutSeconds: 30, requestBytes: 1048576 },
  authenticated: true,
  scheme: { type: 'apiKey', in: 'header', name: 'x-api-key' },
};
const document = (props: Partial<DescribedApi> = {}): any => openApiDocument({ ...described, ...props });
const post = (props?: Partial<DescribedApi>) => document(props).paths['/invocations'].post;
const schemas = (signature: Partial<ReadSignature> = {}) =>
  document({ signature: { ...described.signature, ...signature } }).components.schemas;

describe('an OpenAPI document', () => {
  it('names the API, its version, its address and its one path', () => {
    expect(document()).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'churn-api', version: '7' },
      servers: [{ url: 'https://churn.example.com' }],
    });
    expect(Object.keys(document({ path: '/score' }).paths)).toEqual(['/score']);
  });

  it('takes one form of a batch at a time, and parameters', () => {
    const { Request, Params } = schemas();
    const forms = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'];
    expect(Object.keys(Request.properties)).toEqual([...forms, 'params']);
    expect(Request.oneOf).toEqual(forms.map(form => ({ required: [form] })));
    expect(Params.properties).toEqual({ threshold: { type: 'number', format: 'double', default: 0.5 } });
    expect(schemas({ params: [] })).not.toHaveProperty('Params');
  });

  it('needs the columns that are required, in each form', () => {
    const { properties } = schemas().Request;
    expect(properties.dataframe_records.items).toEqual({
      type: 'object',
      properties: { age: { type: 'number', format: 'double' }, plan: { type: 'string' } },
      required: ['age'],
    });
    expect(properties.inputs.required).toEqual(['age']);
    expect(properties.dataframe_split.properties.columns).toMatchObject({
      items: { enum: ['age', 'plan'] },
      minItems: 1,
    });
    expect(properties.dataframe_split.properties.data.items).toMatchObject({ minItems: 1, maxItems: 2 });
  });

  it('has an example of each form', () => {
    const { examples } = post().requestBody.content['application/json'];
    expect(examples.dataframe_split.value).toEqual({
      dataframe_split: { columns: ['age', 'plan'], data: [[0.5, 'text']] },
    });
    expect(examples.inputs.value).toEqual({ inputs: { age: [0.5], plan: ['text'] } });
  });

  it('says how long tensors are, and gives no example that nobody would read', () => {
    const inputs = [{ type: 'tensor', 'tensor-spec': { dtype: 'uint8', shape: [-1, 28, 28] } }] as const;
    const signature = { ...described.signature, inputs };
    expect(schemas({ inputs }).Request.properties.inputs).toEqual({
      type: 'array',
      items: {
        type: 'array',
        items: { type: 'array', items: { type: 'integer' }, minItems: 28, maxItems: 28 },
        minItems: 28,
        maxItems: 28,
      },
    });
    expect(post({ signature }).requestBody.content['application/json']).not.toHaveProperty('examples');
  });

  it('says what callers must show', () => {
    expect(post().security).toEqual([{ caller: [] }]);
    expect(document().components.securitySchemes).toEqual({ caller: described.scheme });
  });

  it('says nothing that it does not know', () => {
    expect(post({ scheme: undefined })).not.toHaveProperty('security');
    expect(post({ scheme: undefined }).responses).toHaveProperty('401');
    expect(Object.keys(post({ scheme: undefined, authenticated: false }).responses)).toEqual([
      '200',
      '400',
      '413',
      '415',
      '429',
      '503',
      '504',
    ]);
    expect(schemas().Response.properties.predictions).toEqual({});
  });

  it('tells the limits', () => {
    const { responses } = post();
    expect(responses[413].description).toBe('The request has more than 1048576 bytes.');
    expect(responses[504].description).toBe('The model has not answered within 30 seconds.');
  });
});
