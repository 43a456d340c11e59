import { Exposure, IstioGateway, SecretSource, type IstioGatewayProps } from '../../lib';
import { chartIn, expectRefusal, find, objectsOf } from '../support';
import { exposedVersions, GATEWAY } from './exposed';

function edge(props: Partial<IstioGatewayProps> = {}) {
  const chart = chartIn('edge');
  const gateway = new IstioGateway(chart, 'public', {
    selector: { istio: 'ingress' },
    host: '*.Example.com',
    certificate: SecretSource.existing('wildcard'),
    ...props,
  });
  return { chart, gateway };
}

describe('IstioGateway', () => {
  it('speaks HTTPS and nothing else, for routes of its own namespace', () => {
    const { chart } = edge();
    expect(objectsOf(chart)).toEqual(['Gateway/public']);
    expect(find(chart, 'Gateway/public').spec).toEqual({
      selector: { istio: 'ingress' },
      servers: [
        {
          port: { name: 'https', number: 443, protocol: 'HTTPS' },
          hosts: ['edge/*.example.com'],
          tls: { mode: 'SIMPLE', credentialName: 'wildcard', minProtocolVersion: 'TLSV1_2' },
        },
      ],
    });
  });

  it('takes routes of the named namespaces alone', () => {
    const { chart } = edge({ routesFrom: ['fraud', 'search'] });
    expect(find(chart, 'Gateway/public').spec.servers[0].hosts).toEqual([
      'fraud/*.example.com',
      'search/*.example.com',
    ]);
  });

  it('is what a route attaches to', () => {
    const { gateway } = edge();
    const principals = ['cluster.local/ns/edge/sa/ingress'];
    const { chart } = exposedVersions(
      Exposure.istio({ gateway, host: 'churn.example.com', peer: GATEWAY, principals }),
    );
    expect(find(chart, 'VirtualService/churn').spec.gateways).toEqual(['edge/public']);
  });

  it('tells the source of the certificate what it needs', () => {
    const mustHave = jest.fn();
    edge({ certificate: { name: 'wildcard', mustHave } });
    expect(Object.keys(mustHave.mock.calls[0][1])).toEqual(['tls.crt', 'tls.key']);
  });

  it.each<[Partial<IstioGatewayProps>, string]>([
    [{ host: '*' }, '"*" is no host name; write it as "ml.example.com" or "*.ml.example.com"'],
    [{ routesFrom: [] }, 'routesFrom is empty, so no route could attach; name namespaces one by one, without "*"'],
    [{ routesFrom: ['*'] }, '"*" cannot name a namespace; name namespaces one by one, without "*"'],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => edge(props), `[edge/public] ${message}`);
  });
});
