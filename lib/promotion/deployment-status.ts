import type { Rule } from './rules';
import type { Place } from './wanted';

/** How that does which is deployed for a place. */
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

/** Whoever knows how deployments do: Argo CD, or the cluster. */
export interface DeploymentStatus {
  /**
   * @param rule what counts for the model there
   * @throws ServiceError if it cannot be asked
   */
  status(place: Place, rule: Rule): Promise<Deployment>;
}
