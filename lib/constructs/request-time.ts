import type { Construct } from 'constructs';
import { checkCounts } from '../core/counts';
import { PlatformError } from '../core/platform-error';
import type { ModelPodsProps } from './model-pods';

const LEAST_SECONDS = 60;

/**
 * Time that a pod which is being stopped has for requests, in seconds: never less than one of them may take.
 *
 * @param limit time after which the API gives up on a request; undefined if nothing but the runtime limits it
 * @throws PlatformError if pods are stopped, or the runtime gives up, before the API does
 */
export function checkedDrain(
  where: Construct,
  { runtime, drainSeconds }: Pick<ModelPodsProps, 'runtime' | 'drainSeconds'>,
  limit?: number,
): number {
  checkCounts(where, { drainSeconds: drainSeconds ?? 1 });
  const name = limit === undefined ? 'timeoutSeconds of the runtime' : 'limits.timeoutSeconds';
  const longest = limit ?? runtime.timeoutSeconds ?? 0;
  if (drainSeconds !== undefined && drainSeconds < longest) {
    throw new PlatformError(
      where,
      `drainSeconds (${drainSeconds}) is below ${name} (${longest}): each rollout would cut off requests`,
      `leave drainSeconds out, raise it to ${longest}, or lower ${name}`,
    );
  }
  if (limit !== undefined && runtime.timeoutSeconds !== undefined && runtime.timeoutSeconds < limit) {
    throw new PlatformError(
      where,
      `the runtime gives up after ${runtime.timeoutSeconds} seconds, before limits.timeoutSeconds (${limit})`,
      `set timeoutSeconds: ${limit} of the runtime, or lower limits.timeoutSeconds`,
    );
  }
  return drainSeconds ?? Math.max(LEAST_SECONDS, longest);
}
