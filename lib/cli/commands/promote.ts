import { Cycle, type Outcome, type Request } from '../../promotion/cycle';
import { PlatformError } from '../../core/platform-error';
import { readState } from '../../promotion/repository-state';
import { placeText } from '../../promotion/wanted';
import { EXIT } from '../exit-codes';
import { heldText, outcomeData, outcomeText } from '../outcomes';
import { onePlace, type PlaceOptions } from '../places';
import { worldOf, type PromotionOptions, type World } from '../promotion-world';
import { colours, print, type Output } from '../tables';

export interface PromoteOptions extends PromotionOptions, PlaceOptions {
  readonly version?: string;
  readonly pastGates?: string;
  readonly dryRun?: boolean;
}

/** Promotes a version now: the one that the alias points to, or another one. */
export async function promote(model: string, options: PromoteOptions): Promise<void> {
  const world = worldOf(options);
  const cycle = new Cycle(world);
  const state = await readState(world.git, await world.git.fetch());
  const place = onePlace(state, model, options);
  const version = options.version === undefined ? await byAlias(cycle, place) : versionNumber(options.version);
  if (version === undefined) {
    process.exitCode = EXIT.held;
    return;
  }
  await act(world, cycle, { place, version, by: world.person, insisted: options.pastGates }, options);
}

/** Does what a person asked for, or shows it. */
export async function act(
  world: World,
  cycle: Cycle,
  request: Request,
  { dryRun, output }: { readonly dryRun?: boolean; readonly output: Output },
): Promise<Outcome> {
  try {
    const outcome = await (dryRun ? cycle.look(request) : cycle.run(request));
    const shown = dryRun ? await Promise.all(outcome.plan.promotions.map(one => cycle.preview(one, outcome))) : [];
    print(output, outcomeData(outcome), () => [outcomeText(outcome), ...shown].join('\n'));
    if (outcome.plan.held.length > 0) {
      process.exitCode = EXIT.held;
    }
    return outcome;
  } finally {
    await world.git.close();
  }
}

async function byAlias(cycle: Cycle, place: { environment: string; team: string; model: string }) {
  const outcome = await cycle.look();
  const wanted = outcome.wanted.find(one => placeText(one) === placeText(place))!;
  if (wanted.version === undefined) {
    const held = outcome.plan.held.find(one => placeText(one) === placeText(place));
    console.error(held ? heldText(held) : colours.yellow('held'));
  }
  return wanted.version;
}

export function versionNumber(text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) {
    throw new PlatformError('mlops', `"${text.slice(0, 40)}" is no version`, 'give its number, such as 7');
  }
  return Number(text);
}
