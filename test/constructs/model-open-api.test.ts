import { ApiAuth } from '../../lib/constructs/api-auth';
import { ModelApi, ModelRuntime, type ModelApiProps } from '../../lib';
import { chartIn, expectRefusal } from '../support';

const signature = { inputs: '[{"type": "double", "name": "age", "required": true}]', outputs: null };
const model = { name: 'churn', version: 7, signature };
const runtime = ModelRuntime.mlflow({ image: 'serving:3.17.2' });
const documentOf = (props: Partial<ModelApiProps> = {}): any =>
  new ModelApi(chartIn('fraud'), 'churn', { model, runtime, ...props }).openApi;

describe('the OpenAPI document of a ModelApi', () => {
  it('leads to its Service, or to where a route is', () => {
    const at = (path: string) => {
      const exposure = { address: { host: 'ml.example.com', path }, connect: () => undefined };
      return documentOf({ exposure }).servers[0].url;
    };
    expect(documentOf().servers).toEqual([{ url: 'http://churn.fraud.svc' }]);
    expect(at('/')).toBe('https://ml.example.com');
    expect(at('/v1/models/churn')).toBe('https://ml.example.com/v1/models/churn');
  });

  it('asks for a key in the header that the proxy reads', () => {
    expect(documentOf().components.securitySchemes.caller).toEqual({ type: 'apiKey', in: 'header', name: 'x-api-key' });
    const open = documentOf({ auth: ApiAuth.none('inside of the cluster only') });
    expect(open.components).not.toHaveProperty('securitySchemes');
    expect(open.paths['/invocations'].post.responses).not.toHaveProperty('401');
  });

  it('has the limits of the proxy', () => {
    const { responses } = documentOf({ limits: { timeoutSeconds: 5, requestSize: '1Ki' } }).paths['/invocations'].post;
    expect(responses[413].description).toContain(' 1024 ');
    expect(responses[504].description).toContain(' 5 ');
  });

  it('is there for a program of one’s own that says where it takes the same requests', () => {
    const own = ModelRuntime.container({ image: 'pricing:2.3.0', invocations: '/score' });
    expect(Object.keys(documentOf({ runtime: own }).paths)).toEqual(['/score']);
    expect(documentOf({ runtime: ModelRuntime.container({ image: 'pricing:2.3.0' }) })).toBeUndefined();
    expectRefusal(
      () => ModelRuntime.container({ image: 'pricing:2.3.0', invocations: 'score' }),
      '[ModelRuntime.container] invocations must start with "/", got "score"; write "/score"',
    );
  });

  it('needs a signature, and one that can be read', () => {
    expect(documentOf({ model: { name: 'churn', version: 7 } })).toBeUndefined();
    expectRefusal(
      () => documentOf({ model: { ...model, signature: { inputs: '[]' } } }),
      "[fraud/churn] the signature cannot be read: it has no inputs; copy what stands below signature in the model's file MLmodel",
    );
  });
});
