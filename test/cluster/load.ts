import { randomUUID } from 'node:crypto';
import { gateway } from './fixtures';
import type { Kubectl } from './kubectl';
import type { Request } from './story';

/** Longest time that a load may last. */
const SECONDS = 400;

/** What the callers got. */
export interface LoadResult {
  /** How often each answer came. */
  readonly answers: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

export interface Load {
  /** Ends it; fails if it could not run. */
  stop(): Promise<LoadResult>;
}

/** Lets the gateway call an API from now on. */
export function loadOn(kubectl: Kubectl, { url, headers, body }: Request, callers = 2): Load {
  const stop = `/tmp/${randomUUID()}`;
  const result = kubectl.python(gateway, 'load', { url, headers, body, callers, stop, seconds: SECONDS }, SECONDS + 20);
  result.catch(() => undefined);
  return {
    async stop() {
      await kubectl.run(['exec', `--namespace=${gateway.namespace}`, gateway.pod, '--', 'touch', stop]);
      return result;
    },
  };
}
