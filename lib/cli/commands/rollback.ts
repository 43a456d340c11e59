import { readState } from '../../promotion/repository-state';
import { onePlace, type PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { act, versionNumber } from './promote';

export interface RollbackOptions extends PromotionOptions, PlaceOptions {
  readonly to?: string;
  readonly dryRun?: boolean;
}

/** Brings a version back that was pinned before, just as it was; it needs no registry, and no gate counts. */
export async function rollback(model: string, options: RollbackOptions): Promise<void> {
  const world = worldOf(options);
  const state = await readState(world.git, await world.git.fetch());
  const place = onePlace(state, model, options);
  const backTo = options.to === undefined ? undefined : versionNumber(options.to);
  await act(world, { place, by: world.person, backTo }, options);
}
