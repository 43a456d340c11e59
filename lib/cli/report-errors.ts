import { plainLines } from '../core/plain-lines';
import type { PlatformErrors } from '../core/platform-error';
import type { ClusterFault } from '../deploy/cluster';
import type { GitFault } from '../promotion/git-repository';
import type { ServiceFault } from '../promotion/service-error';
import { ASKED_CLUSTER_EXIT, CLUSTER_EXIT, EXIT, GIT_EXIT, SERVICE_EXIT } from './exit-codes';

/** Names of the errors that are mistakes; by name, for the app may hold a copy of this library of its own. */
const MISTAKES = ['PlatformError', 'PlatformErrors'];

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
    if (fault === EXIT.mistake) {
      const count = (error as Partial<PlatformErrors>).errors?.length ?? 1;
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
    default:
      return MISTAKES.includes(name ?? '') ? EXIT.mistake : undefined;
  }
}
