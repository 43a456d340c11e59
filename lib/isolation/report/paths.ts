import type { Namespace } from '../cluster';
import { NAME_LABEL } from '../cluster';
import { blockText } from '../ip-block';
import { type Labels, type LabelSelector, leftOut, matches, selectorText } from '../label-selector';
import { UNPROTECTED } from '../namespace-set';
import { type Direction, DIRECTIONS, type Peer, type Policy } from '../network-policy';
import { commonPorts, EVERY_PORT, type Ports, portsText } from '../ports';
import { reachOf } from '../summary';

/** One end of a path: the place of a workload in its namespace, every pod there, or the name of who is elsewhere. */
export type PathEnd = number | '*' | string;

/** What some pods of a namespace may call, or be called by. */
export interface Path {
  readonly from: PathEnd;
  readonly to: PathEnd;
  readonly ports: string;
}

/** A rule, and the pods that it is for. */
interface Opened {
  readonly pods: LabelSelector;
  readonly peers: readonly Peer[] | undefined;
  readonly ports: readonly Ports[];
}

const EVERY_POD = '*';
const EVERYONE = 'everyone';

/** The paths that policies leave open within a namespace, and from it to elsewhere and back. */
export function pathsOf(namespace: Namespace): Path[] {
  const paths = new Map<string, { from: PathEnd; to: PathEnd; ports: Ports[] }>();
  const add = (from: PathEnd, to: PathEnd, ports: readonly Ports[]) => {
    const key = `${from} ${to}`;
    const known = paths.get(key) ?? { from, to, ports: [] };
    known.ports.push(...ports);
    paths.set(key, known);
  };
  inside(namespace, add);
  for (const direction of DIRECTIONS) {
    const isolated = namespace.policies.filter(({ rules }) => rules[direction]).map(({ pods }) => pods);
    if (leftOut(isolated) !== undefined) {
      const unisolated = namespace.workloads.flatMap(({ labels }, index) =>
        isolated.some(pods => matches(pods, labels)) ? [] : [index],
      );
      for (const end of [EVERY_POD, ...unisolated]) {
        const [from, to] = direction === 'Egress' ? [end, EVERYONE] : [EVERYONE, end];
        add(from, to, EVERY_PORT);
      }
    }
    for (const opened of rulesOf(namespace.policies, direction)) {
      const ends = endsOf(namespace, opened.pods);
      const others = othersOf(opened, namespace.name);
      for (const end of ends) {
        others.forEach(other =>
          direction === 'Egress' ? add(end, other, opened.ports) : add(other, end, opened.ports),
        );
      }
    }
  }
  return [...paths.values()].map(({ from, to, ports }) => ({ from, to, ports: portsText(ports) }));
}

/** Paths between the pods of the namespace itself: both sides must let them through. */
function inside({ policies, workloads, labels, name }: Namespace, add: Add): void {
  const own = { ...labels, [NAME_LABEL]: name };
  const [into, out] = DIRECTIONS.map(direction => {
    const isolating = policies.filter(policy => policy.rules[direction]);
    return workloads.map(workload => openedFor(isolating, direction, workload.labels));
  }) as [Opened[][], Opened[][]];
  for (const [from, caller] of workloads.entries()) {
    for (const [to, called] of workloads.entries()) {
      const outs = out[from]!.filter(rule => hasPeer(rule, called.labels, own));
      const ins = into[to]!.filter(rule => hasPeer(rule, caller.labels, own));
      const ports = commonPorts(
        outs.flatMap(rule => rule.ports),
        ins.flatMap(rule => rule.ports),
      );
      if (from !== to && ports.length > 0) {
        add(from, to, ports);
      }
    }
  }
}

type Add = (from: PathEnd, to: PathEnd, ports: readonly Ports[]) => void;

/** What policies let the pods with these labels do; everything, if none isolates them. */
function openedFor(isolating: readonly Policy[], direction: Direction, labels: Labels): Opened[] {
  const selecting = isolating.filter(({ pods }) => matches(pods, labels));
  return selecting.length === 0 ? [{ pods: [], peers: undefined, ports: EVERY_PORT }] : rulesOf(selecting, direction);
}

const rulesOf = (policies: readonly Policy[], direction: Direction): Opened[] =>
  policies.flatMap(({ pods, rules }) => (rules[direction] ?? []).map(rule => ({ pods, ...rule })));

const hasPeer = ({ peers }: Opened, labels: Labels, namespace: Labels): boolean =>
  peers === undefined ||
  peers.some(
    peer =>
      peer.kind === 'pods' &&
      (peer.namespaces === undefined || matches(peer.namespaces, namespace)) &&
      matches(peer.pods, labels),
  );

function endsOf({ workloads }: Namespace, pods: LabelSelector): PathEnd[] {
  return pods.length === 0
    ? [EVERY_POD]
    : workloads.flatMap(({ labels }, index) => (matches(pods, labels) ? [index] : []));
}

/** Names of whom a rule means outside of its namespace. */
function othersOf({ peers }: Opened, own: string): string[] {
  if (peers === undefined) {
    return [EVERYONE];
  }
  return peers.flatMap(peer => {
    const reach = reachOf(peer, own, UNPROTECTED);
    if (reach?.kind !== 'pods') {
      return reach?.kind === 'addresses' ? [blockText(reach.block)] : [];
    }
    return (reach.namespaces.names?.filter(name => name !== own) ?? [EVERYONE]).map(name =>
      reach.pods.length > 0 ? `${name} (${selectorText(reach.pods)})` : name,
    );
  });
}
