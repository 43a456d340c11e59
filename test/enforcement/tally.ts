import { type Cell, cellText } from './cells';
import type { Answers } from './prober';

/** What was predicted of some cells, and what became of them. */
export interface Tally {
  /** Cells that should connect, and how many did. */
  readonly open: number;
  readonly connected: number;
  /** Cells that should not, and how many did not. */
  readonly closed: number;
  readonly failed: number;
}

/** Counts the cells of some kind. */
export function tally(
  cells: readonly Cell[],
  predicted: readonly boolean[],
  answers: Answers,
  isCounted: (cell: Cell) => boolean,
): Tally {
  let [open, connected, closed, failed] = [0, 0, 0, 0];
  for (const [index, cell] of cells.entries()) {
    if (!isCounted(cell)) {
      continue;
    }
    if (predicted[index]) {
      open++;
      connected += answers[index] === null ? 0 : 1;
    } else {
      closed++;
      failed += answers[index] === null ? 1 : 0;
    }
  }
  return { open, connected, closed, failed };
}

export const tallyText = ({ open, connected, closed, failed }: Tally): string =>
  `${connected} of ${open} allowed connect, ${failed} of ${closed} refused fail`;

/** Every cell in which the network does not do what was predicted, or somebody else answers. */
export function disagreements(cells: readonly Cell[], predicted: readonly boolean[], answers: Answers): string[] {
  return cells.flatMap((cell, index) => {
    const answer = answers[index]!;
    if ((answer !== null) !== predicted[index]) {
      const [says, does] = predicted[index] ? ['open', 'nothing answers'] : ['closed', `"${answer}" answers`];
      return [`${cellText(cell)}: the model says ${says}, ${does}`];
    }
    return answer !== null && cell.to.answer !== undefined && answer !== cell.to.answer
      ? [`${cellText(cell)}: "${answer}" answers instead of "${cell.to.answer}"`]
      : [];
  });
}
