import type { Applications } from '../../argocd/applications';
import type { Mlflow } from '../../judges/promotion/mlflow';
import type { SharedRepository } from '../../promotion/shared-repository';
import type { Checks } from '../checks';
import type { Kubectl } from '../kubectl';
import type { Command } from './command';

/** What every chapter works with. */
export interface Story {
  readonly kubectl: Kubectl;
  readonly checks: Checks;
  readonly applications: Applications;
  readonly mlflow: Mlflow;
  readonly repository: SharedRepository;
  readonly mlops: Command;
  /** What a caller with a key gets from the model of an environment. */
  readonly answer: (environment: string) => Promise<string>;
}

export const APPLICATION = 'production-fraud';
export const PIN = 'environments/production/fraud.yaml';
export const MANIFEST = 'dist/production/fraud.k8s.yaml';
