import { Cycle } from '../../promotion/cycle';
import { headline } from '../../promotion/commit-message';
import type { Closed } from '../../promotion/gates';
import { plainText } from '../../promotion/plain-text';
import type { Promotion } from '../../promotion/plan';
import { holdsOne } from '../../promotion/rewrite';
import { placeText } from '../../promotion/wanted';
import { heldText, promotionData, setExitCode, tellFaults } from '../outcomes';
import { placesOf, type PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { print } from '../tables';

/** Shows what the commits would change that `watch` would make now. */
export async function diff(model: string | undefined, options: PromotionOptions & PlaceOptions): Promise<void> {
  const world = worldOf(options);
  const cycle = new Cycle(world);
  try {
    const outcome = await cycle.look();
    const meant = new Set(placesOf(outcome.state, model, options).map(placeText));
    const wanted = outcome.plan.promotions.filter(promotion => meant.has(placeText(promotion)));
    const shown: Shown[] = [];
    for (const promotion of wanted) {
      shown.push(await previewed(promotion, () => cycle.preview(promotion, outcome)));
    }
    const data = shown.map(({ promotion, ...one }) => ({
      ...promotionData(promotion),
      headline: headline(promotion),
      ...one,
    }));
    print(options.output, data, () => shown.map(textOf).join('\n') || 'nothing to do');
    tellFaults(outcome);
    setExitCode(outcome);
  } finally {
    await world.git.close();
  }
}

/** What the commit of a promotion would change, or what holds it. */
interface Shown {
  readonly promotion: Promotion;
  readonly diff: string;
  readonly held?: readonly Closed[];
}

/** What is wrong with the files of one promotion hides no other one. */
async function previewed(promotion: Promotion, preview: () => Promise<string>): Promise<Shown> {
  try {
    return { promotion, diff: await preview() };
  } catch (error) {
    if (!holdsOne(error)) {
      throw error;
    }
    return { promotion, diff: '', held: [{ gate: 'synthesis', reason: plainText(error.message, 2_000) }] };
  }
}

const textOf = ({ promotion, diff: changes, held }: Shown): string =>
  held ? heldText({ ...promotion, reasons: held }) : `${headline(promotion)}\n${changes}`;
