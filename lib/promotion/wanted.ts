import type { ModelSignature } from '../core/model-signature';
import type { ModelFile } from './model-file';
import type { ServiceError } from './service-error';

/** A model of a team in an environment: what a pin is for. */
export interface Place {
  readonly environment: string;
  readonly team: string;
  readonly model: string;
}

/** What the registry says about a model version. */
export interface VersionFacts {
  readonly version: number;
  /** READY, or why not. */
  readonly status: string;
  readonly tags: ReadonlyMap<string, string>;
  /** Where its files are. */
  readonly uri: string;
  readonly run?: RunFacts;
  /** What its file `MLmodel` says, or what is wrong with that. */
  readonly file: ModelFile | string;
}

/** The run that made a version. */
export interface RunFacts {
  readonly id: string;
  readonly experiment: string;
  /** Who started it. */
  readonly user: string;
  readonly metrics: ReadonlyMap<string, number>;
}

/** What must be known of a wanted version before it goes out, beyond where the alias points. */
export interface Evidence {
  /** Undefined if the registry has no such version. */
  readonly facts?: VersionFacts;
  /** What callers of the running version rely on; undefined if that is unknown. */
  readonly running?: ModelSignature;
  /** When the pin last changed; undefined if no commit did that. */
  readonly changed?: Date;
  /** Since when the environment before has the version; undefined if it has not. */
  readonly soaking?: Date;
  /** The commit that took the version back after it was promoted. */
  readonly takenBack?: { readonly commit: string; readonly author: string };
  /** What the history recorded of the version's files, the newest first. */
  readonly recorded?: readonly Recording[];
}

/** Where the file `MLmodel` of a version was recorded. */
export interface Recording {
  readonly mlmodel: string;
  /** An environment, or a commit of it. */
  readonly where: string;
}

/** Where the alias of a place points, or which version a person asks for. */
export interface Wanted extends Place {
  /** Undefined if the alias is not set, or the model is not registered. */
  readonly version?: number;
  /** Undefined as long as nobody asked for it. */
  readonly evidence?: Evidence;
  /** That a person asks for it, and no alias; `insisted` says why they want it whatever its gates say. */
  readonly person?: { readonly insisted?: string };
  /** What the canary measured that is pinned there, or why that is not known; undefined if there is no answer. */
  readonly measured?: number | ServiceError;
  /** Why nothing can be said of it now: its registry did not answer. */
  readonly unknown?: ServiceError;
}

/** A text in which `$environment`, `$team` and `$model` stand for the names of a place. */
export const withNames = (text: string, { environment, team, model }: Place): string =>
  text.replaceAll('$environment', environment).replaceAll('$team', team).replaceAll('$model', model);

/** A place in one line: `production/fraud/churn`. */
export const placeText = ({ environment, team, model }: Place): string => `${environment}/${team}/${model}`;
