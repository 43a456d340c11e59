import type { PlatformError, PlatformErrors } from '../core/platform-error';

/** The mistakes that an error tells; by name, for the app may hold a copy of this library of its own. */
export function mistakesIn(error: unknown): readonly PlatformError[] {
  const { name, errors } = error as PlatformErrors;
  return name === 'PlatformErrors' ? errors : (name as string) === 'PlatformError' ? [error as PlatformError] : [];
}
