import type { PlatformError } from '../core/platform-error';
import type { ClusterFault } from '../deploy/cluster';
import type { Closed, ClosedFault } from '../promotion/gates';
import type { GitFault } from '../promotion/git-repository';
import { unanswered, type Outcome } from '../promotion/outcome';
import type { Held } from '../promotion/plan';
import type { ServiceFault } from '../promotion/service-error';
import { mistakesIn } from './mistakes-in';

/** What the exit code of a command says; docs/cli.md has the table. */
export const EXIT = {
  mistake: 1,
  registry: 3,
  registryDenied: 4,
  repository: 5,
  repositoryDenied: 6,
  pushRefused: 7,
  historyRewritten: 8,
  held: 9,
  unsigned: 10,
  oddFile: 11,
  cluster: 12,
  clusterDenied: 13,
  conflict: 14,
  unready: 15,
  open: 16,
  credentials: 17,
  elsewhere: 18,
  absent: 19,
  pins: 20,
  rules: 21,
  sameName: 22,
  outrun: 23,
} as const;

export const SERVICE_EXIT: Readonly<Record<ServiceFault, number>> = {
  unreachable: EXIT.registry,
  unavailable: EXIT.registry,
  malformed: EXIT.registry,
  denied: EXIT.registryDenied,
  anonymous: EXIT.credentials,
  elsewhere: EXIT.elsewhere,
};

/** The code of what holds something that a person asked for. */
export const HELD_EXIT: Readonly<Record<ClosedFault, number>> = {
  ...SERVICE_EXIT,
  absent: EXIT.absent,
  sameName: EXIT.sameName,
};

/** What a server's faults are for a cluster that is asked what it runs. */
const ASKED_CLUSTER_EXIT: Readonly<Record<ServiceFault, number>> = {
  unreachable: EXIT.cluster,
  unavailable: EXIT.cluster,
  malformed: EXIT.cluster,
  elsewhere: EXIT.cluster,
  denied: EXIT.clusterDenied,
  anonymous: EXIT.clusterDenied,
};

export const GIT_EXIT: Readonly<Record<GitFault, number>> = {
  unreachable: EXIT.repository,
  missing: EXIT.repository,
  local: EXIT.repository,
  denied: EXIT.repositoryDenied,
  anonymous: EXIT.credentials,
  refused: EXIT.pushRefused,
  rewritten: EXIT.historyRewritten,
  outrun: EXIT.outrun,
  unsigned: EXIT.unsigned,
  odd: EXIT.oddFile,
};

const CLUSTER_EXIT: Readonly<Record<ClusterFault, number>> = {
  unreachable: EXIT.cluster,
  refused: EXIT.cluster,
  denied: EXIT.clusterDenied,
  conflict: EXIT.conflict,
  unready: EXIT.unready,
};

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
function exitCodeOfMistakes(mistakes: readonly PlatformError[]): number {
  const codes = new Set(mistakes.map(({ kind }) => EXIT[kind ?? 'mistake']));
  const [code] = codes;
  return codes.size === 1 ? code! : EXIT.mistake;
}

/** The exit code for what could not be seen, or is wrong in the repository. */
export function exitCodeOfOutcome({ state, plan }: Outcome): number {
  const codes = new Set(unanswered({ plan }).map(({ fault }) => HELD_EXIT[fault!]));
  if (codes.size > 0) {
    return codes.size === 1 ? [...codes][0]! : EXIT.registry;
  }
  return exitCodeOfPins({ state });
}

/** The exit code for what is wrong in pin files. */
export const exitCodeOfPins = ({ state }: Pick<Outcome, 'state'>): number =>
  state.mistakes.length > 0 ? exitCodeOfMistakes(state.mistakes) : 0;

/** The exit code for what a person asked for and did not get. */
export function exitCodeOfHeld(held: readonly Held[]): number {
  const fault = faultOf(held.flatMap(({ reasons }) => reasons));
  return held.length === 0 ? 0 : fault === undefined ? EXIT.held : HELD_EXIT[fault];
}

/** The fault of the first reason that has one. */
export const faultOf = (reasons: readonly Closed[]): ClosedFault | undefined =>
  reasons.find(({ fault }) => fault !== undefined)?.fault;

export function setExitCode(outcome: Outcome): void {
  process.exitCode = exitCodeOfOutcome(outcome);
}
