import { readCluster } from '../../lib/isolation/cluster';
import { allows, type Connection, type IpBlockReading } from '../../lib/isolation/traffic';

const web = { namespace: 'x', labels: { app: 'web' } };
const db = { namespace: 'x', labels: { app: 'db' } };
const client = { namespace: 'y', labels: { app: 'client' } };

const pod = ({ namespace, labels }: typeof web | typeof db | typeof client, address = '10.244.0.1') => ({
  address,
  pod: {
    namespace,
    labels,
    namespaceLabels: { 'kubernetes.io/metadata.name': namespace, team: namespace },
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' as const }],
  },
});
const host = { address: '203.0.113.7' };

/** Whether policies of namespace x with these specs let a connection through; to web on TCP 80 unless said otherwise. */
function isAllowed(
  specs: readonly object[],
  connection: Partial<Connection> = {},
  reading: IpBlockReading = 'pods too',
) {
  const objects = specs.map((spec, index) => ({
    source: 'test',
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `p${index}`, namespace: 'x' },
      spec,
    },
  }));
  const policies = [...readCluster(objects).namespaces.values()].flatMap(one => one.policies);
  return allows(policies, { from: pod(client), to: pod(web), protocol: 'TCP', port: 80, ...connection }, reading);
}

const out = { from: pod(web), to: pod(client) };
const selects = (app: string) => ({ podSelector: { matchLabels: { app } } });
const team = (name: string) => ({ namespaceSelector: { matchLabels: { team: name } } });

