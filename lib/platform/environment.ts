import type { ClusterNetworkProps } from '../constructs/cluster-network';
import { ClusterNetwork } from '../constructs/cluster-network';
import { IN_CLUSTER } from '../constructs/argo-project';
import type { Guard } from '../constructs/guard';
import type { TeamSubject } from '../constructs/team-access';
import { DNS_LABEL_RULE, isDnsLabel, isHostName } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import type { PinReader } from './read-pins';
import { Team, type TeamProps } from './team';
import type { Unit } from './unit';

export interface EnvironmentProps {
  /**
   * Domain below which routes of this environment have their host names.
   *
   * @default - none, and `environment.domain` is refused
   */
  readonly domain?: string;
  /**
   * API server of the cluster, as Argo CD knows it.
   *
   * @default - the cluster that Argo CD runs in
   */
  readonly server?: string;
  /**
   * What network policies must know about the cluster.
   *
   * @default - DNS by the pods of kube-system; the cluster's own addresses are unknown, so no path to external hosts
   * can be opened
   */
  readonly network?: ClusterNetworkProps;
  /**
   * Rules of its API server about the namespaces of its teams: `Guard.all()`, or some of them.
   *
   * @default - none
   */
  readonly guards?: readonly Guard[];
  /**
   * Who besides Argo CD may do what the guards keep for the platform.
   *
   * @default - nobody
   */
  readonly deployers?: readonly TeamSubject[];
  /**
   * Name of the user as whom Argo CD works in the cluster.
   *
   * @default - the service account `argocd-application-controller` of its own namespace; in another cluster
   * `argocd-manager` of `kube-system`, which `argocd cluster add` makes
   */
  readonly argoCdUser?: string;
}

/** A team as it was declared. */
export interface TeamDeclaration {
  readonly name: string;
  readonly namespace: string;
  readonly repositories: readonly string[];
}

/** One place in which the platform's teams run: `staging`, `production`. */
export class Environment {
  /** API server of the cluster. */
  public readonly server: string;
  /** Rules of that API server about the namespaces of the teams. */
  public readonly guards: readonly Guard[];
  private readonly declared = new Map<string, TeamDeclaration & { readonly unit: Unit }>();

  /** Made by `platform.environments()`. */
  constructor(
    public readonly name: string,
    public readonly props: EnvironmentProps,
    private readonly readPins: PinReader,
  ) {
    if (!isDnsLabel(name)) {
      throw new PlatformError(name, `"${name}" cannot name an environment`, `use ${DNS_LABEL_RULE}`);
    }
    this.server = props.server ?? IN_CLUSTER;
    this.guards = props.guards ?? [];
    if (props.domain !== undefined && !isHostName(props.domain)) {
      throw new PlatformError(
        name,
        `"${props.domain}" is no domain`,
        'write it without scheme and port, for example "ml.example.com"',
      );
    }
    if (!/^https?:\/\/./.test(this.server) || !URL.canParse(this.server)) {
      throw new PlatformError(
        name,
        `server must be a URL, got "${this.server}"`,
        `write that of the API server, for example "${IN_CLUSTER}"`,
      );
    }
  }

  /**
   * Domain below which routes have their host names.
   *
   * @throws PlatformError if the environment was given none
   */
  public get domain(): string {
    if (this.props.domain === undefined) {
      throw new PlatformError(
        this.name,
        'the environment has no domain',
        `give it one: platform.environments({ ${this.name}: { domain: 'ml.example.com' } })`,
      );
    }
    return this.props.domain;
  }

  /** The cluster, however its address was written; environments may share one. */
  public get cluster(): string {
    return new URL(this.server).origin;
  }

  /** What is known of the addresses in the cluster. */
  public get network(): ClusterNetworkProps {
    return this.props.network ?? {};
  }

  /** The teams declared so far. */
  public get teams(): readonly TeamDeclaration[] {
    return [...this.declared.values()];
  }

  /** Their units. */
  public get units(): readonly Unit[] {
    return [...this.declared.values()].map(({ unit }) => unit);
  }

  /**
   * Declares a team.
   *
   * @param declare called at synthesis, with the chart that takes the team's constructs
   * @throws PlatformError if the name is none or taken
   */
  public team(name: string, props: TeamProps, declare: (team: Team) => void = () => undefined): void {
    const { namespace = `${name}-${this.name}`, repositories = [], hosts, ...namespaceProps } = props;
    const place = `${this.name}/${name}`;
    if (!isDnsLabel(name) || !isDnsLabel(namespace)) {
      throw new PlatformError(
        place,
        `"${isDnsLabel(name) ? namespace : name}" cannot name a ${isDnsLabel(name) ? 'namespace' : 'team'}`,
        `use ${DNS_LABEL_RULE}`,
      );
    }
    if (this.declared.has(name)) {
      throw new PlatformError(place, `team "${name}" is declared twice`, 'declare it once in each environment');
    }
    const unit: Unit = {
      name: place,
      folder: this.name,
      domain: this.props.domain?.toLowerCase(),
      cluster: this.cluster,
      define: app => {
        new ClusterNetwork(app, this.props.network);
        const guarded = { guards: this.guards, team: name, hosts };
        const pins = this.readPins(this.name, name);
        const team = new Team(app, name, this, pins, namespace, { ...namespaceProps, guarded });
        refusePromise(team, declare(team));
        return team;
      },
    };
    this.declared.set(name, { name, namespace, repositories, unit });
  }
}

/** TypeScript lets an async function stand for one that returns nothing, but the unit is printed when it returns. */
function refusePromise(team: Team, returned: unknown): void {
  const promise = returned as PromiseLike<unknown> | undefined;
  if (typeof promise?.then === 'function') {
    // Nobody waits for it: if it fails, that must not end the process with a message of its own.
    promise.then(undefined, () => undefined);
    throw new PlatformError(
      team,
      'the callback that declares the team is async, so what it declares after its first await would be lost',
      'make it a plain function, and await what it needs before environment.team()',
    );
  }
}
