import type { DeclaredModel } from '../../platform/models';
import { applyRoutes, modelsOf, undoRoutes, type ClusterOptions } from '../direct';
import { loadPlatform } from '../load-platform';
import type { PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { commitRoutes, type ListedModel } from '../route-commit';
import { colours, print, table } from '../tables';

export interface RoutesOptions extends PromotionOptions, PlaceOptions, ClusterOptions {
  readonly list?: boolean;
}

/** Brings the routes of models in line with what `main.ts` declares: by a commit, or on a cluster. */
export async function routes(models: readonly string[], options: RoutesOptions): Promise<void> {
  if (options.list) {
    const listed = modelsOf(await loadPlatform(options.app), models, options).map(asListed);
    print(options.output, listed, () => routeTable(listed));
    return;
  }
  if (options.undo) {
    await undoRoutes(models, options);
    return;
  }
  if (options.apply) {
    await applyRoutes(models, options);
    return;
  }
  const world = worldOf(options);
  try {
    const made = await commitRoutes(world, models, options);
    const { commit, changed, diff } = made;
    print(options.output, made, () =>
      [
        routeTable(made.models),
        ...changed.map(name => `  ${options.dryRun ? 'would change' : 'changed'} ${name}`),
        commit === undefined ? diff || 'nothing to do' : `${colours.green('pushed')} ${commit.slice(0, 12)}`,
      ].join('\n'),
    );
  } finally {
    await world.git.close();
  }
}

function asListed({ environment, team, model, objects, routes: own }: DeclaredModel): ListedModel {
  const labels = objects.map(object => (object as { metadata: { labels?: Record<string, string> } }).metadata.labels);
  const instances = labels.flatMap(label => label?.['app.kubernetes.io/instance'] ?? []);
  return {
    environment,
    team,
    model,
    instances: [...new Set(instances)],
    routes: own.map(route => ({ ...route, claims: [...route.claims] })),
  };
}

const routeTable = (models: readonly ListedModel[]): string =>
  table(
    ['Environment', 'Team', 'Model', 'Route', 'Requests'],
    models.flatMap(({ environment, team, model, routes: own }) =>
      own.length === 0
        ? [[environment, team, model, 'none', '']]
        : own.map(({ kind, name, claims }) => [environment, team, model, `${kind}/${name}`, claims.join(' ')]),
    ),
  );
