import { Cycle } from '../../promotion/cycle';
import { headline } from '../../promotion/commit-message';
import { promotionData, setExitCode, tellFaults } from '../outcomes';
import type { PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { print } from '../tables';

/** Shows what the commits would change that `watch` would make now. */
export async function diff(model: string | undefined, options: PromotionOptions & PlaceOptions): Promise<void> {
  const world = worldOf(options);
  const cycle = new Cycle(world);
  try {
    const outcome = await cycle.look();
    const wanted = outcome.plan.promotions.filter(
      promotion =>
        (model === undefined || promotion.model === model) &&
        (options.environment ?? promotion.environment) === promotion.environment &&
        (options.team ?? promotion.team) === promotion.team,
    );
    const diffs: (object & { headline: string; diff: string })[] = [];
    for (const promotion of wanted) {
      diffs.push({
        ...promotionData(promotion),
        headline: headline(promotion),
        diff: await cycle.preview(promotion, outcome),
      });
    }
    print(options.output, diffs, () => diffs.map(one => `${one.headline}\n${one.diff}`).join('\n') || 'nothing to do');
    tellFaults(outcome);
    setExitCode(outcome);
  } finally {
    await world.git.close();
  }
}
