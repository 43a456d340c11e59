import type { Construct } from 'constructs';
import { celEntry, celMap, celText } from '../core/cel';
import { PlatformError } from '../core/platform-error';
import type { TeamSubject } from './team-access';

/** What Argo CD writes on all that an application deploys, whatever stands there in Git. */
const TRACKING = 'argocd.argoproj.io/tracking-id';

/** Applications with which Argo CD deploys what the platform made, by namespace. */
type Applications = Readonly<Record<string, string>>;

/** Who deploys for the platform. */
export interface DeployersProps {
  /**
   * People, groups and service accounts (`{ user: 'system:serviceaccount:flux:deployer' }`) that may do everything.
   *
   * @default - none
   */
  readonly deployers?: readonly TeamSubject[];
  /**
   * Name of the user as whom Argo CD works. It deploys for the teams too, so it may do everything only with what the
   * applications of the platform track; Argo CD must track by annotation, as it does since 3.0.
   *
   * @default - none
   */
  readonly argoCd?: string;
}

/** How rules of the API server tell who asks. */
export class Deployers {
  private readonly users: readonly string[];
  private readonly groups: readonly string[];
  private readonly argoCd: string | undefined;

  /** @throws PlatformError if nobody may deploy, or everybody may */
  constructor(
    scope: Construct,
    { deployers = [], argoCd }: DeployersProps,
    private readonly applications: Applications,
  ) {
    const all = deployers.map(subject => (typeof subject === 'string' ? { group: subject } : subject));
    this.users = all.flatMap(subject => ('user' in subject ? [subject.user] : []));
    this.groups = all.flatMap(subject => ('group' in subject ? [subject.group] : []));
    this.argoCd = argoCd;
    if (all.length === 0 && argoCd === undefined) {
      throw new PlatformError(
        scope,
        'nobody may deploy, so the guards would refuse the platform itself',
        'name deployers, or the user as whom Argo CD works',
      );
    }
    const everybody = /^system:(authenticated|unauthenticated|serviceaccounts|anonymous)/;
    const open = [...this.users, ...this.groups, ...(argoCd === undefined ? [] : [argoCd])].find(
      name => name.trim() === '' || everybody.test(name),
    );
    if (open !== undefined) {
      throw new PlatformError(
        scope,
        `"${open}" cannot be a deployer: that would be everybody`,
        'name a person, a group of the identity provider or one service account',
      );
    }
  }

  /** Condition: nobody of those who may do everything asks. */
  public get others(): string {
    return `!(${this.isAnyOf(this.users, this.groups)})`;
  }

  /**
   * Variable `tracked`: Argo CD asks, for the application with which the platform deploys into the namespace.
   *
   * @param object expression for the object that says which application it is from
   * @param namespace expression for the name of its namespace
   */
  public tracked(object: string, namespace: string): Record<string, string> {
    if (this.argoCd === undefined) {
      return { tracked: 'false' };
    }
    const isFrom = `${celEntry(object, 'annotations', TRACKING)}.startsWith(variables.application + ":")`;
    return {
      application: `${celMap(this.applications)}[?${namespace}].orValue("")`,
      tracked: `request.userInfo.username == ${celText(this.argoCd)} && variables.application != "" && ${isFrom}`,
    };
  }

  private isAnyOf(users: readonly string[], groups: readonly string[]): string {
    return (
      `request.userInfo.username in ${celText(users)} || ` +
      `request.userInfo.?groups.orValue([]).exists(group, group in ${celText(groups)})`
    );
  }
}
