import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Cluster, readCluster } from '../../lib/isolation/cluster';
import { ClusterAddresses } from '../../lib/isolation/cluster-addresses';
import type { Change, Operation } from '../../lib/isolation/change';
import { findings } from '../../lib/isolation/finding';
import type { Labels, LabelSelector } from '../../lib/isolation/label-selector';
import { DIRECTIONS } from '../../lib/isolation/network-policy';
import { IsolationProof } from '../../lib/isolation/proof';
import { allowsDirection, type End } from '../../lib/isolation/traffic';
import { type Mutant, mutantsOf } from './mutants';

const DIST = join(__dirname, '../../dist/staging');
const GOLDEN = join(__dirname, '../golden/harmless-mutants.txt');
const ADDRESSES = new ClusterAddresses({
  pods: ['10.244.0.0/16'],
  services: ['10.96.0.0/16'],
  nodes: ['10.250.0.0/24'],
});
const NAME = 'kubernetes.io/metadata.name';
const STRANGER = 'stranger';

const reference: any[] = readdirSync(DIST)
  .sort()
  .flatMap(file => parseAllDocuments(readFileSync(join(DIST, file), 'utf8')).map(document => document.toJS()));
const read = (objects: readonly any[]): Cluster =>
  readCluster(objects.map(object => ({ source: `${object.kind} ${object.metadata.name}`, object })));

function verdictOf(objects: readonly any[]) {
  const proof = new IsolationProof({ addresses: ADDRESSES });
  proof.add(read(objects));
  return proof.verdict();
}

/** Labels that meet a selector of equalities. */
const labelsFor = (selector: LabelSelector): Labels =>
  Object.fromEntries(selector.flatMap(({ key, values }) => (values[0] === undefined ? [] : [[key, values[0]]])));

/**
 * Whether a pod of the namespace could call a pod of another team's, or of a stranger's, or be called by one, as far as
 * the policies of this namespace go. Found connection by connection: the prover has no part in it.
 */
function isOpen(cluster: Cluster, namespace: string): boolean {
  const all = [...cluster.namespaces.values()];
  const policies = cluster.namespaces.get(namespace)?.policies ?? [];
  const peers = policies.flatMap(({ rules }) =>
    DIRECTIONS.flatMap(direction => rules[direction] ?? []).flatMap(rule => rule.peers ?? []),
  );
  const wild = [
    [],
    ...policies.map(({ pods }) => pods),
    ...peers.flatMap(peer => (peer.kind === 'pods' ? [peer.pods] : [])),
  ];
  const free = peers.flatMap(peer => (peer.kind === 'pods' && peer.namespaces ? [labelsFor(peer.namespaces)] : []));
  const labels = [...new Map(wild.map(labelsFor).map(one => [JSON.stringify(one), one])).values()];
  const namespaceLabels = (name: string): Labels => ({ ...Object.assign({}, ...free), [NAME]: name });
  const endsOf = (name: string, number: number): End[] =>
    labels.map((pod, index) => ({
      address: `10.244.${number}.${index + 1}`,
      pod: { namespace: name, namespaceLabels: namespaceLabels(name), labels: pod },
    }));
  const own = endsOf(namespace, 0);
  const others = [...all.map(({ name }) => name).filter(name => name !== namespace), STRANGER].flatMap(endsOf);
  const ports = [53, 5432, 7070, 5000, 8333, 9000, 10000, 12345];
  return own.some(one =>
    others.some(other =>
      ports.some(port =>
        (['TCP', 'UDP'] as const).some(
          protocol =>
            allowsDirection(policies, 'Egress', { from: one, to: other, protocol, port }, 'pods too') ||
            allowsDirection(policies, 'Ingress', { from: other, to: one, protocol, port }, 'pods too'),
        ),
      ),
    ),
  );
}

/** The objects after a change that a finding proposes. */
function applied(objects: readonly any[], { edit }: Change): any[] {
  if (edit?.kind === 'add') {
    return [...objects, edit.object];
  }
  return objects.map(object => {
    const { name, namespace } = object.metadata;
    if (object.kind !== 'NetworkPolicy' || name !== edit!.policy || namespace !== edit!.namespace) {
      return object;
    }
    const copy = structuredClone(object);
    edit!.operations.forEach(operation => apply(copy, operation));
    return copy;
  });
}

function apply(object: any, { op, path, value }: Operation): void {
  const steps = path.split('/').slice(1);
  const last = steps.pop()!;
  const target = steps.reduce((one, step) => one[step], object);
  if (op !== 'remove') {
    target[last] = value;
  } else if (Array.isArray(target)) {
    target.splice(Number(last), 1);
  } else {
    Reflect.deleteProperty(target, last);
  }
}

describe('a mistake in a policy of the reference platform', () => {
  const mutants = [...mutantsOf(reference)];
  const caught: Mutant[] = [];
  const harmless: string[] = [];
  for (const mutant of mutants) {
    if (verdictOf(mutant.objects).breaches.length > 0) {
      caught.push(mutant);
    } else {
      harmless.push(mutant.name);
    }
  }

  test('is none before it is made', () => {
    expect(verdictOf(reference).breaches).toEqual([]);
    expect(isOpen(read(reference), 'fraud-staging')).toBe(false);
  });

  test('is caught whenever it opens a path, or one side of it', () => {
    const open = mutants.filter(({ objects, namespace }) => isOpen(read(objects), namespace)).map(({ name }) => name);
    expect(caught.map(({ name }) => name)).toEqual(open);
    expect(open.length).toBeGreaterThan(90);
  });

  test('is on the list of harmless ones otherwise', () => {
    const text = `${harmless.join('\n')}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(join(GOLDEN, '..'), { recursive: true });
      writeFileSync(GOLDEN, text);
    }
    expect(text).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  test('is mended by the changes that the findings propose', () => {
    for (const { name, objects } of caught) {
      let mended = [...objects];
      for (let step = 0; step < 5 && verdictOf(mended).breaches.length > 0; step++) {
        const [finding] = findings(verdictOf(mended));
        mended = applied(mended, finding!.change);
      }
      expect({ name, breaches: verdictOf(mended).breaches }).toEqual({ name, breaches: [] });
    }
  });
});
