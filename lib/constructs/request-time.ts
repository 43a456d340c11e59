import type { Construct } from 'constructs';
import { checkCounts } from '../core/counts';
import { PlatformError } from '../core/platform-error';
import type { ModelPodsProps } from './model-pods';

/**
 * Time that a pod which is being stopped has for requests, in seconds: never less than one of them may take.
 *
 * @throws PlatformError if pods are stopped, or the runtime gives up, before the API does
 */
export function checkedDrain(
  where: Construct,
  { runtime, drainSeconds }: Pick<ModelPodsProps, 'runtime' | 'drainSeconds'>,
  timeoutSeconds: number,
): number {
  checkCounts(where, { drainSeconds: drainSeconds ?? 1 });
  if (drainSeconds !== undefined && drainSeconds < timeoutSeconds) {
    throw new PlatformError(
      where,
      `drainSeconds (${drainSeconds}) is below limits.timeoutSeconds (${timeoutSeconds}): each rollout would cut off requests`,
      `leave drainSeconds out, raise it to ${timeoutSeconds}, or lower limits.timeoutSeconds`,
    );
  }
  if (runtime.timeoutSeconds !== undefined && runtime.timeoutSeconds < timeoutSeconds) {
    throw new PlatformError(
      where,
      `the runtime gives up after ${runtime.timeoutSeconds} seconds, before limits.timeoutSeconds (${timeoutSeconds})`,
      `set timeoutSeconds: ${timeoutSeconds} of the runtime, or lower limits.timeoutSeconds`,
    );
  }
  return drainSeconds ?? Math.max(60, timeoutSeconds);
}
