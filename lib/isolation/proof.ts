import type { Cluster, UnreadPolicy } from './cluster';
import { ClusterAddresses } from './cluster-addresses';
import { blockText } from './ip-block';
import { leftOut, selectorText } from './label-selector';
import {
  covers,
  coversStrangers,
  type NamespaceIdentity,
  type NamespaceSet,
  type Protection,
  UNPROTECTED,
} from './namespace-set';
import { type Direction, DIRECTIONS } from './network-policy';
import { portsText } from './ports';
import { merged, type NamespaceSummary, type Opening, type Reach, summarize } from './summary';
import type { Assumption, Breach, ProvenNamespace, Reached, Verdict } from './verdict';

export interface ProofProps {
  /**
   * Where the cluster's own addresses are.
   *
   * @default - unknown, and every path to or from addresses is a breach
   */
  readonly addresses?: ClusterAddresses;
  /**
   * Namespaces that no team owns and that may be reached, though they are declared too: a gateway, the monitoring.
   * Those whose name begins with `kube-` are Kubernetes' own.
   *
   * @default - none
   */
  readonly mediators?: readonly string[];
  /**
   * Names of namespaces that teams own, besides those of which something is declared.
   *
   * @default - none
   */
  readonly namespaces?: readonly string[];
  /**
   * Which labels of namespaces tenants cannot set, besides their name.
   *
   * @default - none
   */
  readonly isProtected?: Protection;
}

/**
 * Whether namespaces are isolated from each other, for all labels that tenants could give pods and namespaces.
 *
 * Each part of a cluster is reduced to a summary as it is added, so memory holds no objects, and the verdict takes time
 * in proportion to what was summarized: the two sides of a path must be closed each by itself, so no pair is looked at.
 */
export class IsolationProof {
  private readonly summaries = new Map<string, NamespaceSummary>();
  private readonly remembered = new Map<string, ProvenNamespace[]>();
  private readonly unread: UnreadPolicy[] = [];

  constructor(private readonly props: ProofProps = {}) {}

  /**
   * Adds what is declared in one file or unit; a namespace may be declared in several.
   *
   * @returns what to remember of it, should the verdict have no breach
   */
  public add(cluster: Cluster): ProvenNamespace[] {
    const summaries = summarize(cluster, this.isProtected);
    for (const summary of summaries) {
      const known = this.summaries.get(summary.name);
      this.summaries.set(summary.name, known ? merged(known, summary) : summary);
    }
    this.unread.push(...cluster.unread);
    return summaries.map(proven);
  }

  /** Adds what another run has proven of a part that this run leaves out. */
  public remember(part: ProvenNamespace): void {
    const known = this.remembered.get(part.name) ?? [];
    const [Ingress, Egress] = DIRECTIONS.map(direction => part[direction].map(set => this.trusted(set)));
    this.remembered.set(part.name, [...known, { ...part, Ingress: Ingress!, Egress: Egress! }]);
  }

  public verdict(): Verdict {
    const { addresses = new ClusterAddresses() } = this.props;
    const owned = this.owned();
    const own = [...this.summaries.values()].filter(({ name }) => owned.has(name));
    const assumptions = new Assumptions();
    const breaches = own.flatMap(summary => [
      ...unisolated(summary, this.remembered.get(summary.name) ?? []),
      ...openedBy(summary, owned, addresses, assumptions),
      ...onHostNetwork(summary),
    ]);
    for (const policy of this.unread.filter(one => one.namespace === undefined || owned.has(one.namespace))) {
      breaches.push({ kind: 'unread policy', namespace: policy.namespace, policy });
    }
    for (const part of [...this.remembered.values()].flat().filter(({ name }) => owned.has(name))) {
      breaches.push(...openedBefore(part, owned));
    }
    return { namespaces: new Map(own.map(one => [one.name, one])), breaches, assumptions: assumptions.all };
  }

  private owned(): Owned {
    const identities = new Map<string, NamespaceIdentity>();
    (this.props.namespaces ?? []).forEach(name => identities.set(name, { name }));
    for (const one of [...[...this.remembered.values()].flat(), ...this.summaries.values()]) {
      const known = identities.get(one.name)?.labels;
      identities.set(one.name, {
        name: one.name,
        labels: known || one.labels ? { ...known, ...one.labels } : undefined,
      });
    }
    return new Owned([...identities.values()].filter(({ name }) => !this.isMediator(name)));
  }

  private get isProtected(): Protection {
    return this.props.isProtected ?? UNPROTECTED;
  }

  /** What a set means now: labels may have been protected when it was proven, and be so no more. */
  private trusted({ labels, ...set }: NamespaceSet): NamespaceSet {
    const kept = labels?.filter(({ key }) => this.isProtected(key)) ?? [];
    return kept.length > 0 ? { ...set, labels: kept } : set;
  }

  private isMediator(name: string): boolean {
    return name.startsWith('kube-') || this.props.mediators?.includes(name) === true;
  }
}

/** What is worth remembering of a part of a cluster. */
function proven({ name, labels, isolated, openings }: NamespaceSummary): ProvenNamespace {
  return {
    name,
    labels,
    isolated: DIRECTIONS.filter(direction => leftOut(isolated[direction]) === undefined),
    Ingress: setsOf(openings, 'Ingress'),
    Egress: setsOf(openings, 'Egress'),
  };
}

