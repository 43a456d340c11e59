import { Cycle, type Done, type Outcome, type Request } from '../../promotion/cycle';
import { PlatformError } from '../../core/platform-error';
import type { Closed } from '../../promotion/gates';
import { plainText } from '../../promotion/plain-text';
import type { Plan } from '../../promotion/plan';
import { readState, type RepositoryState } from '../../promotion/repository-state';
import { ServiceError } from '../../promotion/service-error';
import type { Place } from '../../promotion/wanted';
import { aliased } from '../aliases';
import { exitCodeOfHeld } from '../exit-codes';
import { heldText, outcomeData, outcomeText } from '../outcomes';
import { onePlace, parseTarget, type PlaceOptions, type Target } from '../places';
import { previews } from '../previews';
import { worldOf, type PromotionOptions, type World } from '../promotion-world';
import { print, type Output } from '../tables';

export interface PromoteOptions extends PromotionOptions, PlaceOptions {
  readonly version?: string;
  readonly pastGates?: string;
  readonly dryRun?: boolean;
}

/** The plan of who knows nothing. */
const NOTHING: Plan = { promotions: [], held: [], unread: [] };

/** Promotes a version now: the one that the alias points to, or another one. */
export async function promote(text: string, options: PromoteOptions): Promise<void> {
  const target = targetOf(text, options.version);
  const world = worldOf(options);
  const state = await readState(world.git, await world.git.fetch());
  const place = onePlace(state, target.model, options);
  const version = await versionOf(target, place, { world, state }, options.output);
  await act(world, { place, version, by: world.person, insisted: options.pastGates }, options);
}

function targetOf(text: string, version: string | undefined): Target {
  const target = parseTarget(text);
  if (version === undefined) {
    return target;
  }
  if (target.version !== undefined || target.alias !== undefined) {
    throw new PlatformError('--version', `"${plainText(text)}" names a version already`, 'name it once');
  }
  return { ...target, version: versionNumber(version) };
}

/** The version that is meant. If nobody can tell, programs get the outcome before the error goes on. */
export async function versionOf(
  { version, alias }: Target,
  place: Place,
  { world, state }: { readonly world: World; readonly state: RepositoryState },
  output: Output,
): Promise<number> {
  try {
    return version ?? (await aliased(world, state, place, alias));
  } catch (error) {
    const closed = closedBy(error);
    if (closed && output === 'json') {
      const plan = { ...NOTHING, held: [{ ...place, reasons: [closed] }] };
      print(output, outcomeData({ state, wanted: [], plan, done: [] }), () => '');
    }
    throw error;
  }
}

/** What a plan says of a registry that does not answer, and of an alias that is not there. */
function closedBy(error: unknown): Closed | undefined {
  if (error instanceof ServiceError) {
    return { gate: 'unanswered', reason: plainText(error.message, 500), fault: error.fault };
  }
  return error instanceof PlatformError && error.kind === 'absent'
    ? { gate: 'alias', reason: error.problem, fault: error.kind }
    : undefined;
}

/** Does what a person asked for, or shows it. What was pushed is printed whatever happens afterwards. */
export async function act(
  world: World,
  request: Request,
  { dryRun, output }: { readonly dryRun?: boolean; readonly output: Output },
): Promise<Outcome> {
  const done: Done[] = [];
  const cycle = new Cycle({ ...world, pushed: one => void done.push(one) });
  try {
    const { outcome, diffs } = dryRun
      ? await rehearse(cycle, request)
      : { outcome: await cycle.run(request), diffs: [] };
    print(output, outcomeData(outcome), () => [outcomeText(outcome), ...diffs].join('\n'));
    if (output === 'json') {
      outcome.plan.held.forEach(held => console.error(heldText(held)));
    }
    process.exitCode = exitCodeOfHeld(outcome.plan.held);
    return outcome;
  } catch (error) {
    if (done.length > 0) {
      const outcome = { state: cycle.state!, wanted: [], plan: NOTHING, done };
      print(output, outcomeData(outcome), () => outcomeText(outcome));
    }
    throw error;
  } finally {
    await world.git.close();
  }
}

/** What would be done and would change; what would hold it then holds it already. */
async function rehearse(cycle: Cycle, request: Request): Promise<{ outcome: Outcome; diffs: readonly string[] }> {
  const outcome = await cycle.look(request);
  const all = await previews(cycle, outcome);
  const promotions = all.flatMap(({ promotion, held }) => (held ? [] : [promotion]));
  const refused = all.flatMap(({ promotion: { environment, team, model, version }, held }) =>
    held ? [{ environment, team, model, version, reasons: held }] : [],
  );
  const plan = { ...outcome.plan, promotions, held: [...outcome.plan.held, ...refused] };
  return { outcome: { ...outcome, plan }, diffs: all.flatMap(({ diff, held }) => (held ? [] : [diff])) };
}

export function versionNumber(text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) {
    throw new PlatformError('mlops', `"${text.slice(0, 40)}" is no version`, 'give its number, such as 7');
  }
  return Number(text);
}
