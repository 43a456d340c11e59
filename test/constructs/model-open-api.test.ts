import { ApiAuth } from '../../lib/constructs/api-auth';
import { Exposure, ModelApi, ModelRuntime, SecretSource, type ModelApiProps } from '../../lib';
import { GATEWAY } from './exposed';
import { chartIn, expectRefusal } from '../support';

const signature = { inputs: '[{"type": "double", "name": "age", "required": true}]', outputs: null };
const model = { name: 'churn', version: 7, signature };
const runtime = ModelRuntime.mlflow({ image: 'serving:3.17.2' });
const documentOf = (props: Partial<ModelApiProps> = {}): any =>
  new ModelApi(chartIn('fraud'), 'churn', { model, runtime, ...props }).openApi;

const host = 'ml.example.com';
const gateway = { name: 'edge', namespace: 'gateway', sectionName: 'https' };
const certificate = SecretSource.existing('ml-example-com');
const ingress = (path: string) => Exposure.ingress({ host, path, className: 'traefik', certificate, peer: GATEWAY });

describe('the OpenAPI document of a ModelApi', () => {
  it('leads to its Service', () => {
    expect(documentOf().servers).toEqual([{ url: 'http://churn.fraud.svc' }]);
    expect(Object.keys(documentOf().paths)).toEqual(['/invocations']);
  });

  it.each([
    ['/', undefined, '/invocations'],
    ['/v1/models/churn', undefined, '/v1/models/churn/invocations'],
    ['/score/knn', '/invocations', '/score/knn'],
    ['/invocations', '/invocations', '/invocations'],
  ])('names the path that callers use where a route takes "%s" and the model sees %s', (path, rewrite, outside) => {
    for (const exposure of [
      Exposure.gateway({ gateway, host, path, rewrite, peer: GATEWAY }),
      Exposure.istio({ gateway, host, path, rewrite, peer: GATEWAY, principals: ['a/ns/b/sa/c'] }),
    ]) {
      const { servers, paths } = documentOf({ exposure });
      expect(servers).toEqual([{ url: 'https://ml.example.com' }]);
      expect(Object.keys(paths)).toEqual([outside]);
    }
  });

  it.each([
    ['/v1/models/churn', undefined, '/v1/models/churn/score/'],
    ['/churn', '/score', '/churn/'],
    ['/', undefined, '/score/'],
  ])('keeps the slash at the end of a path behind a route that takes "%s"', (path, rewrite, outside) => {
    const own = ModelRuntime.container({ image: 'pricing:2.3.0', invocations: '/score/' });
    const exposure = Exposure.gateway({ gateway, host, path, rewrite, peer: GATEWAY });
    expect(Object.keys(documentOf({ runtime: own, exposure }).paths)).toEqual([outside]);
  });

  it('names the whole path where the model sees it', () => {
    expect(Object.keys(documentOf({ exposure: ingress('/') }).paths)).toEqual(['/invocations']);
    expect(Object.keys(documentOf({ exposure: ingress('/invocations') }).paths)).toEqual(['/invocations']);
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

describe('a route to a model that answers at one path', () => {
  const remedy =
    'use Exposure.gateway() or Exposure.istio() with rewrite "/", or with a path of its own and rewrite "/invocations"';

  it.each([
    [ingress('/v1/models/churn'), '/v1/models/churn'],
    [Exposure.gateway({ gateway, host, path: '/a', rewrite: '/a', peer: GATEWAY }), '/a'],
    [Exposure.gateway({ gateway, host, rewrite: '/invocations', peer: GATEWAY }), '/invocations'],
    [Exposure.gateway({ gateway, host, path: '/a', rewrite: '/invoc', peer: GATEWAY }), '/invoc'],
  ])('must lead there (%#)', (exposure, seen) => {
    for (const given of [model, { name: 'churn', version: 7 }]) {
      expectRefusal(
        () => documentOf({ model: given, exposure }),
        `[fraud/churn] the model answers at "/invocations", and the route leads to "${seen}" of it; ${remedy}`,
      );
    }
  });

  it('may lead anywhere in a program of one’s own', () => {
    const own = ModelRuntime.container({ image: 'pricing:2.3.0' });
    expect(() => documentOf({ runtime: own, exposure: ingress('/v1/models/churn') })).not.toThrow();
  });
});
