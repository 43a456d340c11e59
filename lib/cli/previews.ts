import type { Cycle, Outcome } from '../promotion/cycle';
import type { Closed } from '../promotion/gates';
import { plainText } from '../promotion/plain-text';
import type { Promotion } from '../promotion/plan';
import { holdsOne } from '../promotion/rewrite';

/** What the commit of a promotion would change, or what holds it. */
export interface Preview {
  readonly promotion: Promotion;
  readonly diff: string;
  readonly held?: readonly Closed[];
}

/** What promotions would change. What is wrong with the files of one hides no other one. */
export async function previews(
  cycle: Cycle,
  outcome: Outcome,
  promotions: readonly Promotion[] = outcome.plan.promotions,
): Promise<readonly Preview[]> {
  const all: Preview[] = [];
  for (const promotion of promotions) {
    try {
      all.push({ promotion, diff: await cycle.preview(promotion, outcome) });
    } catch (error) {
      if (!holdsOne(error)) {
        throw error;
      }
      all.push({ promotion, diff: '', held: [{ gate: 'synthesis', reason: plainText(error.message, 2_000) }] });
    }
  }
  return all;
}
