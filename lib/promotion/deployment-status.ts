import type { Place } from './wanted';

/** How a commit does where it is deployed to. */
export interface Deployment {
  /** Whether everything of it runs; failed if it will not without help. */
  readonly state: 'running' | 'waiting' | 'failed';
  /** The commit that is deployed. */
  readonly commit?: string;
  readonly message: string;
}

/** Whoever deploys what is committed: Argo CD. */
export interface DeploymentStatus {
  /** @throws ServiceError if it cannot be asked */
  status(place: Place): Promise<Deployment>;
}
