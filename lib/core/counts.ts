import { PlatformError } from './platform-error';

/**
 * Checks numbers that count something.
 *
 * @param counts each number under the name that the user knows it by
 * @param most the greatest that they may be
 * @throws PlatformError on the first that is no whole number of at least 1, or is greater than `most`
 */
export function checkCounts(
  where: ConstructorParameters<typeof PlatformError>[0],
  counts: Readonly<Record<string, number>>,
  most = Infinity,
): void {
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new PlatformError(
        where,
        `${name} must be a whole number of at least 1, got ${value}`,
        'write 1 or a greater one',
      );
    }
    if (value > most) {
      throw new PlatformError(where, `${name} must be at most ${most}, got ${value}`, `write ${most} or a smaller one`);
    }
  }
}
