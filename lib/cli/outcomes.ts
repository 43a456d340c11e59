import { headline } from '../promotion/commit-message';
import type { Done, Outcome } from '../promotion/cycle';
import { reasonsText } from '../promotion/gates';
import { unanswered } from '../promotion/outcome';
import type { Held, Promotion } from '../promotion/plan';
import { placeText } from '../promotion/wanted';
import { colours } from './tables';

/** A promotion for programs. */
export const promotionData = ({ facts, change, ...promotion }: Promotion): object => ({
  ...promotion,
  change: change.kind === 'restored' ? { kind: change.kind } : change,
  ...(facts?.run && { run: facts.run.id }),
});

/** What was pushed or proposed, for programs. */
export const doneData = ({ promotion, commit, proposal }: Done): object => ({
  ...promotionData(promotion),
  commit,
  ...(proposal && { proposal }),
});

/** What was seen and done, for programs. */
export const outcomeData = ({ state, plan, done }: Outcome): object => ({
  commit: state.commit,
  promotions: plan.promotions.map(promotionData),
  held: plan.held,
  done: done.map(doneData),
  mistakes: state.mistakes.map(({ message }) => message),
});

/** The same for people. */
export function outcomeText({ state, plan, done }: Outcome): string {
  const lines = [
    ...done.map(doneText),
    ...plan.promotions.map(promotion => `${colours.cyan('would promote')}  ${headline(promotion)}`),
    ...plan.held.map(heldText),
    ...state.mistakes.map(({ message }) => `${colours.red('mistake')}  ${message}`),
  ];
  return lines.join('\n') || 'nothing to do';
}

const doneText = ({ promotion, commit, proposal }: Done): string =>
  proposal
    ? `${colours.green('proposed')} in ${proposal.branch}\n\n${proposal.title}\n\n${proposal.body}\n`
    : `${colours.green('pushed')} ${commit.slice(0, 12)}  ${headline(promotion)}`;

export const heldText = (held: Held): string =>
  `${colours.yellow('held')}  ${placeText(held)}${held.version === undefined ? '' : ` ${held.version}`}  ${reasonsText(held.reasons)}`;

/** Says which pin files are wrong: what is in them is not shown. */
export const tellMistakes = ({ state }: Pick<Outcome, 'state'>): void =>
  state.mistakes.forEach(({ message }) => console.error(message));

/** Says why something could not be seen: registries that did not answer, each once, and pin files that are wrong. */
export function tellFaults({ state, plan }: Outcome): void {
  new Set(unanswered({ plan }).map(({ reason }) => reason)).forEach(reason => console.error(reason));
  tellMistakes({ state });
}
