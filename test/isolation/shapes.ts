/** A set of policies of a kind that cyclonus generates for its conformance suite: 230 of them, in its nine groups. */
export interface Shape {
  readonly name: string;
  readonly policies: readonly any[];
}

const DIRECTIONS = ['ingress', 'egress'] as const;
type Direction = (typeof DIRECTIONS)[number];
const peersOf = { ingress: 'from', egress: 'to' } as const;
const typeOf = { ingress: 'Ingress', egress: 'Egress' } as const;

const byLabel = (key: string, value: string) => ({ matchLabels: { [key]: value } });
const oneOf = (key: string, ...values: string[]) => ({ matchExpressions: [{ key, operator: 'In', values }] });
const [podA, podC, nsX] = [byLabel('pod', 'a'), byLabel('pod', 'c'), byLabel('ns', 'x')];

const policy = (name: string, namespace: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});

/** A rule each way, from which each group varies one part. */
const RULES = {
  ingress: {
    from: [{ podSelector: oneOf('pod', 'b', 'c'), namespaceSelector: oneOf('ns', 'x', 'y') }],
    ports: [{ protocol: 'TCP', port: 80 }],
  },
  egress: {
    to: [{ podSelector: oneOf('pod', 'a', 'b'), namespaceSelector: oneOf('ns', 'y', 'z') }],
    ports: [{ protocol: 'TCP', port: 80 }],
  },
};
const SPEC = {
  podSelector: podA,
  policyTypes: ['Ingress', 'Egress'],
  ingress: [RULES.ingress],
  egress: [RULES.egress],
};
const varied = (name: string, spec: object, namespace = 'x'): Shape => ({
  name,
  policies: [policy('base', namespace, { ...SPEC, ...spec })],
});
const withRule = (name: string, direction: Direction, part: object): Shape =>
  varied(`${direction}: ${name}`, { [direction]: [{ ...RULES[direction], ...part }] });
const text = (value: unknown): string => JSON.stringify(value).replaceAll('"', '');

const PEERS = [
  { podSelector: {} },
  { podSelector: podC },
  { namespaceSelector: {} },
  { podSelector: {}, namespaceSelector: {} },
  { podSelector: podC, namespaceSelector: {} },
  { namespaceSelector: nsX },
  { podSelector: {}, namespaceSelector: nsX },
  { podSelector: podC, namespaceSelector: nsX },
  { ipBlock: { cidr: '10.244.1.0/24' } },
  { ipBlock: { cidr: '10.244.1.0/24', except: ['10.244.1.0/30'] } },
];
const peerSets = [
  [],
  ...PEERS.map(one => [one]),
  ...PEERS.flatMap((one, index) => PEERS.slice(index + 1).map(other => [one, other])),
];
const peers = DIRECTIONS.flatMap(direction =>
  peerSets.map(set => withRule(`peers ${text(set)}`, direction, { [peersOf[direction]]: set })),
);

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const PORTS: readonly object[] = [
  ...[undefined, ...PROTOCOLS].flatMap(protocol =>
    [undefined, 80, 81].map(port => ({ ...(protocol && { protocol }), ...(port && { port }) })),
  ),
  ...[
    ['TCP', 'http'],
    ['TCP', 'admin'],
    ['UDP', 'dns'],
    ['UDP', 'http'],
    ['SCTP', 'sig'],
    ['SCTP', 'dns'],
  ].map(([protocol, port]) => ({ protocol, port })),
  ...PROTOCOLS.flatMap(protocol => [80, 84].map(endPort => ({ protocol, port: 53, endPort }))),
  { protocol: 'TCP', port: 'dns' },
  { protocol: 'TCP', port: 'nobody' },
  { protocol: 'TCP', port: 7981 },
];
const PAIRS: readonly object[][] = [
  [{}, { port: 80 }],
  [{}, { port: 'http' }],
  [{}, { protocol: 'UDP' }],
  [{ port: 80 }, { port: 81 }],
  [{ port: 80 }, { port: 'admin' }],
  [{ port: 80 }, { protocol: 'UDP', port: 'dns' }],
  [
    { protocol: 'UDP', port: 80 },
    { protocol: 'UDP', port: 'dns' },
  ],
];
const ports = DIRECTIONS.flatMap(direction =>
  [[], ...PORTS.map(one => [one]), ...PAIRS].map(set => withRule(`ports ${text(set)}`, direction, { ports: set })),
);

const ALL = [{}];
const NONE: object[] = [];
const byPeer = (direction: Direction, peer: object) => [{ [peersOf[direction]]: [peer] }];
const EVERY_POD = { namespaceSelector: {} };
const EVERY_ADDRESS = { ipBlock: { cidr: '0.0.0.0/0' } };
const NO_POD = { namespaceSelector: byLabel('ns', 'nobody') };
const NO_ADDRESS = { ipBlock: { cidr: '0.0.0.0/31' } };
const single = (name: string, direction: Direction, rules: object[], podSelector: object = podA) =>
  policy(name, 'x', { podSelector, policyTypes: [typeOf[direction]], [direction]: rules });
