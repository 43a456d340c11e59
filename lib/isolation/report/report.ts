import { assumptionText } from '../assumption-text';
import { CellReader, directionOf } from '../cell';
import type { Change } from '../change';
import { ruleText } from '../change';
import type { Namespace } from '../cluster';
import { type Finding, findings, problem, refusal } from '../finding';
import { selectorText } from '../label-selector';
import type { Direction } from '../network-policy';
import { portsText } from '../ports';
import type { Assumption, Breach, Verdict } from '../verdict';
import { type Path, pathsOf } from './paths';

/** Who owns a namespace, and in which environment, as far as that is declared. */
export interface Owner {
  readonly team: string;
  readonly environment?: string;
}

/** What is known of one cluster. */
export interface ProvenCluster {
  /** Undefined if there is but one, without a name. */
  readonly name?: string;
  readonly declared: readonly Namespace[];
  readonly verdict: Verdict;
  readonly ownerOf: (namespace: string) => Owner;
}

export interface ReportedNamespace extends Owner {
  readonly name: string;
  readonly workloads: readonly { readonly name: string; readonly source: string }[];
  /** The policies that isolate every pod. */
  readonly closedBy: Readonly<Record<Direction, readonly string[]>>;
  /** What its pods may call and be called by: each other, and whoever is elsewhere. */
  readonly paths: readonly Path[];
}

/** One mistake: a rule, or the lack of one. */
export interface ReportedFinding {
  /** File and line, or path of the construct. */
  readonly where: string;
  readonly problem: string;
  /** The smallest change that closes it. */
  readonly remedy: string;
  /** The whole of it, as a synthesis would print it. */
  readonly message: string;
  /** Undefined for what concerns all namespaces. */
  readonly namespace?: string;
  /** Undefined for both. */
  readonly direction?: Direction;
  /** The namespaces at the other end: these alone, or all but some. */
  readonly reaches: { readonly only: readonly string[] } | { readonly allBut: readonly string[] };
  readonly rule?: {
    readonly policy: string;
    readonly path: string;
    readonly pods: string;
    readonly peers: string;
    readonly ports: string;
  };
  /** The change as a JSON patch of a policy, or a policy to add. */
  readonly edit?: Change['edit'];
}

export interface ReportedCluster {
  readonly name?: string;
  readonly namespaces: readonly ReportedNamespace[];
  /** A row for each namespace that calls, a character for each one that is called: see `CELLS`. */
  readonly matrix: readonly string[];
  readonly findings: readonly ReportedFinding[];
  readonly assumptions: readonly (Assumption & { readonly text: string })[];
}

/** What was proven, for people who would rather look than read, and for programs. */
export interface IsolationReport {
  readonly format: 1;
  readonly isolated: boolean;
  readonly counts: {
    readonly namespaces: number;
    readonly workloads: number;
    readonly open: number;
    readonly halfOpen: number;
    readonly findings: number;
  };
  readonly cells: typeof CELLS;
  readonly clusters: readonly ReportedCluster[];
  readonly premises: readonly string[];
}

/** Characters of the matrix. */
export const CELLS = { closed: '.', 'half-open': 'h', open: 'o', itself: '=' } as const;

/** What no manifest says, and any proof from manifests takes as given. */
export const PREMISES = [
  'The network plugin of the cluster enforces NetworkPolicy for TCP, UDP and SCTP, in both directions.',
  'The cluster runs what was read here: nobody changes its policies by hand, and nothing else declares pods for a team.',
  'Nodes reach the pods that run on them, so whoever controls a node controls its pods.',
  'Pods that are not declared here do not use the network of their node, where no policy applies.',
  'Services, routes and proxies do not lead from one team to another on behalf of the caller.',
] as const;

