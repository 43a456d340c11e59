import { headline } from '../../promotion/commit-message';
import { Cycle, type Outcome } from '../../promotion/cycle';
import { reasonsText } from '../../promotion/gates';
import type { Deployment, DeploymentStatus } from '../../promotion/deployment-status';
import { unitOf } from '../../promotion/plan';
import { ruleFor } from '../../promotion/rules';
import { placeText, type Place } from '../../promotion/wanted';
import { deploymentStatus, readOnce, type DeploymentStatusOptions } from '../deployment-status';
import { setExitCode } from '../exit-codes';
import { tellFaults } from '../outcomes';
import { placesOf, type PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { colours, print, table } from '../tables';

export interface StatusOptions extends PromotionOptions, PlaceOptions, DeploymentStatusOptions {}

/** Questions to a cluster at once. */
const AT_ONCE = 8;

/** Says of each model which version is pinned, which is wanted, and what lies between. */
export async function status(model: string | undefined, options: StatusOptions): Promise<void> {
  const outcome = await new Cycle(worldOf(options)).look();
  const shown = placesOf(outcome.state, model, options);
  const asked = deploymentStatus(options, readOnce());
  const deployments = await deployed(shown, outcome, asked);
  const rows = shown.map(place => rowOf(place, outcome, deployments.get(placeText(place))));
  print(options.output, rows, () =>
    table(
      ['Environment', 'Team', 'Model', 'Version', 'Canary', 'Alias', 'Wanted', 'State', ...(asked ? ['Deployed'] : [])],
      rows.map(row => [
        row.environment,
        row.team,
        row.model,
        `${row.version}`,
        row.canary ? `${row.canary.version} (${row.canary.percent} %)` : '',
        row.alias,
        row.wanted === undefined ? '?' : `${row.wanted}`,
        paint(row.kind)(row.state),
        ...(asked ? [row.deployment ? deploymentText(row.deployment) : ''] : []),
      ]),
    ),
  );
  tellFaults(outcome);
  setExitCode(outcome);
}

const paint = (kind: 'current' | 'held' | 'next') =>
  ({ current: colours.green, held: colours.yellow, next: colours.cyan })[kind];

function rowOf(place: Place, { state, wanted, plan }: Outcome, deployment: Deployment | undefined) {
  const same = (one: Place) => placeText(one) === placeText(place);
  const { version, canary } = state.pins.get(unitOf(place))!.models.get(place.model)!;
  const held = plan.held.find(same);
  const next = plan.promotions.find(same);
  const [kind, text] = held
    ? (['held', reasonsText(held.reasons)] as const)
    : next
      ? (['next', headline(next)] as const)
      : (['current', 'up to date'] as const);
  return {
    ...place,
    version,
    canary,
    alias: ruleFor(state.rules, place.environment, place.team, place.model)!.alias,
    wanted: wanted.find(same)?.version,
    kind,
    state: text,
    deployment,
  };
}

/** What is deployed, by place; asked a few at a time. */
async function deployed(
  places: readonly Place[],
  { state }: Outcome,
  asked: DeploymentStatus | undefined,
): Promise<Map<string, Deployment>> {
  const found = new Map<string, Deployment>();
  if (asked === undefined) {
    return found;
  }
  const rest = [...places];
  const ask = async () => {
    for (let place = rest.pop(); place !== undefined; place = rest.pop()) {
      const rule = ruleFor(state.rules, place.environment, place.team, place.model)!;
      found.set(placeText(place), await asked.status(place, rule));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return found;
}

const deploymentText = ({ version, message }: Deployment): string =>
  version === undefined ? message : `${version}: ${message}`;
