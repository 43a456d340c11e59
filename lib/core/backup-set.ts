import { PlatformError } from './platform-error';

/**
 * Checks the name of a set, which is the time at which it was completed.
 *
 * @throws PlatformError if no set can have that name
 */
export function checkSetName(where: ConstructorParameters<typeof PlatformError>[0], set: string): void {
  if (!/^\d{8}T\d{6}Z$/.test(set)) {
    throw new PlatformError(
      where,
      `"${set}" cannot name a set`,
      'write it as the backup printed it, such as "20261121T020000Z", or leave set out for the latest',
    );
  }
}
