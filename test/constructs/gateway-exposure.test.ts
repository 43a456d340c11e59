import { Exposure, type GatewayExposureProps } from '../../lib';
import { noAuth } from '../../lib/constructs/no-auth';
import { expectRefusal, find, objectsOf } from '../support';
import { exposedApi, exposedVersions, GATEWAY, ingressOf } from './exposed';

const GROUP = 'gateway.networking.k8s.io';
const SERVICE = { group: '', kind: 'Service' };
const gateway = { name: 'edge', namespace: 'gateway', sectionName: 'https' };
const exposure = (props: Partial<GatewayExposureProps> = {}) =>
  Exposure.gateway({ gateway, host: 'churn.example.com', peer: GATEWAY, ...props });
const routeOf = (props: Partial<GatewayExposureProps> = {}) =>
  find(exposedApi(exposure(props)).chart, 'HTTPRoute/churn').spec;

describe('Exposure.internal', () => {
  it('is what an API has by default: no route, and nobody may call', () => {
    for (const given of [Exposure.internal(), undefined]) {
      const { chart } = exposedApi(given!);
      expect(objectsOf(chart).filter(name => /Route|Ingress|Service\//.test(name))).toEqual(['Service/churn']);
      expect(ingressOf(find(chart, 'NetworkPolicy/churn'))).toBeUndefined();
    }
  });
});

describe('Exposure.gateway', () => {
  it('routes a host to the Service, at one listener', () => {
    expect(routeOf()).toEqual({
      parentRefs: [{ group: GROUP, kind: 'Gateway', name: 'edge', namespace: 'gateway', sectionName: 'https' }],
      hostnames: ['churn.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          timeouts: { request: '65s' },
          backendRefs: [{ ...SERVICE, name: 'churn', port: 80, weight: 1 }],
        },
      ],
    });
  });

  it('opens the path from the pods of the gateway alone', () => {
    expect(ingressOf(find(exposedApi(exposure()).chart, 'NetworkPolicy/churn'))).toEqual([['gateway', 10000]]);
  });

  it('tells where callers find the API', () => {
    expect(exposure({ path: '/v1/' }).address).toEqual({ host: 'churn.example.com', path: '/v1' });
  });

  it('waits a little longer than the API itself', () => {
    const { chart } = exposedApi(exposure(), { limits: { timeoutSeconds: 7 } });
    expect(find(chart, 'HTTPRoute/churn').spec.rules[0].timeouts).toEqual({ request: '12s' });
  });

  it.each([
    ['hides a path from the model', { path: '/v1/models/churn' }, '/'],
    ['puts another path in its place', { path: '/score/knn', rewrite: '/invocations' }, '/invocations'],
    ['adds a path', { rewrite: '/api' }, '/api'],
  ])('%s', (_, props, seen) => {
    const [rule] = routeOf(props).rules;
    expect(rule.filters).toEqual([
      { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: seen } } },
    ]);
  });

  it('leaves the path as it is where that is asked for', () => {
    const [rule] = routeOf({ path: '/score/knn', rewrite: '/score/knn/' }).rules;
    expect(rule).toMatchObject({ matches: [{ path: { value: '/score/knn' } }] });
    expect(rule.filters).toBeUndefined();
  });

  it('shares requests out and copies them, and lets the gateway reach every version', () => {
    const { chart } = exposedVersions(exposure());
    const [rule] = find(chart, 'HTTPRoute/churn').spec.rules;
    expect(rule.backendRefs).toEqual([
      { ...SERVICE, name: 'churn', port: 80, weight: 95 },
      { ...SERVICE, name: 'churn-canary', port: 80, weight: 5 },
    ]);
    expect(rule.filters).toEqual([
      { type: 'RequestMirror', requestMirror: { backendRef: { ...SERVICE, name: 'churn-shadow', port: 80 } } },
    ]);
    for (const name of ['churn', 'churn-canary', 'churn-shadow']) {
      expect(ingressOf(find(chart, `NetworkPolicy/${name}`))).toEqual([['gateway', 10000]]);
    }
  });

  it('refuses shares that do not add up', () => {
    const { stable, canary } = exposedVersions(Exposure.internal());
    expectRefusal(
      () =>
        exposedVersions(exposure(), {
          backends: [
            { ...stable, weight: 95 },
            { ...canary, weight: 6 },
          ],
        }),
      '[fraud] weights must add up to 100, got 101 (churn: 95, churn-canary: 6); they are percent',
    );
  });

  it.each([
    ['', 'the route names no listener of the Gateway "edge", so it would be served without TLS as well'],
    ...['http', 'http-80', 'http1'].map(name => [
      name,
      `the listener "${name}" has no TLS, as its name says, and keys of callers would be sent in clear text`,
    ]),
  ])('refuses the listener "%s"', (sectionName, problem) => {
    expectRefusal(
      () => exposure({ gateway: { ...gateway, sectionName } }),
      `[Exposure.gateway] ${problem}; set gateway.sectionName to a listener with TLS: kubectl get gateway shows them`,
    );
  });

  it.each(['https', 'https-443', 'web'])('takes the listener "%s"', sectionName => {
    expect(() => exposure({ gateway: { ...gateway, sectionName } })).not.toThrow();
  });

  it('refuses an API that everybody may call', () => {
    expectRefusal(
      () => exposedApi(exposure(), { auth: noAuth('a demo') }),
      '[fraud/churn] a public route leads to an API that everybody may call ("a demo"); authenticate callers, for example with ApiAuth.apiKeys(), or leave the exposure out',
    );
  });

  it('refuses hosts and paths that no route can have', () => {
    expect(() => exposure({ host: '*.example.com' })).toThrow('[Exposure.gateway] a route answers for one host');
    expect(() => exposure({ path: 'v1' })).toThrow('[Exposure.gateway] path must begin with "/", got "v1"');
    expect(() => exposure({ rewrite: '/a/../b' })).toThrow('[Exposure.gateway] rewrite "/a/../b"');
  });
});
