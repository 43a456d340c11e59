import { Exposure, SecretSource, type IngressExposureProps } from '../../lib';
import { noAuth } from '../../lib/constructs/no-auth';
import { expectRefusal, find } from '../support';
import { exposedApi, exposedVersions, GATEWAY, ingressOf } from './exposed';

const exposure = (props: Partial<IngressExposureProps> = {}) =>
  Exposure.ingress({
    className: 'haproxy',
    host: 'churn.example.com',
    certificate: SecretSource.existing('churn-tls'),
    peer: GATEWAY,
    ...props,
  });

describe('Exposure.ingress', () => {
  it('routes a host to the Service, with TLS and without annotations', () => {
    const { chart } = exposedApi(exposure());
    const { metadata, spec } = find(chart, 'Ingress/churn');
    expect(metadata.annotations).toBeUndefined();
    expect(spec).toEqual({
      ingressClassName: 'haproxy',
      tls: [{ hosts: ['churn.example.com'], secretName: 'churn-tls' }],
      rules: [
        {
          host: 'churn.example.com',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'churn', port: { number: 80 } } } }],
          },
        },
      ],
    });
    expect(ingressOf(find(chart, 'NetworkPolicy/churn'))).toEqual([['gateway', 10000]]);
  });

  it('takes a path as it is', () => {
    const [rule] = find(exposedApi(exposure({ path: '/score/knn/' })).chart, 'Ingress/churn').spec.rules;
    expect(rule.http.paths[0]).toMatchObject({ path: '/score/knn', pathType: 'Prefix' });
  });

  it('tells the source of the certificate what it needs', () => {
    const mustHave = jest.fn();
    exposedApi(exposure({ certificate: { name: 'churn-tls', mustHave } }));
    expect(Object.keys(mustHave.mock.calls[0][1])).toEqual(['tls.crt', 'tls.key']);
  });

  it('refuses the class of ingress-nginx, unless somebody says that they know', () => {
    expectRefusal(
      () => exposure({ className: 'nginx' }),
      '[Exposure.ingress] class "nginx" is that of ingress-nginx, which is retired and gets no more security fixes; use another class or Exposure.gateway(); legacy: true says that you know',
    );
    const { chart } = exposedApi(exposure({ className: 'nginx', legacy: true }));
    expect(find(chart, 'Ingress/churn').spec.ingressClassName).toBe('nginx');
  });

  it('refuses a class that none can be', () => {
    expectRefusal(
      () => exposure({ className: '' }),
      '[Exposure.ingress] "" cannot name an IngressClass; kubectl get ingressclass shows them',
    );
  });

  const remedy = 'use Exposure.gateway() or Exposure.istio(), or serve one version';
  it('refuses to share requests out', () => {
    expectRefusal(
      () => exposedVersions(exposure(), { mirror: undefined }),
      `[fraud] an Ingress cannot share requests out between versions of a model; ${remedy}`,
    );
  });

  it('refuses to copy requests', () => {
    const { stable } = exposedVersions(Exposure.internal());
    expectRefusal(
      () => exposedVersions(exposure(), { backends: [stable] }),
      `[fraud] an Ingress cannot copy requests between versions of a model; ${remedy}`,
    );
  });

  it('refuses an API that everybody may call', () => {
    expect(() => exposedApi(exposure(), { auth: noAuth('a demo') })).toThrow(
      '[fraud/churn] a public route leads to an API that everybody may call ("a demo")',
    );
  });

  it('refuses hosts and paths that no route can have', () => {
    expect(() => exposure({ host: 'https://churn.example.com' })).toThrow('is no host name');
    expect(() => exposure({ path: '/a b' })).toThrow('[Exposure.ingress] path "/a b"');
  });
});
