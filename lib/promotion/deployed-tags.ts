import type { Done } from './cycle';
import { parseMessage } from './commit-message';
import type { Deployment, DeploymentStatus } from './deployment-status';
import type { GitRepository } from './git-repository';
import type { ModelRegistry } from './model-registry';
import { PinHistory } from './pin-history';
import { unitOf } from './plan';
import { places, type RepositoryState } from './repository-state';
import { registeredName, type RegistryRules } from './rules';
import { placeText, type Place } from './wanted';

/** Tag of a model version that is deployed: the commit, and when that was seen. */
export const deployedTag = (environment: string): string => `mlops.deployed.${environment}`;

/** A version that is pinned, and not known to run yet. */
export interface Outstanding extends Place {
  readonly version: number;
  readonly commit: string;
  readonly deployment?: Deployment;
}

export interface DeployedTagsProps {
  readonly git: GitRepository;
  readonly registry: (rules: RegistryRules) => ModelRegistry;
  readonly status: DeploymentStatus;
  readonly now: () => Date;
}

/** Tags model versions in the registry when what was committed runs. */
export class DeployedTags {
  private outstanding: Map<string, Outstanding> | undefined;

  constructor(private readonly props: DeployedTagsProps) {}

  /**
   * Looks at what was promoted and does not run yet; after a start, that is found in the history.
   *
   * @returns what runs now and was tagged, and what still does not run
   */
  public async observe(
    state: RepositoryState,
    done: readonly Done[],
  ): Promise<{ readonly tagged: readonly Outstanding[]; readonly waiting: readonly Outstanding[] }> {
    const all = (this.outstanding ??= await this.fromHistory(state));
    done
      .filter(({ promotion }) => promotion.change.kind === 'version')
      .forEach(({ promotion: { environment, team, model, version }, commit }) =>
        all.set(placeText({ environment, team, model }), { environment, team, model, version, commit }),
      );
    const tagged: Outstanding[] = [];
    for (const [key, one] of all) {
      if (state.pins.get(unitOf(one))?.models.get(one.model)?.version !== one.version) {
        all.delete(key);
        continue;
      }
      const deployment = await this.props.status.status(one);
      const there = deployment.commit !== undefined && (await this.props.git.contains(one.commit, deployment.commit));
      all.set(key, { ...one, deployment });
      if (deployment.state === 'running' && there) {
        await this.tag(state, one);
        all.delete(key);
        tagged.push({ ...one, deployment });
      }
    }
    return { tagged, waiting: [...all.values()] };
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

  /** The last promotion of each place, if its version is still the pinned one. */
  private async fromHistory(state: RepositoryState): Promise<Map<string, Outstanding>> {
    const history = new PinHistory(this.props.git, state.commit);
    const found = new Map<string, Outstanding>();
    for (const place of places(state)) {
      const pin = state.pins.get(unitOf(place))!.models.get(place.model)!;
      const change = (await history.ofFile(place)).find(({ message }) => parseMessage(message)?.model === place.model);
      if (change && parseMessage(change.message)!.to === pin.version) {
        found.set(placeText(place), { ...place, version: pin.version, commit: change.commit });
      }
    }
    return found;
  }
}
