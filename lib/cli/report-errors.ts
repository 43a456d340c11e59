import { plainLines } from '../core/plain-lines';
import { exitCodeOf } from './exit-codes';
import { mistakesIn } from './mistakes-in';

/** Runs a command; mistakes of the user and faults of servers are told without a stack trace, defects with one. */
export async function reportErrors(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const fault = exitCodeOf(error);
    if (fault === undefined) {
      throw error;
    }
    console.error(plainLines((error as Error).message));
    const count = mistakesIn(error).length;
    if (count > 0) {
      console.error(`${count === 1 ? '1 mistake' : `${count} mistakes`}, nothing was written`);
    }
    process.exitCode = fault;
  }
}
