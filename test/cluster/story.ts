import type { Checks } from './checks';
import type { TestImages } from './images';
import type { Kubectl, Place } from './kubectl';
import type { TeamUnderTest } from './teams';

/** What every chapter works with. */
export interface Story {
  readonly kubectl: Kubectl;
  readonly checks: Checks;
  readonly images: TestImages;
  /** The team `fraud`, with version 1 of `churn` pinned. */
  readonly team: TeamUnderTest;
  readonly namespace: string;
}

/** A request to a server, and who sends it. */
export interface Request {
  readonly url: string;
  readonly host?: string;
  readonly user?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends requests from a pod. */
export async function send(kubectl: Kubectl, from: Place, ...requests: readonly Request[]): Promise<Answer[]> {
  return kubectl.python(from, 'request', requests, 20 + 20 * requests.length);
}

/** What a client asks the model, and what one of its versions answers. */
export const QUESTION = { dataframe_split: { columns: ['months'], data: [[30]] } };
export const answerOf = (version: number) => ({ predictions: [{ version, score: 3 * version }] });
