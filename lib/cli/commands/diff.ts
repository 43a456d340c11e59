import { Cycle } from '../../promotion/cycle';
import { headline } from '../../promotion/commit-message';
import { placeText } from '../../promotion/wanted';
import { setExitCode } from '../exit-codes';
import { heldText, promotionData, tellFaults } from '../outcomes';
import { placesOf, type PlaceOptions } from '../places';
import { previews, type Preview } from '../previews';
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
    const shown = await previews(cycle, outcome, wanted);
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

const textOf = ({ promotion, diff: changes, held }: Preview): string =>
  held ? heldText({ ...promotion, reasons: held }) : `${headline(promotion)}\n${changes}`;
