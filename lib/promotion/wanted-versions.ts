import type { AliasAt } from './commit-message';
import type { Aliases } from './model-registry';
import type { Request, Surroundings } from './outcome';
import { places, type RepositoryState } from './repository-state';
import { registeredName, ruleFor, type RegistryRules, type Rules } from './rules';
import { orServiceError, ServiceError } from './service-error';
import type { Place, Wanted } from './wanted';

/** Asks each registry once where aliases point. */
export async function wantedVersions(
  { registry }: Surroundings,
  state: RepositoryState,
  request: Request | undefined,
): Promise<Wanted[]> {
  if (request && 'version' in request) {
    return [{ ...request.place, version: request.version, person: { insisted: request.insisted } }];
  }
  const { rules } = state;
  const all = places(state);
  const asked = new Map<string, { rules: RegistryRules; names: Set<string> }>();
  for (const { team, model } of all) {
    const server = rules.teams.get(team)!.registry;
    const entry = asked.get(server.name) ?? { rules: server, names: new Set<string>() };
    asked.set(server.name, entry);
    entry.names.add(registeredName(rules, team, model));
  }
  const answers = new Map<string, ReadonlyMap<string, Aliases> | ServiceError>();
  await Promise.all(
    [...asked].map(async ([name, entry]) => {
      answers.set(name, await orServiceError(registry(entry.rules).aliases([...entry.names])));
    }),
  );
  return all.map(place => {
    const answer = answers.get(rules.teams.get(place.team)!.registry.name)!;
    const { alias } = ruleFor(rules, place.environment, place.team, place.model)!;
    return answer instanceof ServiceError
      ? { ...place, unknown: answer }
      : { ...place, version: answer.get(registeredName(rules, place.team, place.model))?.get(alias) };
  });
}

/** Nobody waits longer to take a version back than this. */
const PATIENCE_SECONDS = 3;

/** Where the alias of a place points; undefined if that cannot be known, which keeps nobody from a rollback. */
export async function aliasAt(
  { registry }: Pick<Surroundings, 'registry'>,
  rules: Rules,
  { environment, team, model }: Place,
): Promise<AliasAt | undefined> {
  const rule = ruleFor(rules, environment, team, model);
  if (rule === undefined) {
    return undefined;
  }
  const name = registeredName(rules, team, model);
  const asked = async () =>
    (await registry(rules.teams.get(team)!.registry).aliases([name], PATIENCE_SECONDS)).get(name);
  return asked().then(
    aliases => aliases?.get(rule.alias) ?? 'none',
    () => undefined,
  );
}
