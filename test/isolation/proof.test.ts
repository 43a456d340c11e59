import fc from 'fast-check';
import { CellReader } from '../../lib/isolation/cell';
import { readCluster } from '../../lib/isolation/cluster';
import { ClusterAddresses } from '../../lib/isolation/cluster-addresses';
import { isSatisfiable, type Labels, leftOut, matches, readLabelSelector } from '../../lib/isolation/label-selector';
import { Field } from '../../lib/isolation/field';
import type { Direction, Policy } from '../../lib/isolation/network-policy';
import type { Protocol } from '../../lib/isolation/ports';
import { IsolationProof } from '../../lib/isolation/proof';
import { allowsDirection, type Connection, type End } from '../../lib/isolation/traffic';
import { blocks, policySets, selectors } from './worlds';

const RANGE = '10.244.0.0/16';
const ADDRESSES = new ClusterAddresses({ pods: [RANGE], services: [RANGE], nodes: [RANGE] });
/** An address from each part of the range that the blocks of the generated policies tell apart. */
const PLACES = ['10.244.1.2', '10.244.1.3', '10.244.0.1', '10.244.2.9', '10.244.200.1'];
const OTHER = 'other';

/** All maps of labels that selectors of these values can tell apart. */
function labelSets(values: Readonly<Record<string, readonly string[]>>): Labels[] {
  return Object.entries(values).reduce<Labels[]>(
    (sets, [key, all]) => sets.flatMap(set => [set, ...[...all, OTHER].map(value => ({ ...set, [key]: value }))]),
    [{}],
  );
}

const PODS = labelSets({ app: ['web', 'db'] });
const NAMESPACES = labelSets({ tier: ['gold', 'tin'] });
/** A port from each part of the range that generated policies tell apart. */
const PORTS = (['TCP', 'UDP', 'SCTP'] as const).flatMap(protocol =>
  [1, 79, 80, 81, 85, 90, 1000].map((port): readonly [Protocol, number] => [protocol, port]),
);

const FEW_PORTS = PORTS.filter(([protocol, port]) => port >= 80 && (protocol === 'TCP' || port === 80));

interface Found {
  readonly Egress: boolean;
  readonly Ingress: boolean;
  readonly both: boolean;
}

/** A pod that somebody could make with these labels, whose ports have all names; and all that its other end may see. */
interface Wild {
  readonly own: End;
  readonly seen: readonly End[];
}

const made = new Map<string, Wild[]>();

/** The pods of a namespace that could be made, for a port. */
function wildPods(namespace: string, [protocol, port]: readonly [Protocol, number]): Wild[] {
  const key = `${namespace} ${protocol} ${port}`;
  const ports = ['http', 'admin', 'dns', 'sig', 'none'].map(name => ({ name, port, protocol }));
  const name = { 'kubernetes.io/metadata.name': namespace };
  const wild =
    made.get(key) ??
    PODS.map((labels): Wild => {
      const pod = { namespace, namespaceLabels: name, labels, ports };
      const seen = NAMESPACES.flatMap(more =>
        PLACES.map((address): End => ({ address, pod: { ...pod, namespaceLabels: { ...more, ...name } } })),
      );
      return { own: { pod }, seen };
    });
  made.set(key, wild);
  return wild;
}

/** Whether some pod of one namespace may call some pod of another, found by trying all of them. */
function tryAll(policies: readonly Policy[], from: string, to: string, tried = PORTS): Found {
  const found = { Egress: false, Ingress: false, both: false };
  for (const place of tried) {
    const [protocol, port] = place;
    const lets = (direction: Direction, ends: Pick<Connection, 'from' | 'to'>) =>
      allowsDirection(policies, direction, { ...ends, protocol, port }, 'pods too');
    for (const source of wildPods(from, place)) {
      for (const target of wildPods(to, place)) {
        // A policy sees labels of its own pod, and of the other one also its address and the labels of its namespace.
        const out = target.seen.some(end => lets('Egress', { from: source.own, to: end }));
        const into = source.seen.some(end => lets('Ingress', { from: end, to: target.own }));
        found.Egress ||= out;
        found.Ingress ||= into;
        found.both ||= out && into;
        if (found.both) {
          return found;
        }
      }
    }
  }
  return found;
}

const proofOf = (objects: readonly object[]) => {
  const proof = new IsolationProof({ addresses: ADDRESSES, namespaces: ['x', 'y'] });
  const cluster = readCluster(objects.map((object, index) => ({ source: `object ${index}`, object })));
  proof.add(cluster);
  const policies = [...cluster.namespaces.values()].flatMap(one => one.policies);
  return { verdict: proof.verdict(), policies };
};
const declared = ['x', 'y'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));

