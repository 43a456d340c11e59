import { Cycle } from '../../promotion/cycle';
import { setExitCode } from '../exit-codes';
import { outcomeData, outcomeText, tellFaults } from '../outcomes';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { print } from '../tables';

/** Says what `watch` would do now. */
export async function plan(options: PromotionOptions): Promise<void> {
  const outcome = await new Cycle(worldOf(options)).look();
  print(options.output, outcomeData(outcome), () => outcomeText(outcome));
  if (options.output === 'json') {
    tellFaults(outcome);
  }
  setExitCode(outcome);
}
