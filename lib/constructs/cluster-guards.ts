import { Construct } from 'constructs';
import { PlatformError } from '../core/platform-error';
import { Deployers, type DeployersProps } from './deployers';
import type { Guard, GuardedTeam } from './guard';
import { objectName } from './object-name';

export interface ClusterGuardsProps extends DeployersProps {
  /** The namespaces that are guarded, with the team of each. */
  readonly teams: readonly GuardedTeam[];
  /**
   * Namespaces of other teams in the cluster, which guards of their own protect.
   *
   * @default - none
   */
  readonly others?: readonly GuardedTeam[];
  /** What is guarded. */
  readonly guards: readonly Guard[];
}

/**
 * Rules for a whole cluster about the namespaces of teams. Its objects are in no namespace.
 *
 * Some of them read what `TeamNamespace` writes on the Namespace if it gets the same guards.
 */
export class ClusterGuards extends Construct {
  /** Name that those of its objects begin with. */
  public readonly name: string;

  constructor(scope: Construct, id: string, { teams, others = [], guards, ...who }: ClusterGuardsProps) {
    super(scope, id);
    this.name = objectName(this);
    if (teams.length === 0 || guards.length === 0) {
      throw new PlatformError(
        this,
        teams.length === 0 ? 'no team is guarded' : 'nothing is guarded',
        teams.length === 0 ? 'name the namespaces of the teams' : 'name guards, for example Guard.all()',
      );
    }
    const twice = guards.find(({ name }, index) => guards.findIndex(other => other.name === name) !== index);
    if (twice !== undefined) {
      throw new PlatformError(this, `Guard.${twice.name}() is there twice`, 'leave one of them out');
    }
    const applications = [...teams, ...others].flatMap(({ namespace, application }) =>
      application === undefined ? [] : [[namespace, application] as const],
    );
    const deployers = new Deployers(this, who, Object.fromEntries(applications));
    guards.forEach(guard => guard.define(this, { teams, guards, deployers }));
  }
}
