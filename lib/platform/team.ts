import { Chart, type App } from 'cdk8s';
import type { ServedModel } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import { servedModel, type Pins } from '../core/pins';
import { TeamNamespace, type TeamNamespaceProps } from '../constructs/team-namespace';
import type { Environment } from './environment';

export interface TeamProps extends Omit<TeamNamespaceProps, 'name' | 'guarded'> {
  /**
   * Name of the team's namespace.
   *
   * @default - `<team>-<environment>`, so that environments can share a cluster
   */
  readonly namespace?: string;
  /**
   * Git repositories from which the team itself may deploy with Argo CD, besides what the platform deploys for it.
   *
   * @default - none, and no Argo project
   */
  readonly repositories?: readonly string[];
  /**
   * Hosts that the team's own routes may have besides those declared here, where `Guard.hosts()` guards them.
   *
   * @default - none
   */
  readonly hosts?: readonly string[];
}

/** A team in one environment: the chart into which its stores, servers and endpoints go. */
export class Team extends Chart {
  /** Name of the team. */
  public readonly name: string;
  public readonly teamNamespace: TeamNamespace;
  private readonly asked = new Set<string>();

  /** Made by `environment.team()`. */
  constructor(
    app: App,
    name: string,
    public readonly environment: Environment,
    private readonly pins: Pins,
    namespace: string,
    props: Omit<TeamNamespaceProps, 'name'>,
  ) {
    super(app, name, {
      namespace,
      labels: { 'app.kubernetes.io/part-of': name, 'app.kubernetes.io/managed-by': 'cdk8s-mlops' },
    });
    this.name = name;
    this.teamNamespace = new TeamNamespace(this, 'namespace', props);
    this.node.addValidation({ validate: () => this.unusedPins() });
  }

  /**
   * The version of a model that is pinned for this team in this environment, with those beside it.
   *
   * @throws PlatformError if there is no pin
   */
  public pinned(model: string): ServedModel {
    this.asked.add(model);
    const pin = this.pins.models.get(model);
    if (pin === undefined) {
      const known = [...this.pins.models.keys()];
      throw new PlatformError(
        this,
        `model "${model}" has no pin in ${this.pins.file}${known.length > 0 ? `, which pins ${known.join(', ')}` : ''}`,
        `add it there:\n  models:\n    ${model}:\n      version: 1`,
      );
    }
    return servedModel(pin);
  }

  /** Whether a model is pinned here; for models that come with `mlops deploy` and go with `mlops delete`. */
  public isPinned(model: string): boolean {
    return this.pins.models.has(model);
  }

  private unusedPins(): string[] {
    return [...this.pins.models.values()]
      .filter(pin => !this.asked.has(pin.name))
      .map(
        pin =>
          `${this.pins.file}:${pin.line} pins model "${pin.name}", which nobody declares; remove the pin, or serve team.pinned('${pin.name}')`,
      );
  }
}
