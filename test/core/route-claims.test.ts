import { claimText, routeClaims } from '../../lib/core/route-claims';

const claims = (apiVersion: string, kind: string, spec: object) =>
  routeClaims({ apiVersion, kind, spec }).map(claimText);
const httpRoute = (spec: object) => claims('gateway.networking.k8s.io/v1', 'HTTPRoute', spec);
const virtualService = (spec: object) => claims('networking.istio.io/v1', 'VirtualService', spec);
const ingress = (spec: object) => claims('networking.k8s.io/v1', 'Ingress', spec);

describe('what a route claims', () => {
  it('is nothing where the object is no route', () => {
    expect(claims('apps/v1', 'Deployment', { hostnames: ['a.example.com'] })).toEqual([]);
    expect(claims('example.com/v1', 'HTTPRoute', { hostnames: ['a.example.com'] })).toEqual([]);
    expect(routeClaims({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' })).toEqual([]);
  });

  describe('as an HTTPRoute', () => {
    it('is each host with each path, in one spelling', () => {
      const matches = [{ path: { type: 'PathPrefix', value: '/v1/' } }, { path: { type: 'Exact', value: '/v2' } }];
      expect(httpRoute({ hostnames: ['A.example.com', 'b.example.com'], rules: [{ matches }] })).toEqual([
        'https://a.example.com/v1',
        'https://a.example.com/v2 alone',
        'https://b.example.com/v1',
        'https://b.example.com/v2 alone',
      ]);
    });

    it('is everything where it names nothing', () => {
      expect(httpRoute({ rules: [{}] })).toEqual(['https://*/']);
      expect(httpRoute({ hostnames: [], rules: [{ matches: [{}] }] })).toEqual(['https://*/']);
    });

    it.each([
      { headers: [{ name: 'x-version', value: '2' }] },
      { method: 'POST' },
      { queryParams: [{ name: 'v', value: '2' }] },
      { path: { type: 'RegularExpression', value: '/v.' } },
    ])('is nothing that others may have too: %j', match => {
      expect(httpRoute({ hostnames: ['a.example.com'], rules: [{ matches: [match] }] })).toEqual([]);
    });
  });

  describe('as a VirtualService', () => {
    const http = [
      { match: [{ uri: { exact: '/v1' }, port: 443 }] },
      { match: [{ uri: { prefix: '/v1/' }, port: 443 }] },
    ];

    it('is one path where it takes that path and what is below it', () => {
      expect(virtualService({ hosts: ['a.example.com'], gateways: ['edge/public'], http })).toEqual([
        'https://a.example.com/v1',
      ]);
    });

    it('is everything of the host where it names no path', () => {
      expect(virtualService({ hosts: ['a.example.com'], gateways: ['edge/public'], http: [{}] })).toEqual([
        'https://a.example.com/',
      ]);
    });

    it('is nothing inside of the mesh', () => {
      expect(virtualService({ hosts: ['churn'], http })).toEqual([]);
      expect(virtualService({ hosts: ['churn'], gateways: ['mesh'], http })).toEqual([]);
    });

    it.each([{ uri: { regex: '/v.' } }, { headers: { 'x-version': { exact: '2' } } }])(
      'is nothing that others may have too: %j',
      match => {
        expect(virtualService({ hosts: ['a.example.com'], gateways: ['x/y'], http: [{ match: [match] }] })).toEqual([]);
      },
    );
  });

  describe('as an Ingress', () => {
    it('is each path of each rule', () => {
      const paths = [
        { path: '/v1/', pathType: 'Prefix' },
        { path: '/v2', pathType: 'Exact' },
      ];
      expect(ingress({ rules: [{ host: 'a.example.com', http: { paths } }, { http: { paths: [{}] } }] })).toEqual([
        'https://a.example.com/v1',
        'https://a.example.com/v2 alone',
        'https://*/',
      ]);
    });

    it('is everything where it has a backend for all else', () => {
      expect(ingress({ defaultBackend: { service: { name: 'a' } } })).toEqual(['https://*/']);
    });
  });
});
