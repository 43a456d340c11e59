import type { Deployment, DeploymentStatus } from './deployment-status';
import type { GitRepository } from './git-repository';
import type { ModelRegistry } from './model-registry';
import { PinHistory } from './pin-history';
import { unitOf } from './plan';
import { places, type RepositoryState } from './repository-state';
import { registeredName, ruleFor, type RegistryRules } from './rules';
import { ServiceError } from './service-error';
import { placeText, type Place } from './wanted';

/** Tag of a model version that is deployed: the commit, and when that was seen. */
export const deployedTag = (environment: string): string => `mlops.deployed.${environment}`;

/** A version that is pinned, and not known to run yet. */
export interface Outstanding extends Place {
  readonly version: number;
  readonly commit: string;
  readonly deployment?: Deployment;
}

export interface Observed {
  readonly tagged: readonly Outstanding[];
  readonly waiting: readonly Outstanding[];
  /** A registry or a cluster that did not answer holds nobody else up. */
  readonly failures: readonly ServiceError[];
}

export interface DeployedTagsProps {
  readonly git: GitRepository;
  readonly registry: (rules: RegistryRules) => ModelRegistry;
  readonly status: DeploymentStatus;
  readonly now: () => Date;
}

/** Tags model versions in the registry when what was committed runs. */
export class DeployedTags {
  private readonly outstanding = new Map<string, Outstanding>();
  /** What was pinned where at the last look. */
  private readonly seen = new Map<string, number>();

  constructor(private readonly props: DeployedTagsProps) {}

  /**
   * Looks at what was promoted or taken back since the last look, by whomever, and at what did not run yet. After a start
   * that is found in the history.
   *
   * @returns what runs now and was tagged, what still does not run, and why something is not known
   */
  public async observe(state: RepositoryState): Promise<Observed> {
    await this.note(state);
    const tagged: Outstanding[] = [];
    const failures: ServiceError[] = [];
    for (const [key, one] of this.outstanding) {
      const rule = ruleFor(state.rules, one.environment, one.team, one.model);
      if (!rule || state.pins.get(unitOf(one))?.models.get(one.model)?.version !== one.version) {
        this.outstanding.delete(key);
        continue;
      }
      try {
        const deployment = await this.props.status.status(one, rule);
        this.outstanding.set(key, { ...one, deployment });
        if (await this.runs(one, deployment)) {
          await this.tag(state, one);
          this.outstanding.delete(key);
          tagged.push({ ...one, deployment });
        }
      } catch (error) {
        if (!(error instanceof ServiceError)) {
          throw error;
        }
        failures.push(error);
      }
    }
    return { tagged, waiting: [...this.outstanding.values()], failures };
  }

  private async runs({ commit, version }: Outstanding, deployment: Deployment): Promise<boolean> {
    return (
      deployment.state === 'running' &&
      (deployment.version === version ||
        (deployment.commit !== undefined && (await this.props.git.contains(commit, deployment.commit))))
    );
  }

  private async tag(
    { rules }: RepositoryState,
    { environment, team, model, version, commit }: Outstanding,
  ): Promise<void> {
    const registry = this.props.registry(rules.teams.get(team)!.registry);
    const name = registeredName(rules, team, model);
    const known = (await registry.version(name, version, false))?.tags.get(deployedTag(environment));
    if (!known?.startsWith(commit)) {
      await registry.tag(name, version, deployedTag(environment), `${commit} ${this.props.now().toISOString()}`);
    }
  }

  /** Notes each place that has another version now, if anything was ever promoted there. */
  private async note(state: RepositoryState): Promise<void> {
    const history = new PinHistory(this.props.git, state.commit);
    for (const place of places(state)) {
      const key = placeText(place);
      const { version } = state.pins.get(unitOf(place))!.models.get(place.model)!;
      if (this.seen.get(key) === version) {
        continue;
      }
      const commit = await pinnedBy(history, place, version);
      if (commit !== undefined) {
        this.outstanding.set(key, { ...place, version, commit });
      }
      this.seen.set(key, version);
    }
  }
}

/** The commit that pinned a version; undefined if nothing was ever promoted there. */
async function pinnedBy(history: PinHistory, place: Place, version: number): Promise<string | undefined> {
  const [promoted] = await history.promotions(place);
  if (promoted === undefined || promoted.to === version) {
    return promoted?.commit;
  }
  // A person took it back, or pinned another one.
  let commit: string | undefined;
  for await (const change of history.ofPin(place)) {
    if (change.pin?.version !== version) {
      break;
    }
    commit = change.commit;
  }
  return commit;
}
