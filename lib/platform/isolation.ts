import { ApiObject, type App, Chart } from 'cdk8s';
import { PlatformError } from '../core/platform-error';
import { RESERVED_PREFIX } from '../core/reserved-names';
import { type Cluster, isPassedOver, readCluster, type SourcedObject } from '../isolation/cluster';
import { ClusterAddresses } from '../isolation/cluster-addresses';
import { findings, refusal } from '../isolation/finding';
import { IsolationProof } from '../isolation/proof';
import type { Assumption, ProvenNamespace, Verdict } from '../isolation/verdict';
import type { Environment } from './environment';
import type { Proofs } from './read-proofs';
import type { Unit } from './unit';

export interface IsolationProps {
  /**
   * Namespaces that teams may reach, and be reached from, though the platform declares them too: whoever runs there
   * must tell teams apart itself. Namespaces that the platform does not declare need not be named.
   *
   * @default - none
   */
  readonly mediators?: readonly string[];
}

/** What a synthesis proved about the teams' networks. */
export interface IsolationSummary {
  /** Number of namespaces of which no pod can reach another one's. */
  readonly proven: number;
  /** Number of other units that were not built, and of which counts what was last proven. */
  readonly remembered: number;
  /** Units that were not built, and of which nothing was ever proven. */
  readonly unknown: readonly string[];
  /** What must hold besides: at the other ends of the paths that teams have. */
  readonly assumptions: readonly Assumption[];
}

/** Most mistakes that are told one by one; a mistake in a construct of one's own is one in each team. */
const TOLD = 10;

/** Proves, cluster by cluster, that the teams of a platform are isolated from each other. */
export class Isolation {
  private readonly proofs = new Map<string, IsolationProof>();
  private readonly objects = new Map<string, Map<string, string>>();
  private readonly proven = new Map<string, readonly ProvenNamespace[]>();
  private remembered = 0;
  private unknown: string[] = [];
  private known: ReadonlyMap<string, Verdict> | undefined;

  constructor(
    private readonly environments: readonly Environment[],
    private readonly props: IsolationProps = {},
  ) {}

  /**
   * Adds what a unit declares.
   *
   * @returns what concerns paths among it; undefined if the unit is for no cluster of a team's
   * @throws PlatformErrors on policies that the API server would refuse
   */
  public add(unit: Unit, app: App, objects: readonly object[]): Cluster | undefined {
    if (unit.cluster === undefined) {
      return undefined;
    }
    // Argo CD puts what names no namespace into the team's.
    const namespace = app.node.children.find(Chart.isChart)?.namespace;
    const declared = this.objects.get(unit.cluster) ?? new Map<string, string>();
    this.objects.set(unit.cluster, declared);
    // Of a namespace with two teams, one mistake is told already: not each object too.
    const isContested = namespace !== undefined && this.teamsOf(unit.cluster, namespace) > 1;
    const read = readCluster(sourcedObjects(unit, app, objects), namespace, isContested ? new Map() : declared);
    this.proven.set(unit.name, this.proof(unit.cluster).add(read));
    return read;
  }

  /** Takes units that are not built for what they were last proven to be. */
  public remember(proofs: Proofs, units: readonly Unit[]): void {
    for (const { name, cluster } of units.filter(unit => unit.cluster !== undefined)) {
      const known = proofs.get(name);
      known?.forEach(namespace => this.proof(cluster!).remember(namespace));
      this.remembered += known ? 1 : 0;
      this.unknown.push(...(known ? [] : [name]));
    }
  }

  /** What to remember of the units that were added. */
  public get proofsOfUnits(): Proofs {
    return this.proven;
  }

  public get summary(): IsolationSummary {
    const proven = new Set([...this.proven].flatMap(([unit, all]) => all.map(({ name }) => `${unit} ${name}`))).size;
    const assumptions = [...this.verdicts.values()].flatMap(verdict => verdict.assumptions);
    return { proven, remembered: this.remembered, unknown: this.unknown, assumptions };
  }

  /** What breaks the isolation of a team. */
  public get mistakes(): PlatformError[] {
    return [...this.verdicts.values()].flatMap(told);
  }

  /** What is proven of each cluster, by its name; nothing can be added any more. */
  public get verdicts(): ReadonlyMap<string, Verdict> {
    this.known ??= new Map([...this.proofs].map(([cluster, proof]) => [cluster, proof.verdict()]));
    return this.known;
  }

  private teamsOf(cluster: string, namespace: string): number {
    const teams = this.environments.filter(environment => environment.cluster === cluster).flatMap(one => one.teams);
    return teams.filter(team => team.namespace === namespace).length;
  }

  private proof(cluster: string): IsolationProof {
    const known = this.proofs.get(cluster);
    if (known) {
      return known;
    }
    const environments = this.environments.filter(environment => environment.cluster === cluster);
    const all = (of: 'pods' | 'services' | 'nodes') => environments.flatMap(({ network }) => network[of] ?? []);
    const isGuarded = environments.some(({ guards }) => guards.some(({ name }) => name === 'namespaces'));
    const proof = new IsolationProof({
      isProtected: isGuarded ? key => key.startsWith(RESERVED_PREFIX) : undefined,
      addresses: new ClusterAddresses({
        pods: all('pods'),
        services: all('services'),
        nodes: all('nodes'),
        nodeLocalDns: environments.flatMap(({ network }) => network.nodeLocalDns ?? []),
      }),
      mediators: this.props.mediators,
      namespaces: environments.flatMap(({ teams }) => teams.map(({ namespace }) => namespace)),
    });
    this.proofs.set(cluster, proof);
    return proof;
  }
}

/** Objects with the paths of the constructs that define them, which come in the same order unless some depend on others. */
function* sourcedObjects(unit: Unit, app: App, objects: readonly object[]): Generator<SourcedObject> {
  const constructs = app.node.findAll().filter(ApiObject.isApiObject);
  for (const [index, object] of objects.entries()) {
    if (isPassedOver(object)) {
      continue;
    }
    const { kind, metadata } = object as { kind?: string; metadata?: { name?: string; namespace?: string } };
    const isOf = (one: ApiObject | undefined) =>
      one?.name === metadata?.name &&
      one?.kind === kind &&
      (metadata?.namespace === undefined || one?.metadata.namespace === metadata.namespace);
    const construct = isOf(constructs[index]) ? constructs[index] : constructs.find(isOf);
    yield { object, source: construct ? `${unit.folder}/${construct.node.path}` : unit.name };
  }
}

function told(verdict: Verdict): PlatformError[] {
  const errors: PlatformError[] = [];
  let more = 0;
  for (const finding of findings(verdict)) {
    if (errors.length < TOLD) {
      errors.push(refusal(finding, verdict));
    } else {
      more++;
    }
  }
  return more === 0
    ? errors
    : [...errors, new PlatformError('Platform', `${more} more rules open a team's network`, 'mend those above first')];
}
