import type { Cluster, Namespace } from './cluster';
import { type Origin, sourceAt } from './field';
import type { IpBlock } from './ip-block';
import { isSatisfiable, type Labels, type LabelSelector } from './label-selector';
import { type NamespaceIdentity, namespaceSet, type NamespaceSet, type Protection, UNPROTECTED } from './namespace-set';
import { type Direction, DIRECTIONS, type Peer, type Policy } from './network-policy';
import type { Ports } from './ports';
import type { Workload } from './workload';

/** The other end of an opening. */
export type Reach =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'pods'; readonly namespaces: NamespaceSet; readonly pods: LabelSelector }
  | { readonly kind: 'addresses'; readonly block: IpBlock };

/** The place in a policy that opens something. */
export interface RuleRef {
  readonly policy: string;
  readonly source: string;
  /** The pods that the policy is for. */
  readonly pods: LabelSelector;
  /** Place of the rule in its list. */
  readonly rule: number;
  /** Place of the peer in the rule; undefined if the rule names none and so means everyone. */
  readonly peer: number | undefined;
  /** Number of peers in the rule. */
  readonly peers: number;
}

/** What policies of a namespace let through to or from other namespaces and addresses. */
export interface Opening {
  readonly direction: Direction;
  readonly reach: Reach;
  readonly ports: readonly Ports[];
  /** Every rule that does: a platform has the same ones many times. */
  readonly rules: RuleRef[];
}

/** A policy that isolates all pods of its namespace. */
export interface Closing {
  readonly policy: string;
  readonly source: string;
  readonly directions: readonly Direction[];
}

/** What messages say of a workload. */
export type KnownWorkload = Pick<Workload, 'name' | 'source' | 'labels' | 'hostNetwork'>;

/** Whether it leaves a direction open. */
export const isHalf = ({ directions }: Closing): boolean => directions.length === 1;

/** All that a proof needs of one namespace: what leads out of it, and which pods it closes. */
export interface NamespaceSummary extends NamespaceIdentity {
  readonly team: string | undefined;
  readonly isolated: Readonly<Record<Direction, readonly LabelSelector[]>>;
  readonly openings: readonly Opening[];
  readonly closings: readonly Closing[];
  readonly workloads: readonly KnownWorkload[];
}

/** Who owns an object, in Kubernetes' recommended labels; said in messages, never trusted. */
const TEAM_LABEL = 'app.kubernetes.io/part-of';

/** Reduces what objects declare to what leads from one namespace to another. */
export function summarize(cluster: Cluster, isProtected: Protection): NamespaceSummary[] {
  return [...cluster.namespaces.values()].map(namespace => summarizeNamespace(namespace, isProtected));
}

function summarizeNamespace(namespace: Namespace, isProtected: Protection): NamespaceSummary {
  const { name, labels, policies, workloads } = namespace;
  const openings = new Map<string, Opening>();
  const effective = policies.filter(({ pods }) => isSatisfiable(pods));
  for (const policy of effective) {
    for (const { opening, rule } of openingsOf(policy, isProtected)) {
      const key = JSON.stringify([opening.direction, opening.reach, opening.ports]);
      const known = openings.get(key);
      if (known) {
        known.rules.push(rule);
      } else {
        openings.set(key, { ...opening, rules: [rule] });
      }
    }
  }
  return {
    name,
    labels: protectedLabels(labels, isProtected),
    team: labels?.[TEAM_LABEL],
    isolated: { Ingress: isolatedBy(effective, 'Ingress'), Egress: isolatedBy(effective, 'Egress') },
    openings: [...openings.values()],
    closings: effective.filter(({ pods }) => pods.length === 0).map(closing),
    workloads: workloads.map(({ name: own, source, labels: of, hostNetwork }) => ({
      name: own,
      source,
      labels: of,
      hostNetwork,
    })),
  };
}

function protectedLabels(labels: Labels | undefined, isProtected: Protection): Labels | undefined {
  return labels && isProtected !== UNPROTECTED
    ? Object.fromEntries(Object.entries(labels).filter(([key]) => isProtected(key)))
    : undefined;
}

/** The same namespace, declared in several places. */
export function merged(one: NamespaceSummary, other: NamespaceSummary): NamespaceSummary {
  return {
    name: one.name,
    labels: one.labels || other.labels ? { ...one.labels, ...other.labels } : undefined,
    team: one.team ?? other.team,
    isolated: {
      Ingress: [...one.isolated.Ingress, ...other.isolated.Ingress],
      Egress: [...one.isolated.Egress, ...other.isolated.Egress],
    },
    openings: [...one.openings, ...other.openings],
    closings: [...one.closings, ...other.closings],
    workloads: [...one.workloads, ...other.workloads],
  };
}

/** Which labels the policies isolate; one selector is enough if that selects everything. */
function isolatedBy(policies: readonly Policy[], direction: Direction): LabelSelector[] {
  const selectors = policies.filter(({ rules }) => rules[direction]).map(({ pods }) => pods);
  return selectors.some(selector => selector.length === 0) ? [[]] : selectors;
}

const closing = ({ name, source, rules }: Policy): Closing => ({
  policy: name,
  source,
  directions: DIRECTIONS.filter(direction => rules[direction]),
});

function* openingsOf(
  policy: Policy,
  isProtected: Protection,
): Generator<{ opening: Omit<Opening, 'rules'>; rule: RuleRef }> {
  const { name, source, sourceOf, pods } = policy;
  const declared = { name, source, sourceOf, pods };
  for (const direction of DIRECTIONS) {
    for (const [rule, { peers, ports }] of (policy.rules[direction] ?? []).entries()) {
      if (peers === undefined) {
        const opening = { direction, reach: { kind: 'everyone' }, ports } as const;
        yield { opening, rule: new PlacedRule(declared, direction, rule, undefined, 0) };
        continue;
      }
      for (const [index, peer] of peers.entries()) {
        const reach = reachOf(peer, policy.namespace, isProtected);
        if (reach) {
          const opening = { direction, reach, ports };
          yield { opening, rule: new PlacedRule(declared, direction, rule, index, peers.length) };
        }
      }
    }
  }
}

class PlacedRule implements RuleRef {
  constructor(
    /** Without its rules, which nobody asks for any more. */
    private readonly of: Origin & Pick<Policy, 'name' | 'pods'>,
    private readonly direction: Direction,
    public readonly rule: number,
    public readonly peer: number | undefined,
    public readonly peers: number,
  ) {}

  public get policy(): string {
    return this.of.name;
  }

  public get pods(): LabelSelector {
    return this.of.pods;
  }

  /** Looked up when something is wrong with the rule, which takes time in a file. */
  public get source(): string {
    const [list, peers] = this.direction === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
    const path = ['spec', list, this.rule, ...(this.peer === undefined ? [] : [peers, this.peer])];
    return sourceAt(this.of, path);
  }
}

/** What a peer means outside of its own namespace; undefined if that is nothing. */
export function reachOf(peer: Peer, own: string, isProtected: Protection): Reach | undefined {
  if (peer.kind === 'addresses') {
    return peer;
  }
  const namespaces = peer.namespaces && namespaceSet(peer.namespaces, isProtected);
  const isOutside = namespaces && (namespaces.names === undefined || namespaces.names.some(name => name !== own));
  return isOutside && isSatisfiable(peer.pods) ? { kind: 'pods', namespaces, pods: peer.pods } : undefined;
}