const conflicts: Shape[] = [
  {
    name: 'conflict: no egress, all ingress',
    policies: [single('out', 'egress', NONE), single('in', 'ingress', ALL, byLabel('pod', 'b'))],
  },
  {
    name: 'conflict: all egress, no ingress',
    policies: [single('out', 'egress', ALL), single('in', 'ingress', NONE, byLabel('pod', 'b'))],
  },
  ...DIRECTIONS.flatMap(direction => {
    const both = (name: string, one: object[], other: object[]): Shape => ({
      name: `conflict, ${direction}: ${name}`,
      policies: [single('one', direction, one), single('other', direction, other)],
    });
    return [
      both('none and all', NONE, ALL),
      both('none and all pods', NONE, byPeer(direction, EVERY_POD)),
      both('none and all addresses', NONE, byPeer(direction, EVERY_ADDRESS)),
      both('no address and all pods', byPeer(direction, NO_ADDRESS), byPeer(direction, EVERY_POD)),
      both('no pod and all addresses', byPeer(direction, NO_POD), byPeer(direction, EVERY_ADDRESS)),
      {
        name: `conflict, ${direction}: no address`,
        policies: [single('one', direction, byPeer(direction, NO_ADDRESS))],
      },
      { name: `conflict, ${direction}: no pod`, policies: [single('one', direction, byPeer(direction, NO_POD))] },
    ];
  }),
];

const targets = [
  ...['x', 'y', 'z'].map(namespace => varied(`target: namespace ${namespace}`, {}, namespace)),
  ...[{}, podA, oneOf('pod', 'a', 'b')].map(podSelector =>
    varied(`target: pods ${text(podSelector)}`, { podSelector }),
  ),
];
const rules = DIRECTIONS.flatMap(direction =>
  [NONE, ALL].map(set => varied(`rules: ${direction} ${text(set)}`, { [direction]: set })),
);
const namespaces = DIRECTIONS.map(direction =>
  withRule('namespace by its name', direction, {
    [peersOf[direction]]: [{ namespaceSelector: byLabel('kubernetes.io/metadata.name', 'z') }],
  }),
);

const ingress = (name: string, podSelector: object, ...set: object[]): Shape => ({
  name: `upstream: ${name}`,
  policies: [policy('upstream', 'x', { podSelector, policyTypes: ['Ingress'], ingress: set })],
});
const upstream: Shape[] = [
  ingress('default deny of ingress', {}),
  {
    name: 'upstream: default deny',
    policies: [policy('deny', 'x', { podSelector: {}, policyTypes: ['Egress', 'Ingress'] })],
  },
  ingress('pods of other namespaces', podA, {
    from: [
      {
        namespaceSelector: { matchExpressions: [{ key: 'ns', operator: 'NotIn', values: ['x'] }] },
        podSelector: oneOf('pod', 'b', 'c'),
      },
    ],
  }),
  {
    name: 'upstream: stacked policies',
    policies: [80, 81].map(port =>
      policy(`port-${port}`, 'x', {
        podSelector: podA,
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: byLabel('ns', 'y') }], ports: [{ port, protocol: 'TCP' }] }],
      }),
    ),
  },
  ingress('allow all', { matchLabels: {} }, {}),
  ingress('a named port', { matchLabels: {} }, { ports: [{ port: 'admin' }] }),
  ingress('pods or namespaces', podA, { from: [{ podSelector: byLabel('pod', 'b') }, { namespaceSelector: nsX }] }),
  ingress('a namespace by a label of its own', podA, { from: [{ namespaceSelector: byLabel('tier', 'tin') }] }),
  ingress('pods by two labels', podA, { from: [{ podSelector: { matchLabels: { pod: 'c', app: 'db' } } }] }),
  ingress('one port of two', podA, { ports: [{ port: 81 }] }, { ports: [{ port: 80, protocol: 'UDP' }] }),
  {
    name: 'upstream: egress to a block of addresses',
    policies: [
      policy('block', 'x', {
        ...SPEC,
        policyTypes: ['Egress'],
        egress: byPeer('egress', { ipBlock: { cidr: '10.244.1.2/32' } }),
      }),
    ],
  },
  {
    name: 'upstream: egress to a block without a part',
    policies: [
      policy('block', 'x', {
        ...SPEC,
        policyTypes: ['Egress'],
        egress: byPeer('egress', { ipBlock: { cidr: '10.244.1.0/24', except: ['10.244.1.2/32'] } }),
      }),
    ],
  },
  {
    name: 'upstream: both sides of a path',
    policies: [
      policy('out', 'x', { podSelector: podA, policyTypes: ['Egress'], egress: [RULES.egress] }),
      policy('in', 'y', {
        podSelector: podA,
        policyTypes: ['Ingress'],
        ingress: byPeer('ingress', { namespaceSelector: nsX }),
      }),
    ],
  },
];

/** What is left after an action of its suite: a policy made, changed or deleted, a label or a namespace set. */
const actions: Shape[] = [
  { name: 'action: deleted', policies: [] },
  varied('action: made', {}),
  varied('action: changed', { ingress: ALL }),
  withRule('action: a label of a namespace', 'ingress', { from: [{ namespaceSelector: byLabel('tier', 'gold') }] }),
  withRule('action: a label of pods', 'ingress', { from: [{ podSelector: byLabel('app', 'web') }] }),
  withRule('action: labels of both', 'egress', {
    to: [
      {
        podSelector: byLabel('app', 'db'),
        namespaceSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
      },
    ],
  }),
];
const example = [
  { name: 'example: a rule each way', policies: [policy('example', 'y', { ...SPEC, podSelector: {} })] },
];

export const SHAPES: Readonly<Record<string, readonly Shape[]>> = {
  peers,
  ports,
  conflicts,
  upstream,
  targets,
  actions,
  rules,
  namespaces,
  example,
};
