import type { GitFault } from '../promotion/git-repository';
import type { ServiceFault } from '../promotion/service-error';

/** What the exit code of a command says; docs/promotion.md and docs/isolation.md have the tables. */
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
  open: 12,
} as const;

export const SERVICE_EXIT: Readonly<Record<ServiceFault, number>> = {
  unreachable: EXIT.registry,
  unavailable: EXIT.registry,
  malformed: EXIT.registry,
  refused: EXIT.registry,
  denied: EXIT.registryDenied,
};

export const GIT_EXIT: Readonly<Record<GitFault, number>> = {
  unreachable: EXIT.repository,
  missing: EXIT.repository,
  local: EXIT.repository,
  denied: EXIT.repositoryDenied,
  refused: EXIT.pushRefused,
  rewritten: EXIT.historyRewritten,
  unsigned: EXIT.unsigned,
  odd: EXIT.oddFile,
};
