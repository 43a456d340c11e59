import type { Closed } from './gates';
import type { GitRepository } from './git-repository';
import type { ModelRegistry } from './model-registry';
import type { Plan, Promotion } from './plan';
import type { Proposal } from './proposal';
import type { RepositoryState } from './repository-state';
import type { RegistryRules } from './rules';
import type { Place, Wanted } from './wanted';

/** The world around a cycle. */
export interface Surroundings {
  readonly git: GitRepository;
  readonly registry: (rules: RegistryRules) => ModelRegistry;
  /** Writes the manifest of a unit in a folder with the files of a commit. */
  readonly synthesize: (folder: string, unit: string) => Promise<void>;
  /** Asks Prometheus; undefined if it has no answer. */
  readonly measure?: (query: string) => Promise<number | undefined>;
  /** Puts promotions on branches of their own, for people to merge, instead of on the branch. */
  readonly propose?: boolean;
  /** Told of each promotion once it is on the branch, or proposed: what fails afterwards does not take it back. */
  readonly pushed?: (done: Done) => void;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** A promotion that is on the branch, or proposed. */
export interface Done {
  readonly promotion: Promotion;
  readonly commit: string;
  readonly proposal?: Proposal;
}

/** What a cycle saw and did. */
export interface Outcome {
  readonly state: RepositoryState;
  readonly wanted: readonly Wanted[];
  /** What was to be done when it looked; after the cycle, what is left. */
  readonly plan: Plan;
  readonly done: readonly Done[];
}

/** What registries did not answer, so that of some wanted versions nothing is known. */
export const unanswered = ({ plan }: Pick<Outcome, 'plan'>): Closed[] =>
  plan.held.flatMap(({ reasons }) => reasons.filter(({ gate }) => gate === 'unanswered'));

/** Whether every registry answered, and every pin file could be read. */
export const sawAll = (outcome: Pick<Outcome, 'plan' | 'state'>): boolean =>
  outcome.state.mistakes.length === 0 && unanswered(outcome).length === 0;

/** What a person wants instead of what the aliases say: a version, one that was pinned before, or that the pin goes. */
export type Request = {
  readonly place: Place;
  readonly by: string;
} & (
  | {
      readonly version: number;
      readonly insisted?: string;
      /** Whether a model without a pin gets its first one. */
      readonly first?: boolean;
    }
  | {
      /** @default the version before the pinned one */
      readonly backTo: number | undefined;
    }
  | { readonly remove: true }
);
