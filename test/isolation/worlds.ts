import fc from 'fast-check';
import { readCluster } from '../../lib/isolation/cluster';
import type { Policy } from '../../lib/isolation/network-policy';
import type { NamedPort, Protocol } from '../../lib/isolation/ports';
import type { Connection, End } from '../../lib/isolation/traffic';

/** A pod that exists, as an oracle wants to know it. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly address: string;
  readonly ports: readonly NamedPort[];
}

/** Namespaces, pods and policies that are whole: every question about a connection has an answer. */
export interface World {
  readonly namespaces: Readonly<Record<string, Record<string, string>>>;
  readonly pods: readonly Pod[];
  readonly hosts: readonly string[];
  readonly policies: readonly any[];
  /** The ports to ask about. */
  readonly ports: readonly (readonly [Protocol, number])[];
}

export interface Case extends Connection {
  readonly text: string;
}

const NAMESPACES = ['x', 'y', 'z'];
const PORTS: readonly (readonly [Protocol, number])[] = [
  ['TCP', 80],
  ['TCP', 81],
  ['UDP', 80],
  ['SCTP', 81],
  ['TCP', 90],
];

/** Three namespaces with three pods each, which a policy can tell apart in several ways, and two hosts outside. */
export function worldWith(policies: readonly any[], family: 4 | 6 = 4): World {
  const namespaces = Object.fromEntries(
    NAMESPACES.map((name, index) => [
      name,
      { 'kubernetes.io/metadata.name': name, ns: name, ...(index === 2 ? {} : { tier: index === 0 ? 'gold' : 'tin' }) },
    ]),
  );
  const pods = NAMESPACES.flatMap((namespace, row) =>
    ['a', 'b', 'c'].map((name, column): Pod => {
      const [http, admin] = column === 1 ? [81, 80] : [80, 81];
      return {
        namespace,
        name,
        labels: { pod: name, ...(column === 0 ? {} : { app: row === column ? 'web' : 'db' }) },
        address: family === 4 ? `10.244.${row}.${column + 1}` : `2001:db8:${row}::${column + 1}`,
        ports: [
          { name: 'http', port: http, protocol: 'TCP' },
          { name: 'admin', port: admin, protocol: 'TCP' },
          { name: 'dns', port: 80, protocol: 'UDP' },
          { name: 'sig', port: 81, protocol: 'SCTP' },
        ],
      };
    }),
  );
  const hosts = family === 4 ? ['203.0.113.7', '198.51.100.9'] : ['2001:db8:ffff::7', '2001:4860::9'];
  return { namespaces, pods, hosts, policies, ports: PORTS };
}

/** Every connection between two ends of which one is a pod; never of a pod with itself. */
export function casesOf(world: World): Case[] {
  const pods = world.pods.map((pod): [string, End] => [
    `${pod.namespace}/${pod.name}`,
    {
      address: pod.address,
      pod: {
        namespace: pod.namespace,
        namespaceLabels: world.namespaces[pod.namespace]!,
        labels: pod.labels,
        ports: pod.ports,
      },
    },
  ]);
  const ends = [...pods, ...world.hosts.map((address): [string, End] => [address, { address }])];
  return ends.flatMap(([one, from]) =>
    ends
      .filter(([other, to]) => one !== other && (from.pod ?? to.pod))
      .flatMap(([other, to]) =>
        world.ports.map(([protocol, port]) => ({
          from,
          to,
          protocol,
          port,
          text: `${one} -> ${other} ${protocol} ${port}`,
        })),
      ),
  );
}

export function policiesOf(world: World): Policy[] {
  const cluster = readCluster(world.policies.map((object, index) => ({ source: `policy ${index}`, object })));
  return [...cluster.namespaces.values()].flatMap(({ policies }) => policies);
}

const values: Readonly<Record<string, readonly string[]>> = {
  pod: ['a', 'b', 'c', 'd'],
  app: ['web', 'db'],
  ns: ['x', 'y', 'w'],
  tier: ['gold', 'tin'],
  'kubernetes.io/metadata.name': ['x', 'y', 'z', 'w'],
};

