import type { Rule } from './rules';
import type { Place } from './wanted';

/** How what is deployed for a place is doing. */
export interface Deployment {
  /** Whether everything of it runs; failed if it will not without help. */
  readonly state: 'running' | 'waiting' | 'failed';
  /** The commit that is deployed, from whoever knows it. */
  readonly commit?: string;
  /** The version of the model that is deployed, from whoever sees that and no commit. */
  readonly version?: number;
  /** One line for people. */
  readonly message: string;
}

/** Whoever knows what is deployed, and how it is doing: Argo CD, or the cluster. */
export interface DeploymentStatus {
  /**
   * @param rule what counts for the model there
   * @throws ServiceError if it cannot be asked
   */
  status(place: Place, rule: Rule): Promise<Deployment>;
}