// The recipes and traps of https://kubernetes.io/docs/concepts/services-networking/network-policies/
describe('NetworkPolicies', () => {
  test.each<[string, object[], Partial<Connection>, boolean]>([
    ['open what no policy selects', [{ podSelector: { matchLabels: { app: 'other' } } }], {}, true],
    ['close ingress by a spec without rules', [{ podSelector: {} }], {}, false],
    ['leave egress open by a spec without rules', [{ podSelector: {} }], out, true],
    ['take a missing podSelector for all pods', [{}], {}, false],
    ['take a null podSelector for all pods', [{ podSelector: null }], {}, false],
    ['open everything by one empty rule', [{ podSelector: {}, ingress: [{}] }], {}, true],
    ['open everything by a rule that is null', [{ podSelector: {}, ingress: [null] }], {}, true],
    ['let nobody in by an empty list of rules', [{ podSelector: {}, ingress: [] }], {}, false],
    ['let everybody in by an empty list of peers', [{ podSelector: {}, ingress: [{ from: [] }] }], {}, true],
    ['let everybody in by peers that are null', [{ podSelector: {}, ingress: [{ from: null }] }], {}, true],
    ['open all ports by an empty list of ports', [{ podSelector: {}, ingress: [{ ports: [] }] }], {}, true],
    [
      'isolate egress by rules for it, without types',
      [{ podSelector: {}, egress: [{ to: [selects('db')] }] }],
      out,
      false,
    ],
    ['isolate ingress, too, by rules for egress', [{ podSelector: {}, egress: [{}] }], {}, false],
    ['leave egress open by an empty list without types', [{ podSelector: {}, egress: [] }], out, true],
    ['take empty types for missing ones', [{ podSelector: {}, policyTypes: [], egress: [{}] }], {}, false],
    ['isolate egress alone if the types say so', [{ podSelector: {}, policyTypes: ['Egress'] }], {}, true],
    ['ignore rules of a direction that the types leave out', [{ policyTypes: ['Egress'], ingress: [] }], {}, true],
    [
      'add up what several policies allow',
      [{ podSelector: {} }, { podSelector: {}, ingress: [{ from: [team('y')] }] }],
      {},
      true,
    ],
    [
      'mean pods of their own namespace by a podSelector alone',
      [{ ingress: [{ from: [selects('client')] }] }],
      {},
      false,
    ],
    [
      'mean all namespaces by an empty namespaceSelector',
      [{ ingress: [{ from: [{ namespaceSelector: {} }] }] }],
      {},
      true,
    ],
    ['want both selectors of one peer', [{ ingress: [{ from: [{ ...selects('other'), ...team('y') }] }] }], {}, false],
    ['want one of two peers', [{ ingress: [{ from: [selects('other'), team('y')] }] }], {}, true],
    ['want both ends open', [{ ingress: [{}] }, { policyTypes: ['Egress'] }], { from: pod(db) }, false],
    [
      'close other protocols by ports without one',
      [{ ingress: [{ ports: [{ port: 80 }] }] }],
      { protocol: 'UDP' },
      false,
    ],
    ['take a port without protocol for TCP', [{ ingress: [{ ports: [{ port: 80 }] }] }], {}, true],
    [
      'take a protocol without port for all ports',
      [{ ingress: [{ ports: [{ protocol: 'UDP' }] }] }],
      { protocol: 'UDP', port: 9 },
      true,
    ],
    ['open a range to its end', [{ ingress: [{ ports: [{ port: 70, endPort: 80 }] }] }], {}, true],
    ['close what is behind a range', [{ ingress: [{ ports: [{ port: 70, endPort: 80 }] }] }], { port: 81 }, false],
    ['know SCTP', [{ ingress: [{ ports: [{ protocol: 'SCTP', port: 80 }] }] }], { protocol: 'SCTP' }, true],
    ['look a named port up at the called pod', [{ ingress: [{ ports: [{ port: 'http' }] }] }], { port: 8080 }, true],
    ['close other ports than the named one', [{ ingress: [{ ports: [{ port: 'http' }] }] }], {}, false],
    [
      'want the protocol of a named port, too',
      [{ ingress: [{ ports: [{ port: 'http', protocol: 'UDP' }] }] }],
      { port: 8080, protocol: 'UDP' },
      false,
    ],
    [
      'let hosts in by their address',
      [{ ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] }],
      { from: host },
      true,
    ],
    [
      'keep out what a block excepts',
      [{ ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.0/29'] } }] }] }],
      { from: host },
      false,
    ],
    [
      'let in by one block what another one excepts',
      [
        {
          ingress: [
            {
              from: [
                { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.0/29'] } },
                { ipBlock: { cidr: '203.0.113.7/32' } },
              ],
            },
          ],
        },
      ],
      { from: host },
      true,
    ],
    ['never take a host for a pod', [{ ingress: [{ from: [{ namespaceSelector: {} }] }] }], { from: host }, false],
    [
      'keep families of addresses apart',
      [{ ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }] }],
      { from: host },
      false,
    ],
    [
      'know IPv6',
      [{ ingress: [{ from: [{ ipBlock: { cidr: '2001:db8::/32', except: ['2001:db8:1::/48'] } }] }] }],
      { from: { address: '2001:db8:2::1' } },
      true,
    ],
    [
      'match a label that is missing by NotIn',
      [
        {
          ingress: [
            {
              from: [
                { namespaceSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['gold'] }] } },
              ],
            },
          ],
        },
      ],
      {},
      true,
    ],
    [
      'match no missing label by Exists',
      [{ ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } }] }] }],
      {},
      false,
    ],
  ])('%s', (_, specs, connection, expected) => {
    expect(isAllowed(specs, connection)).toBe(expected);
  });

  test('have pods in blocks of addresses, or not, as one reads it', () => {
    const specs = [{ ingress: [{ from: [{ ipBlock: { cidr: '10.244.0.0/16' } }] }] }];
    expect(isAllowed(specs, {}, 'pods too')).toBe(true);
    expect(isAllowed(specs, {}, 'hosts alone')).toBe(false);
  });

  test('are for their own namespace alone', () => {
    expect(isAllowed([{}], { to: pod(client), from: pod(web) })).toBe(true);
  });
});