/** A selector of some of these labels. */
export function selectors(keys: readonly string[]): fc.Arbitrary<any> {
  const expression = fc.constantFrom(...keys).chain(key =>
    fc.oneof(
      fc.record({
        key: fc.constant(key),
        operator: fc.constantFrom('In', 'NotIn'),
        values: fc.uniqueArray(fc.constantFrom(...values[key]!), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ key: fc.constant(key), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
    ),
  );
  const labels = fc
    .constantFrom(...keys)
    .chain(key => fc.constantFrom(...values[key]!).map(value => ({ matchLabels: { [key]: value } })));
  return fc.oneof(
    fc.constant({}),
    labels,
    fc.array(expression, { minLength: 1, maxLength: 2 }).map(matchExpressions => ({ matchExpressions })),
    fc.tuple(labels, expression).map(([equal, one]) => ({ ...equal, matchExpressions: [one] })),
  );
}

const POD_KEYS = ['pod', 'app'];
const NAMESPACE_KEYS = ['ns', 'tier', 'kubernetes.io/metadata.name'];

/** Any block of addresses, with parts of it taken out. */
export function blocks(family: 4 | 6): fc.Arbitrary<any> {
  const all =
    family === 4
      ? [
          '0.0.0.0/0',
          '10.0.0.0/8',
          '10.244.0.0/16',
          '10.244.1.0/24',
          '10.244.1.2/32',
          '203.0.113.0/24',
          '10.244.0.0/31',
        ]
      : ['::/0', '2001:db8::/32', '2001:db8:1::/48', '2001:db8:1::2/128', '2001:db8:ffff::/48', '2001:db8::/126'];
  const size = (cidr: string) => Number(cidr.split('/')[1]);
  const inner: Readonly<Record<string, readonly string[]>> = {
    '0.0.0.0/0': all.slice(1),
    '10.0.0.0/8': ['10.244.0.0/16', '10.244.1.0/24', '10.244.1.2/32', '10.244.0.0/31'],
    '10.244.0.0/16': ['10.244.1.0/24', '10.244.1.2/32', '10.244.2.0/25', '10.244.0.0/31'],
    '10.244.1.0/24': ['10.244.1.2/32'],
    '::/0': all.slice(1),
    '2001:db8::/32': all.slice(2),
    '2001:db8:1::/48': ['2001:db8:1::2/128'],
  };
  return fc.constantFrom(...all).chain(cidr => {
    const excepts = (inner[cidr] ?? []).filter(one => size(one) > size(cidr));
    const except =
      excepts.length > 0 ? fc.subarray([...excepts], { maxLength: Math.min(2, excepts.length) }) : fc.constant([]);
    return except.map(list => ({ ipBlock: { cidr, ...(list.length > 0 && { except: list }) } }));
  });
}

const ports = fc.oneof(
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP', 'SCTP') }),
  fc.record(
    {
      port: fc.constantFrom(80, 81, 90, 'http', 'admin', 'dns', 'sig', 'none'),
      protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
    },
    { requiredKeys: ['port'] },
  ),
  fc.record(
    {
      port: fc.constantFrom(1, 79, 80, 81),
      endPort: fc.constantFrom(81, 89, 90),
      protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
    },
    { requiredKeys: ['port', 'endPort'] },
  ),
);

function rules(peersName: string, family: 4 | 6, pods: fc.Arbitrary<any>, namespaces: fc.Arbitrary<any>) {
  const peer = fc.oneof(
    pods.map(podSelector => ({ podSelector })),
    namespaces.map(namespaceSelector => ({ namespaceSelector })),
    fc.record({ podSelector: pods, namespaceSelector: namespaces }),
    blocks(family),
  );
  return fc.record(
    { [peersName]: fc.array(peer, { maxLength: 3 }), ports: fc.array(ports, { maxLength: 3 }) },
    { requiredKeys: [] },
  );
}

/** Several policies of some namespaces, with selectors of some labels, and a name each. */
export function policySets(
  family: 4 | 6 = 4,
  namespaces: readonly string[] = NAMESPACES,
  maxLength = 6,
  podKeys = POD_KEYS,
  namespaceKeys = NAMESPACE_KEYS,
): fc.Arbitrary<any[]> {
  const [ofPods, ofNamespaces] = [selectors(podKeys), selectors(namespaceKeys)];
  const spec = fc.record(
    {
      podSelector: ofPods,
      policyTypes: fc.subarray(['Ingress', 'Egress']),
      ingress: fc.array(rules('from', family, ofPods, ofNamespaces), { maxLength: 3 }),
      egress: fc.array(rules('to', family, ofPods, ofNamespaces), { maxLength: 3 }),
    },
    { requiredKeys: ['podSelector'] },
  );
  return fc
    .array(fc.record({ namespace: fc.constantFrom(...namespaces), spec }), { minLength: 1, maxLength })
    .map(all =>
      all.map(({ namespace, spec: one }, index) => ({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: `p${index}`, namespace },
        spec: one,
      })),
    );
}

/** Answers in short: four in each hexadecimal digit. */
export function answersText(answers: readonly boolean[]): string {
  const digits = Array.from({ length: Math.ceil(answers.length / 4) }, (_, index) =>
    parseInt(
      answers
        .slice(4 * index, 4 * index + 4)
        .map(Number)
        .join(''),
      2,
    ).toString(16),
  );
  return digits.join('');
}