/** Puts together what was proven of all clusters. */
export function reportOf(clusters: readonly ProvenCluster[]): IsolationReport {
  const reported = clusters.map(clusterOf);
  const count = (state: keyof typeof CELLS) =>
    reported.reduce((sum, { matrix }) => sum + matrix.join('').split(CELLS[state]).length - 1, 0);
  const namespaces = reported.flatMap(cluster => cluster.namespaces);
  const all = reported.flatMap(cluster => cluster.findings);
  return {
    format: 1,
    isolated: all.length === 0,
    counts: {
      namespaces: namespaces.length,
      workloads: namespaces.reduce((sum, { workloads }) => sum + workloads.length, 0),
      open: count('open'),
      halfOpen: count('half-open'),
      findings: all.length,
    },
    cells: CELLS,
    clusters: reported,
    premises: PREMISES,
  };
}

function clusterOf({ name, declared, verdict, ownerOf }: ProvenCluster): ReportedCluster {
  const known = new Map(declared.map(namespace => [namespace.name, namespace]));
  const names = [...verdict.namespaces.keys()].sort();
  return {
    name,
    namespaces: names.map(one => namespaceOf(one, verdict, known.get(one), ownerOf(one))),
    matrix: matrixOf(verdict, names),
    findings: [...findings(verdict)].map(finding => findingOf(finding, verdict)),
    assumptions: verdict.assumptions.map(assumption => ({ ...assumption, text: assumptionText(assumption) })),
  };
}

function namespaceOf(name: string, verdict: Verdict, declared: Namespace | undefined, owner: Owner): ReportedNamespace {
  const { closings, workloads } = verdict.namespaces.get(name)!;
  const closedBy = (direction: Direction) =>
    closings.filter(({ directions }) => directions.includes(direction)).map(({ policy }) => policy);
  return {
    name,
    ...owner,
    workloads: workloads.map(one => ({ name: one.name, source: one.source })),
    closedBy: { Ingress: closedBy('Ingress'), Egress: closedBy('Egress') },
    paths: declared ? pathsOf(declared) : [],
  };
}

/** Row by row; a namespace without a breach at either end needs no second look. */
function matrixOf(verdict: Verdict, names: readonly string[]): string[] {
  const cells = new CellReader(verdict);
  const isEverywhere = verdict.breaches.some(({ namespace }) => namespace === undefined);
  const open = new Set(verdict.breaches.map(({ namespace }) => namespace));
  const state = (from: string, to: string) =>
    isEverywhere || open.has(from) || open.has(to) ? cells.cell(from, to).state : 'closed';
  return names.map(from => names.map(to => CELLS[from === to ? 'itself' : state(from, to)]).join(''));
}

function findingOf(finding: Finding, verdict: Verdict): ReportedFinding {
  const { breach, rule, change } = finding;
  const { where, message } = refusal(finding, verdict);
  return {
    where,
    problem: problem(finding, verdict),
    remedy: change.text,
    message,
    namespace: breach.namespace,
    direction: directionOf(breach),
    reaches: reachesOf(breach),
    ...(rule &&
      breach.kind === 'rules' && {
        rule: {
          policy: rule.policy,
          path: ruleText(breach.direction, rule),
          pods: selectorText(rule.pods),
          peers: breach.opening.reach.kind === 'pods' ? selectorText(breach.opening.reach.pods) : '',
          ports: portsText(breach.opening.ports),
        },
      }),
    edit: change.edit,
  };
}

function reachesOf(breach: Breach): ReportedFinding['reaches'] {
  if (breach.kind === 'remembered') {
    return { only: breach.names };
  }
  if (breach.kind !== 'rules') {
    return { allBut: [] };
  }
  const { reached } = breach;
  switch (reached.kind) {
    case 'namespaces':
      return { only: reached.names };
    case 'every namespace':
      return { allBut: reached.except };
    case 'addresses':
      return reached.ranges.some(({ of }) => of === 'pods' || of === 'services') ? { allBut: [] } : { only: [] };
    case 'unknown addresses':
      return { allBut: [] };
  }
}

/** The namespaces of several units or files, each with all that is declared in it. */
export function joined(namespaces: Iterable<Namespace>): Namespace[] {
  const known = new Map<string, Namespace>();
  for (const { name, labels, policies, workloads } of namespaces) {
    const one = known.get(name) ?? { name, policies: [], workloads: [] };
    one.labels = labels ?? one.labels;
    one.policies.push(...policies);
    one.workloads.push(...workloads);
    known.set(name, one);
  }
  return [...known.values()];
}
