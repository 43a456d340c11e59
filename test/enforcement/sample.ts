import { CellReader } from '../../lib/isolation/cell';
import { ClusterAddresses } from '../../lib/isolation/cluster-addresses';
import { IsolationProof } from '../../lib/isolation/proof';
import type { Verdict } from '../../lib/isolation/verdict';
import { type Mutant, mutantsOf } from '../isolation/mutants';
import { TEAMS } from './actors';
import { type Cell, isForbidden, isOpen, policiesOf, readObjects } from './cells';
import { ADDRESSES } from './platform';

/** A mutant with what the proof says of it. */
export interface Judged {
  readonly mutant: Mutant;
  /** The namespaces whose policies it changes. */
  readonly namespaces: readonly string[];
  readonly verdict: Verdict;
}

/** Mistakes that only together open a path between two teams: one at each end. */
const BOTH_ENDS: readonly (readonly [string, string])[] = [
  ['fraud-staging/allow-dns: add 0.0.0.0/0 in egress[0]', 'search-staging/default-deny: delete the policy'],
  [
    'fraud-staging/allow-dns: widen to namespaceSelector {} in egress[0].to[0]',
    'pricing-staging/default-deny: remove Ingress from policyTypes',
  ],
  [
    'fraud-staging/trainer: widen to namespaceSelector {} in egress[1].to[0]',
    'credit-staging/mlflow: add 0.0.0.0/0 in ingress[0]',
  ],
  [
    'search-staging/store-buckets: widen to namespaceSelector {} in egress[1].to[0]',
    'credit-staging/store: widen to namespaceSelector {} in ingress[0].from[0]',
  ],
];

export function verdictOf(objects: readonly any[]): Verdict {
  const proof = new IsolationProof({ addresses: new ClusterAddresses(ADDRESSES) });
  proof.add(readObjects(objects));
  return proof.verdict();
}

/**
 * Of each kind of mistake one that lets packets through to a stranger, if there is one, and one that does no harm; and
 * pairs of mistakes that open a path between teams.
 */
export function sampleOf(objects: readonly any[], cells: readonly Cell[]): Judged[] {
  const forbidden = cells.filter(isForbidden);
  const mutants = [...mutantsOf(objects)];
  const kinds = new Map<string, Mutant[]>();
  for (const mutant of mutants) {
    const kind = mutant.name.replace(/^.*?: /, '').replace(/\[\d+\]/g, '');
    const known = kinds.get(kind);
    if (known) {
      known.push(mutant);
    } else {
      kinds.set(kind, [mutant]);
    }
  }
  const singles = [...kinds.values()].flatMap((all, index) => {
    // Not always the first team's.
    const turned = [...all.slice((index * 7) % all.length), ...all.slice(0, (index * 7) % all.length)];
    const judged = turned.map(mutant => judgedOf(mutant, mutant.namespace));
    const caught = judged.filter(({ verdict }) => verdict.breaches.length > 0);
    const opens = ({ mutant }: Judged) => {
      const policies = policiesOf(mutant.objects);
      return forbidden.some(cell => isOpen(policies, cell));
    };
    const harmless = judged.find(({ verdict }) => verdict.breaches.length === 0);
    return [caught.find(opens) ?? caught[0], harmless].filter(one => one !== undefined);
  });
  return [...singles, ...BOTH_ENDS.map(([one, other]) => both(objects, one, other))];
}

/** The two directions between teams that the proof takes for open, as `fraud-staging search-staging`. */
export function openPaths(verdict: Verdict): Set<string> {
  const reader = new CellReader(verdict);
  const pairs = TEAMS.flatMap(from => TEAMS.filter(to => to !== from).map(to => ({ from, to })));
  return new Set(
    pairs.filter(({ from, to }) => reader.cell(from, to).state === 'open').map(({ from, to }) => `${from} ${to}`),
  );
}

function both(objects: readonly any[], one: string, other: string): Judged {
  const first = named(objects, one);
  const second = named(first.objects, other);
  return judgedOf({ ...second, name: `${one}, and ${other}` }, first.namespace, second.namespace);
}

function judgedOf(mutant: Mutant, ...namespaces: readonly string[]): Judged {
  return { mutant, namespaces, verdict: verdictOf(mutant.objects) };
}

function named(objects: readonly any[], name: string): Mutant {
  for (const mutant of mutantsOf(objects)) {
    if (mutant.name === name) {
      return mutant;
    }
  }
  throw new Error(`the platform has no mutant "${name}"`);
}
