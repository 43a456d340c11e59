import { plainLines } from '../core/plain-lines';
import type { PlatformError, PlatformErrors } from '../core/platform-error';
import type { ClusterFault } from '../deploy/cluster';
import type { GitFault } from '../promotion/git-repository';
import type { ServiceFault } from '../promotion/service-error';
import { ASKED_CLUSTER_EXIT, CLUSTER_EXIT, EXIT, GIT_EXIT, SERVICE_EXIT } from './exit-codes';

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

/** The exit code of an error that is no defect; undefined for one that is. */
export function exitCodeOf(error: unknown): number | undefined {
  const { name, fault = '', server } = error as Readonly<Record<'name' | 'fault' | 'server', string | undefined>>;
  switch (name) {
    case 'ServiceError':
      return (server === 'cluster' ? ASKED_CLUSTER_EXIT : SERVICE_EXIT)[fault as ServiceFault];
    case 'GitError':
      return GIT_EXIT[fault as GitFault];
    case 'ClusterError':
      return CLUSTER_EXIT[fault as ClusterFault];
    default: {
      const mistakes = mistakesIn(error);
      return mistakes.length > 0 ? exitCodeOfMistakes(mistakes) : undefined;
    }
  }
}

/** The code of what all of them are about; if they are about several things, that of mistakes. */
export function exitCodeOfMistakes(mistakes: readonly PlatformError[]): number {
  const codes = new Set(mistakes.map(({ kind }) => EXIT[kind ?? 'mistake']));
  const [code] = codes;
  return codes.size === 1 ? code! : EXIT.mistake;
}

/** The mistakes that an error tells; by name, for the app may hold a copy of this library of its own. */
export function mistakesIn(error: unknown): readonly PlatformError[] {
  const { name, errors } = error as PlatformErrors;
  return name === 'PlatformErrors' ? errors : (name as string) === 'PlatformError' ? [error as PlatformError] : [];
}
