import { type Cell, cellText, PROTOCOLS } from './cells';
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

const NOTHING: Tally = { open: 0, connected: 0, closed: 0, failed: 0 };

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

/** The sums of a run, by what was in force and by protocol. */
export class Sums {
  private readonly tallies = new Map<string, Tally>();

  public add(what: string, cells: readonly Cell[], predicted: readonly boolean[], answers: Answers): void {
    for (const protocol of PROTOCOLS) {
      const one = tally(cells, predicted, answers, ({ to }) => to.protocol === protocol);
      const known = this.tallies.get(`${what}, ${protocol}`) ?? NOTHING;
      this.tallies.set(`${what}, ${protocol}`, {
        open: known.open + one.open,
        connected: known.connected + one.connected,
        closed: known.closed + one.closed,
        failed: known.failed + one.failed,
      });
    }
  }

  public get text(): string {
    const lines = [...this.tallies].map(([what, { open, connected, closed, failed }]) => {
      const agreeing = connected + failed;
      return `${what}: ${open} allowed, ${closed} refused, ${agreeing} agreeing, ${open + closed - agreeing} disagreeing`;
    });
    return lines.join('\n');
  }
}

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
