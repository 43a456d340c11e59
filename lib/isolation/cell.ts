import { isSatisfiable, type LabelSelector, leftOut } from './label-selector';
import type { Direction } from './network-policy';
import { commonPorts, EVERY_PORT, type Ports } from './ports';
import type { RuleRef } from './summary';
import type { Breach, Reached, Verdict } from './verdict';

/** One way through one side of a path: a rule, or the lack of any policy. */
export interface Way {
  readonly namespace: string;
  readonly direction: Direction;
  /** The pods of the namespace that it is for. */
  readonly pods: LabelSelector;
  /** The pods at the other end; none are required if it is a matter of addresses. */
  readonly peers: LabelSelector;
  readonly ports: readonly Ports[];
  /** Undefined if no policy isolates the pods, or none can. */
  readonly rule: RuleRef | undefined;
  readonly breach: Breach;
}

/** The path from the pods of one namespace to those of another. */
export interface Cell {
  readonly from: string;
  readonly to: string;
  /** `open`: both sides let some pod through; `half-open`: one side would. */
  readonly state: 'closed' | 'half-open' | 'open';
  /** What lets pods out of `from`. */
  readonly out: readonly Way[];
  /** What lets pods into `to`. */
  readonly into: readonly Way[];
  /** Two ways that some pair of pods can take together, if it is open. */
  readonly through: readonly [Way, Way] | undefined;
}

/** Looks at the path from one namespace to another. */
export class CellReader {
  private readonly breaches = new Map<string, Breach[]>();

  constructor(private readonly verdict: Verdict) {
    for (const breach of verdict.breaches) {
      const known = this.breaches.get(breach.namespace ?? '');
      if (known) {
        known.push(breach);
      } else {
        this.breaches.set(breach.namespace ?? '', [breach]);
      }
    }
  }

  public cell(from: string, to: string): Cell {
    const out = this.ways(from, 'Egress', to);
    const into = this.ways(to, 'Ingress', from);
    const through = firstPair(out, into);
    const state = through ? 'open' : out.length + into.length > 0 ? 'half-open' : 'closed';
    return { from, to, state, out, into, through };
  }

  /** A cell that a breach opens, an open one if there is; undefined if the breach reaches no namespace of the verdict. */
  public cellOf(breach: Breach): Cell | undefined {
    const { namespace } = breach;
    if (namespace === undefined) {
      return undefined;
    }
    let first: Cell | undefined;
    for (const other of this.otherEnds(breach)) {
      const isOut = breach.kind === 'host network' || directionOf(breach) === 'Egress';
      const cell = isOut ? this.cell(namespace, other) : this.cell(other, namespace);
      if (cell.state === 'open') {
        return cell;
      }
      first ??= cell;
    }
    return first;
  }

  /** The namespaces that a breach reaches; those that have breaches themselves come first. */
  private *otherEnds(breach: Breach): Generator<string> {
    const { namespaces } = this.verdict;
    const isOther = (name: string) => name !== breach.namespace && reaches(breach, name);
    for (const name of this.breaches.keys()) {
      if (namespaces.has(name) && isOther(name)) {
        yield name;
      }
    }
    // Of those that are closed themselves one is as good an example as another.
    for (const name of namespaces.keys()) {
      if (!this.breaches.has(name) && isOther(name)) {
        yield name;
        return;
      }
    }
  }

  private ways(namespace: string, direction: Direction, other: string): Way[] {
    const breaches = [...(this.breaches.get(namespace) ?? []), ...(this.breaches.get('') ?? [])];
    return breaches
      .filter(breach => (directionOf(breach) ?? direction) === direction && reaches(breach, other))
      .flatMap(breach => waysOf(breach, namespace, direction));
  }
}

/** The direction of a breach; undefined if it is both. */
export function directionOf(breach: Breach): Direction | undefined {
  return 'direction' in breach ? breach.direction : undefined;
}

/** Whether a breach lets through what goes to or comes from a namespace. */
export function reaches(breach: Breach, namespace: string): boolean {
  switch (breach.kind) {
    case 'rules':
      return reachesNamespace(breach.reached, namespace);
    case 'remembered':
      return breach.names.includes(namespace);
    default:
      return true;
  }
}

function reachesNamespace(reached: Reached, namespace: string): boolean {
  switch (reached.kind) {
    case 'namespaces':
      return reached.names.includes(namespace);
    case 'every namespace':
      return !reached.except.includes(namespace);
    case 'addresses':
      return reached.ranges.some(({ of }) => of === 'pods' || of === 'services');
    case 'unknown addresses':
      return true;
  }
}

function waysOf(breach: Breach, namespace: string, direction: Direction): Way[] {
  const open = { namespace, direction, pods: [], peers: [], ports: EVERY_PORT, rule: undefined, breach };
  if (breach.kind === 'no policy') {
    return [{ ...open, pods: breach.pods }];
  }
  if (breach.kind !== 'rules') {
    return [open];
  }
  const { reach, ports, rules } = breach.opening;
  const peers = reach.kind === 'pods' ? reach.pods : [];
  return rules.map(rule => ({ ...open, pods: rule.pods, peers, ports, rule }));
}

function firstPair(out: readonly Way[], into: readonly Way[]): readonly [Way, Way] | undefined {
  for (const one of out) {
    const other = into.find(
      way => isTaken(one, way.peers) && isTaken(way, one.peers) && commonPorts(one.ports, way.ports).length > 0,
    );
    if (other) {
      return [one, other];
    }
  }
  return undefined;
}

/** Whether some pod with such labels can go that way. */
function isTaken({ breach, pods }: Way, labels: LabelSelector): boolean {
  return breach.kind === 'no policy'
    ? leftOut(breach.isolated, labels) !== undefined
    : isSatisfiable([...pods, ...labels]);
}
