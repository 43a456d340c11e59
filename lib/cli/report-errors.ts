import { PlatformError, PlatformErrors } from '../core/platform-error';

/** Exit code of a command that refused its input. */
const REFUSED = 1;

/** Runs a command; mistakes of the user are told without a stack trace, defects with one. */
export async function reportErrors(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof PlatformError || error instanceof PlatformErrors)) {
      throw error;
    }
    const count = error instanceof PlatformErrors ? error.errors.length : 1;
    console.error(`${error.message}\n${count === 1 ? '1 mistake' : `${count} mistakes`}, nothing was written`);
    process.exitCode = REFUSED;
  }
}
