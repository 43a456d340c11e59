import type { ClusterFault } from '../deploy/cluster';
import type { ClosedFault } from '../promotion/gates';
import type { GitFault } from '../promotion/git-repository';
import type { ServiceFault } from '../promotion/service-error';

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
export const ASKED_CLUSTER_EXIT: Readonly<Record<ServiceFault, number>> = {
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

export const CLUSTER_EXIT: Readonly<Record<ClusterFault, number>> = {
  unreachable: EXIT.cluster,
  refused: EXIT.cluster,
  denied: EXIT.clusterDenied,
  conflict: EXIT.conflict,
  unready: EXIT.unready,
};
