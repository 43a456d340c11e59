import { headline } from './commit-message';
import type { Promotion } from './plan';

/** A promotion that a person merges: a branch with its commit, and what the pull request says. */
export interface Proposal {
  readonly branch: string;
  readonly title: string;
  readonly body: string;
}

/** Branches of proposals begin with this. */
export const PROPOSALS = 'promotion/';

/** The branch of a proposal: the same as long as the same is wanted, so that nothing is proposed twice. */
export function proposalBranch({ environment, team, model, from, version, change }: Promotion): string {
  const step =
    change.kind === 'canary'
      ? `-at-${change.percent}`
      : change.kind === 'canary-removed' || change.kind === 'pin-removed'
        ? '-removed'
        : '';
  // What Git takes in no name of a branch.
  const name = model.replace(/\.(?=\.|$|lock$)/g, '%2E');
  return `${PROPOSALS}${environment}/${team}/${name}/${from}-${version}${step}`;
}

/**
 * What is proposed.
 *
 * @param message the commit's
 */
export const proposalOf = (promotion: Promotion, message: string): Proposal => ({
  branch: proposalBranch(promotion),
  title: headline(promotion),
  body: message.slice(message.indexOf('\n')).trim(),
});
