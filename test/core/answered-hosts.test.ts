import { answeredHosts } from '../../lib/core/answered-hosts';

const of = (apiVersion: string, kind: string, spec: unknown) => answeredHosts({ apiVersion, kind, spec });

describe('the hosts of an object', () => {
  test.each<[string, string, unknown, string[]]>([
    [
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      { hostnames: ['A.example.com', 'b.example.com'] },
      ['a.example.com', 'b.example.com'],
    ],
    ['gateway.networking.k8s.io/v1beta1', 'GRPCRoute', { hostnames: ['a.example.com'] }, ['a.example.com']],
    ['gateway.networking.k8s.io/v1alpha2', 'TLSRoute', { hostnames: ['a.example.com'] }, ['a.example.com']],
    [
      'gateway.networking.k8s.io/v1',
      'Gateway',
      { listeners: [{ hostname: '*.a.example.com' }, {}] },
      ['*.a.example.com'],
    ],
    ['gateway.networking.k8s.io/v1', 'ListenerSet', { listeners: [{ hostname: 'a.example.com' }] }, ['a.example.com']],
    ['networking.istio.io/v1', 'VirtualService', { hosts: ['a.example.com', '*'] }, ['a.example.com']],
    ['networking.istio.io/v1', 'ServiceEntry', { hosts: ['a.example.com'] }, ['a.example.com']],
    [
      'networking.istio.io/v1',
      'Gateway',
      { servers: [{ hosts: ['./a.example.com', 'b.example.com'] }] },
      ['a.example.com', 'b.example.com'],
    ],
    ['networking.k8s.io/v1', 'Ingress', { rules: [{ host: 'a.example.com' }, {}] }, ['a.example.com']],
  ])('of %s, a %s, are what it names', (apiVersion, kind, spec, hosts) => {
    expect(of(apiVersion, kind, spec)).toEqual(hosts);
    expect(of(apiVersion, kind, {})).toEqual([]);
    expect(answeredHosts({ apiVersion, kind })).toEqual([]);
  });

  test('of any other kind are none', () => {
    expect(of('example.com/v1', 'HTTPRoute', { hostnames: ['a.example.com'] })).toEqual([]);
    expect(answeredHosts({})).toEqual([]);
  });
});