/** The namespaces that teams own. */
class Owned {
  private readonly byName: ReadonlyMap<string, NamespaceIdentity>;

  constructor(namespaces: readonly NamespaceIdentity[]) {
    this.byName = new Map(namespaces.map(one => [one.name, one]));
  }

  public has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Those that a set may mean, but for one. */
  public namesIn(set: NamespaceSet, but: string): string[] {
    const candidates = set.names?.flatMap(name => this.byName.get(name) ?? []) ?? [...this.byName.values()];
    return candidates.filter(one => one.name !== but && covers(set, one)).map(({ name }) => name);
  }
}

class Assumptions {
  private readonly known = new Map<string, Assumption & { readonly namespaces: string[]; readonly ports: string[] }>();

  public get all(): Assumption[] {
    return [...this.known.values()];
  }

  public add(kind: Assumption['kind'], peer: string, { direction, ports }: Opening, namespace: string): void {
    const key = `${kind} ${direction} ${peer}`;
    const one = this.known.get(key) ?? { kind, peer, direction, namespaces: [], ports: [] };
    this.known.set(key, one);
    if (one.namespaces.at(-1) !== namespace) {
      one.namespaces.push(namespace);
    }
    const text = portsText(ports);
    if (!one.ports.includes(text)) {
      one.ports.push(text);
    }
  }
}

/** @param others what is remembered of other parts of the namespace */
function unisolated({ name, isolated }: NamespaceSummary, others: readonly ProvenNamespace[]): Breach[] {
  return DIRECTIONS.filter(direction => !others.some(part => part.isolated.includes(direction))).flatMap(
    (direction): Breach[] => {
      const pods = leftOut(isolated[direction]);
      return pods ? [{ kind: 'no policy', namespace: name, direction, pods, isolated: isolated[direction] }] : [];
    },
  );
}

function openedBy(
  { name, openings }: NamespaceSummary,
  owned: Owned,
  addresses: ClusterAddresses,
  assumptions: Assumptions,
): Breach[] {
  const breaches: Breach[] = [];
  for (const opening of openings) {
    const { direction, reach } = opening;
    const reached = reach.kind === 'addresses' ? addressesReached(opening, addresses) : podsReached(reach, name, owned);
    if (reached) {
      breaches.push({ kind: 'rules', namespace: name, direction, opening, reached });
    } else if (reach.kind === 'addresses') {
      const kind = addresses.meaningOf(reach.block, direction).kind === 'nodes' ? 'nodes' : 'hosts';
      assumptions.add(kind, blockText(reach.block), opening, name);
    } else if (reach.kind === 'pods') {
      const { names, labels } = reach.namespaces;
      const peers = names?.filter(one => one !== name) ?? [selectorText(labels ?? [])];
      peers.forEach(peer => assumptions.add('namespaces', peer, opening, name));
    }
  }
  return breaches;
}

const onHostNetwork = ({ name, workloads }: NamespaceSummary): Breach[] =>
  workloads
    .filter(({ hostNetwork }) => hostNetwork)
    .map(workload => ({ kind: 'host network', namespace: name, workload }));

/** What was proven of a part holds as long as nothing that it reaches has become a team's. */
function openedBefore(part: ProvenNamespace, owned: Owned): Breach[] {
  return DIRECTIONS.flatMap((direction): Breach[] => {
    const names = [...new Set(part[direction].flatMap(set => owned.namesIn(set, part.name)))];
    return names.length > 0 ? [{ kind: 'remembered', namespace: part.name, direction, names }] : [];
  });
}

function podsReached(reach: Exclude<Reach, { kind: 'addresses' }>, own: string, owned: Owned): Reached | undefined {
  if (reach.kind === 'everyone') {
    return { kind: 'every namespace', except: [] };
  }
  if (coversStrangers(reach.namespaces)) {
    return { kind: 'every namespace', except: reach.namespaces.except ?? [] };
  }
  const names = owned.namesIn(reach.namespaces, own);
  return names.length > 0 ? { kind: 'namespaces', names } : undefined;
}

function addressesReached({ reach, direction }: Opening, addresses: ClusterAddresses): Reached | undefined {
  const meaning = reach.kind === 'addresses' ? addresses.meaningOf(reach.block, direction) : undefined;
  switch (meaning?.kind) {
    case 'unknown':
      return { kind: 'unknown addresses' };
    case 'closed':
      return { kind: 'addresses', ranges: meaning.ranges };
    default:
      return undefined;
  }
}

/** The sets in one direction, those by name alone as a single one. */
function setsOf(openings: readonly Opening[], direction: Direction): NamespaceSet[] {
  const sets = openings.flatMap(({ direction: one, reach }) =>
    one === direction && reach.kind === 'pods' ? [reach.namespaces] : [],
  );
  const names = [...new Set(sets.flatMap(set => (set.labels ? [] : (set.names ?? []))))].sort();
  return [...(names.length > 0 ? [{ names }] : []), ...sets.filter(set => set.labels ?? set.names === undefined)];
}
