import { readState } from '../../promotion/repository-state';
import { applyModel, undoModel, type ClusterOptions } from '../direct';
import { parseTarget, placeToPin, type PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { act, versionOf } from './promote';

export interface DeployOptions extends PromotionOptions, PlaceOptions, ClusterOptions {
  readonly reason?: string;
}

/** Pins a version whatever the gates say: by a commit, or here and on a cluster. */
export async function deploy(text: string, options: DeployOptions): Promise<void> {
  const target = parseTarget(text);
  if (options.undo) {
    await undoModel('deploy', target.model, options);
    return;
  }
  if (options.apply) {
    await applyModel(target, options);
    return;
  }
  const world = worldOf(options);
  const state = await readState(world.git, await world.git.fetch());
  const place = placeToPin(state, target.model, options);
  const version = await versionOf(target, place, { world, state }, options.output);
  const insisted = options.reason ?? 'mlops deploy';
  await act(world, { place, version, by: world.person, insisted, first: true }, options);
}
