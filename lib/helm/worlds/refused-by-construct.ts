import { PlatformError } from '../../core/platform-error';
import type { ChartIdentity } from '../values/release';
import { AsyncBuild } from './build-objects';
import { ForeignField } from './manifest-json';

/**
 * What is said of a construct that throws where its schema promised more.
 *
 * @param values in words
 */
export function refusedByConstruct({ name }: ChartIdentity, error: unknown, values: string): PlatformError {
  if (error instanceof ForeignField || error instanceof AsyncBuild) {
    return error.at(`${name}: ${error.where}`);
  }
  return new PlatformError(
    name,
    `the schema allows values that the construct refuses: ${error instanceof Error ? error.message : String(error)} (with ${values})`,
    'say the rule in the schema too, with a pattern, bounds or a choice',
  );
}
