import { Exposure, HttpsGateway, SecretSource, type HttpsGatewayProps } from '../../lib';
import { chartIn, expectRefusal, find, objectsOf } from '../support';
import { exposedVersions, GATEWAY } from './exposed';

function edge(props: Partial<HttpsGatewayProps> = {}) {
  const chart = chartIn('edge');
  const gateway = new HttpsGateway(chart, 'public', {
    className: 'envoy',
    host: '*.example.com',
    certificate: SecretSource.existing('wildcard'),
    ...props,
  });
  return { chart, gateway };
}

describe('HttpsGateway', () => {
  it('has one listener, with TLS, for routes of its own namespace', () => {
    const { chart } = edge();
    expect(objectsOf(chart)).toEqual(['Gateway/public']);
    expect(find(chart, 'Gateway/public').spec).toEqual({
      gatewayClassName: 'envoy',
      listeners: [
        {
          name: 'https',
          hostname: '*.example.com',
          port: 443,
          protocol: 'HTTPS',
          tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'wildcard' }] },
          allowedRoutes: {
            kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
            namespaces: { from: 'Same' },
          },
        },
      ],
    });
  });

  it('takes routes of the named namespaces alone', () => {
    const [listener] = find(edge({ routesFrom: ['fraud', 'search'] }).chart, 'Gateway/public').spec.listeners;
    expect(listener.allowedRoutes.namespaces).toEqual({
      from: 'Selector',
      selector: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['fraud', 'search'] }],
      },
    });
  });

  it('is granted a certificate of another namespace, and that one alone', () => {
    const { chart } = edge({ certificateNamespace: 'certificates' });
    const [listener] = find(chart, 'Gateway/public').spec.listeners;
    expect(listener.tls.certificateRefs).toEqual([
      { group: '', kind: 'Secret', name: 'wildcard', namespace: 'certificates' },
    ]);
    const grant = find(chart, 'ReferenceGrant/public-edge');
    expect(grant.metadata.namespace).toBe('certificates');
    expect(grant.spec).toEqual({
      from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'edge' }],
      to: [{ group: '', kind: 'Secret', name: 'wildcard' }],
    });
  });

  it('is what a route attaches to', () => {
    const { gateway } = edge();
    const { chart } = exposedVersions(Exposure.gateway({ gateway, host: 'churn.example.com', peer: GATEWAY }));
    expect(find(chart, 'HTTPRoute/churn').spec.parentRefs).toEqual([
      {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name: 'public',
        namespace: 'edge',
        sectionName: 'https',
      },
    ]);
  });

  it('tells the source of the certificate what it needs', () => {
    const mustHave = jest.fn();
    edge({ certificate: { name: 'wildcard', mustHave } });
    expect(Object.keys(mustHave.mock.calls[0][1])).toEqual(['tls.crt', 'tls.key']);
  });

  it.each<[Partial<HttpsGatewayProps>, string]>([
    [{ host: '*.*.com' }, '"*.*.com" is no host name; write it as "ml.example.com" or "*.ml.example.com"'],
    [{ host: '' }, '"" is no host name; write it as "ml.example.com" or "*.ml.example.com"'],
    [{ routesFrom: [] }, 'routesFrom is empty, so no route could attach; name the namespaces of the teams'],
    [{ routesFrom: ['*'] }, '"*" cannot name a namespace; name namespaces one by one, without "*"'],
    [{ certificateNamespace: 'A' }, '"A" cannot name a namespace; name namespaces one by one, without "*"'],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => edge(props), `[edge/public] ${message}`);
  });
});
