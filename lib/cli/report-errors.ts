import type { PlatformErrors } from '../core/platform-error';

/** Exit code of a command that refused its input. */
const REFUSED = 1;

/** Names of the errors that are mistakes; by name, for the app may hold a copy of this library of its own. */
const MISTAKES = ['PlatformError', 'PlatformErrors'];

/** Runs a command; mistakes of the user are told without a stack trace, defects with one. */
export async function reportErrors(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Error && MISTAKES.includes(error.name))) {
      throw error;
    }
    const count = (error as Partial<PlatformErrors>).errors?.length ?? 1;
    console.error(`${error.message}\n${count === 1 ? '1 mistake' : `${count} mistakes`}, nothing was written`);
    process.exitCode = REFUSED;
  }
}