const policy = (name: string, namespace: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});
const CLOSED = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
const pods = selectors(['app']);
const namespaces = selectors(['tier', 'kubernetes.io/metadata.name']);

/** Policies of two namespaces, often with one that closes a whole namespace. */
const sets = fc
  .tuple(policySets(4, ['x', 'y'], 4, ['app'], ['tier', 'kubernetes.io/metadata.name']), fc.subarray(['x', 'y']))
  .map(([policies, closed]) => [...policies, ...closed.map(namespace => policy('closed', namespace, CLOSED))]);

/** Two closed namespaces, of which one has a rule out and the other one a rule in, often for each other. */
const side = fc.record({
  own: pods,
  peer: fc.oneof(
    blocks(4),
    fc.record({ podSelector: pods, namespaceSelector: namespaces }),
    fc.record({ podSelector: pods, namespaceSelector: fc.constant({}) }),
  ),
  port: fc.constantFrom<object>(
    { port: 80 },
    { port: 80, endPort: 90 },
    { port: 90 },
    { port: 'http' },
    { protocol: 'UDP' },
  ),
});
const oneRuleEach = fc.tuple(side, side).map(([out, into]) => [
  policy('out', 'x', {
    podSelector: out.own,
    policyTypes: ['Ingress', 'Egress'],
    egress: [{ to: [out.peer], ports: [out.port] }],
  }),
  policy('into', 'y', { podSelector: into.own, ingress: [{ from: [into.peer], ports: [into.port] }] }),
  ...['x', 'y'].map(namespace => policy('closed', namespace, CLOSED)),
]);

describe('the verdict', () => {
  test.each([
    ['many rules', sets, 20, PORTS],
    ['one rule on each side', oneRuleEach, 150, FEW_PORTS],
  ])('is what trying all pods, labels and ports comes to, with %s', (_, generated, numRuns, tried) => {
    const states = new Map<string, number>();
    fc.assert(
      fc.property(generated, policies => {
        const proven = proofOf([...declared, ...policies]);
        const cells = new CellReader(proven.verdict);
        const found = tryAll(proven.policies, 'x', 'y', tried);
        const expected = found.both ? 'open' : found.Egress || found.Ingress ? 'half-open' : 'closed';
        states.set(expected, (states.get(expected) ?? 0) + 1);
        const { state, out, into } = cells.cell('x', 'y');
        expect({ state, out: out.length > 0, into: into.length > 0 }).toEqual({
          state: expected,
          out: found.Egress,
          into: found.Ingress,
        });
      }),
      { numRuns, seed: 7 },
    );
    expect([...states.keys()].sort()).toEqual(['closed', 'half-open', 'open']);
  });

  test('has a breach wherever a namespace that nobody declared could be called, or call', () => {
    fc.assert(
      fc.property(sets, policies => {
        const { verdict, policies: read } = proofOf([...declared, ...policies]);
        const directions = (namespace: string) =>
          verdict.breaches
            .filter(breach => breach.namespace === namespace)
            .flatMap(breach => ('direction' in breach ? [breach.direction] : []));
        const [called, calls] = [tryAll(read, 'x', 'stranger').Egress, tryAll(read, 'stranger', 'x').Ingress];
        expect(!called || directions('x').includes('Egress')).toBe(true);
        expect(!calls || directions('x').includes('Ingress')).toBe(true);
      }),
      { numRuns: 15, seed: 8 },
    );
  });
});

describe('selectors of labels that anybody can set', () => {
  const all = labelSets({ pod: ['a', 'b', 'c', 'd'], app: ['web', 'db'] });
  const read = (value: unknown) => readLabelSelector(new Field({ source: 'test' }, '', value));
  const any = selectors(['pod', 'app']).map(read);

  test('can be met if and only if some labels meet them', () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 3 }), parts => {
        const selector = parts.flat();
        expect(isSatisfiable(selector)).toBe(all.some(labels => matches(selector, labels)));
      }),
      { numRuns: 500 },
    );
  });

  test('leave labels out if and only if some labels are selected by none', () => {
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), any, (parts, also) => {
        const left = all.filter(labels => matches(also, labels) && !parts.some(part => matches(part, labels)));
        const found = leftOut(parts, also);
        outcomes.add(found === undefined);
        expect(found !== undefined).toBe(left.length > 0);
        // What it answers are labels of that kind.
        expect(found === undefined || left.some(labels => matches(found, labels))).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(outcomes.size).toBe(2);
  });

  test('are told apart in time though there are many', () => {
    const parts = Array.from({ length: 200 }, (_, index) => read({ matchLabels: { [`a${index}`]: 'x', app: 'web' } }));
    expect(leftOut(parts)).toBeDefined();
    expect(leftOut([...parts, read({ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] })])).toBeDefined();
  });
});
