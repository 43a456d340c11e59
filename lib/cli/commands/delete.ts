import { readState } from '../../promotion/repository-state';
import { removeModel, undoModel, type ClusterOptions } from '../direct';
import { onePlace, type PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { act } from './promote';

/** Takes the pin of a model away by a commit, or its objects from a cluster. */
export async function deleteModel(
  model: string,
  options: PromotionOptions & PlaceOptions & ClusterOptions,
): Promise<void> {
  if (options.undo) {
    await undoModel('delete', model, options);
    return;
  }
  if (options.apply) {
    await removeModel(model, options);
    return;
  }
  const world = worldOf(options);
  const state = await readState(world.git, await world.git.fetch());
  const place = onePlace(state, model, options);
  const { plan } = await act(world, { place, by: world.person, remove: true }, options);
  if (plan.held.some(({ reasons }) => reasons.some(({ gate }) => gate === 'synthesis'))) {
    console.error(
      `main.ts still declares ${model}: let it do so only if team.isPinned('${model}'), or take it out there and in the pin file in one commit`,
    );
  }
}
