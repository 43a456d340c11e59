import { headline } from '../../promotion/commit-message';
import { Cycle, type Outcome } from '../../promotion/cycle';
import { reasonsText } from '../../promotion/gates';
import type { Deployment } from '../../promotion/deployment-status';
import { ArgoCd } from '../../promotion/ports/argo-cd';
import { kubernetesReader } from '../../promotion/ports/kubernetes';
import { unitOf } from '../../promotion/plan';
import { ruleFor } from '../../promotion/rules';
import { placeText, type Place } from '../../promotion/wanted';
import { setExitCode, tellMistakes } from '../outcomes';
import { placesOf, type PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { colours, print, table } from '../tables';

export interface StatusOptions extends PromotionOptions, PlaceOptions {
  readonly argocd?: string;
}

/** Says of each model which version is pinned, which is wanted, and what lies between. */
export async function status(model: string | undefined, options: StatusOptions): Promise<void> {
  const outcome = await new Cycle(worldOf(options)).look();
  const shown = placesOf(outcome.state, model, options);
  const deployments =
    options.argocd === undefined ? new Map<string, Deployment>() : await deployed(shown, options.argocd);
  const rows = shown.map(place => rowOf(place, outcome, deployments.get(unitOf(place))));
  print(options.output, rows, () =>
    table(
      [
        'Environment',
        'Team',
        'Model',
        'Version',
        'Canary',
        'Alias',
        'Wanted',
        'State',
        ...(options.argocd ? ['Deployed'] : []),
      ],
      rows.map(row => [
        row.environment,
        row.team,
        row.model,
        `${row.version}`,
        row.canary ? `${row.canary.version} (${row.canary.percent} %)` : '',
        row.alias,
        row.wanted === undefined ? '?' : `${row.wanted}`,
        paint(row.kind)(row.state),
        ...(options.argocd ? [row.deployment?.message ?? ''] : []),
      ]),
    ),
  );
  tellMistakes(outcome);
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

async function deployed(places: readonly Place[], namespace: string): Promise<Map<string, Deployment>> {
  const argo = new ArgoCd(kubernetesReader(), namespace);
  const units = new Map(places.map(place => [unitOf(place), place]));
  return new Map(await Promise.all([...units].map(async ([unit, place]) => [unit, await argo.status(place)] as const)));
}
