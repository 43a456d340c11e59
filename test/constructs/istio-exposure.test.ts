import { Exposure, ModelRuntime, Peer, type IstioExposureProps } from '../../lib';
import { noAuth } from '../../lib/constructs/no-auth';
import { expectRefusal, find, objectsOf } from '../support';
import { exposedApi, exposedVersions, GATEWAY, ingressOf } from './exposed';

const PRINCIPAL = 'cluster.local/ns/istio-ingress/sa/istio-ingress';
const exposure = (props: Partial<IstioExposureProps> = {}) =>
  Exposure.istio({
    gateway: { name: 'public', namespace: 'istio-ingress' },
    host: 'churn.example.com',
    peer: GATEWAY,
    principals: [PRINCIPAL],
    ...props,
  });
const rulesOf = (props: Partial<IstioExposureProps> = {}) =>
  find(exposedApi(exposure(props)).chart, 'VirtualService/churn').spec.http;

describe('Exposure.istio', () => {
  it('routes a host to the Service, at the port of TLS', () => {
    const { chart } = exposedApi(exposure());
    expect(find(chart, 'VirtualService/churn').spec).toEqual({
      hosts: ['churn.example.com'],
      gateways: ['istio-ingress/public'],
      http: [
        {
          match: [{ uri: { prefix: '/' }, port: 443 }],
          route: [{ destination: { host: 'churn.fraud.svc.cluster.local', port: { number: 80 } } }],
          timeout: '65s',
          retries: { attempts: 0 },
        },
      ],
    });
  });

  it('defines no EnvoyFilter', () => {
    expect(objectsOf(exposedApi(exposure()).chart)).not.toContainEqual(expect.stringMatching('EnvoyFilter'));
  });

  it('takes requests over mutual TLS from the gateway alone', () => {
    const { chart } = exposedApi(exposure());
    expect(find(chart, 'AuthorizationPolicy/churn').spec).toEqual({
      selector: { matchLabels: { 'app.kubernetes.io/instance': 'churn' } },
      action: 'ALLOW',
      rules: [
        { from: [{ source: { principals: [PRINCIPAL] } }], to: [{ operation: { ports: ['10000'] } }] },
        { to: [{ operation: { ports: ['10001'] } }] },
      ],
    });
    expect(find(chart, 'PeerAuthentication/churn').spec).toEqual({
      selector: { matchLabels: { 'app.kubernetes.io/instance': 'churn' } },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { 10001: { mode: 'PERMISSIVE' } },
    });
  });

  it('guards the pods before they start', () => {
    const { chart } = exposedApi(exposure());
    for (const kind of ['AuthorizationPolicy', 'PeerAuthentication']) {
      expect(find(chart, `${kind}/churn`).metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '-2' });
    }
  });

  it('lets Prometheus read the metrics of the model at the proxy alone', () => {
    const runtime = ModelRuntime.container({
      image: 'registry.example.com/churn:1.4.2',
      metrics: { path: '/metrics', port: 9090 },
    });
    const { chart } = exposedApi(exposure(), { runtime });
    expect(Object.keys(find(chart, 'PeerAuthentication/churn').spec.portLevelMtls)).toEqual(['10001']);
  });

  it('opens no port in clear text where nobody asks', () => {
    const { chart } = exposedVersions(exposure());
    expect(find(chart, 'PeerAuthentication/churn').spec.portLevelMtls).toBeUndefined();
    expect(find(chart, 'AuthorizationPolicy/churn').spec.rules).toHaveLength(1);
  });

  it('opens the paths from the gateway and to the control plane', () => {
    const { chart } = exposedApi(exposure());
    const policy = find(chart, 'NetworkPolicy/churn');
    expect(ingressOf(policy)).toEqual([['gateway', 10000]]);
    expect(policy.spec.egress).toContainEqual({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } },
          podSelector: { matchLabels: { app: 'istiod' } },
        },
      ],
      ports: [{ port: 15012, protocol: 'TCP' }],
    });
  });

  it('knows a control plane elsewhere', () => {
    const controlPlane = Peer.pods({ namespace: 'mesh', ports: [15012] });
    const { egress } = find(exposedApi(exposure({ controlPlane })).chart, 'NetworkPolicy/churn').spec;
    expect(egress.at(-1).to[0].namespaceSelector.matchLabels).toEqual({ 'kubernetes.io/metadata.name': 'mesh' });
  });

  it('ends a path at a slash, and hides it from the model', () => {
    expect(rulesOf({ path: '/v1/models/churn' }).map(({ match, rewrite }: any) => [match[0].uri, rewrite])).toEqual([
      [{ exact: '/v1/models/churn' }, { uri: '/' }],
      [{ prefix: '/v1/models/churn/' }, { uri: '/' }],
    ]);
  });

  it('puts another path in its place', () => {
    expect(rulesOf({ path: '/score/knn', rewrite: '/invocations' }).map(({ rewrite }: any) => rewrite)).toEqual([
      { uri: '/invocations' },
      { uri: '/invocations/' },
    ]);
  });

  it('leaves the path as it is where that is asked for', () => {
    const rules = rulesOf({ path: '/score/knn', rewrite: '/score/knn' });
    expect(rules.map(({ match, rewrite }: any) => [match[0].uri, rewrite])).toEqual([
      [{ exact: '/score/knn' }, undefined],
      [{ prefix: '/score/knn/' }, undefined],
    ]);
  });

  it('shares requests out and copies them, and guards every version', () => {
    const { chart } = exposedVersions(exposure());
    const [rule] = find(chart, 'VirtualService/churn').spec.http;
    expect(rule.route.map(({ destination, weight }: any) => [destination.host, weight])).toEqual([
      ['churn.fraud.svc.cluster.local', 95],
      ['churn-canary.fraud.svc.cluster.local', 5],
    ]);
    expect(rule).toMatchObject({
      mirror: { host: 'churn-shadow.fraud.svc.cluster.local', port: { number: 80 } },
      mirrorPercentage: { value: 100 },
    });
    for (const name of ['churn', 'churn-canary', 'churn-shadow']) {
      expect(find(chart, `AuthorizationPolicy/${name}`).spec.selector.matchLabels).toEqual({
        'app.kubernetes.io/instance': name,
      });
      expect(find(chart, `PeerAuthentication/${name}`).spec.mtls).toEqual({ mode: 'STRICT' });
      expect(ingressOf(find(chart, `NetworkPolicy/${name}`))).toEqual([['gateway', 10000]]);
    }
  });

  it.each([
    '*',
    'cluster.local/ns/istio-ingress/sa/*',
    'istio-ingress',
    'cluster.local/ns/a.b/sa/c',
    `spiffe://${PRINCIPAL}`,
  ])('refuses the identity "%s"', principal => {
    expectRefusal(
      () => exposure({ principals: [PRINCIPAL, principal] }),
      `[Exposure.istio] "${principal}" is no identity in full; write <trust domain>/ns/<namespace>/sa/<service account>, without "*"`,
    );
  });

  it('refuses to let nobody call', () => {
    expectRefusal(
      () => exposure({ principals: [] }),
      '[Exposure.istio] principals is empty, so nobody could call; write <trust domain>/ns/<namespace>/sa/<service account>, without "*"',
    );
  });

  it('refuses an API that everybody may call', () => {
    expect(() => exposedApi(exposure(), { auth: noAuth('a demo') })).toThrow(
      '[fraud/churn] a public route leads to an API that everybody may call ("a demo")',
    );
  });

  it('refuses hosts and paths that no route can have', () => {
    expect(() => exposure({ host: 'churn' })).toThrow('[Exposure.istio] "churn" is no host name');
    expect(() => exposure({ path: '/(.*)' })).toThrow('[Exposure.istio] path "/(.*)"');
    expect(() => exposure({ rewrite: 'v1' })).toThrow('[Exposure.istio] rewrite must begin with "/", got "v1"');
  });
});
