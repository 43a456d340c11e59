import type { Aliases } from './model-registry';
import type { Request, Surroundings } from './outcome';
import { places, type RepositoryState } from './repository-state';
import { registeredName, ruleFor, type RegistryRules } from './rules';
import { ServiceError } from './service-error';
import type { Wanted } from './wanted';

/** Asks each registry once where aliases point. */
export async function wantedVersions(
  { registry }: Surroundings,
  state: RepositoryState,
  request: Request | undefined,
): Promise<Wanted[]> {
  if (request && 'version' in request) {
    return [{ ...request.place, version: request.version, insisted: request.insisted }];
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
  const answers = new Map<string, ReadonlyMap<string, Aliases> | string>();
  await Promise.all(
    [...asked].map(async ([name, entry]) => {
      const aliases = registry(entry.rules).aliases([...entry.names]);
      answers.set(name, await aliases.catch((error: unknown) => unanswered(error)));
    }),
  );
  return all.map(place => {
    const answer = answers.get(rules.teams.get(place.team)!.registry.name)!;
    const { alias } = ruleFor(rules, place.environment, place.team, place.model)!;
    return typeof answer === 'string'
      ? { ...place, unknown: answer }
      : { ...place, version: answer.get(registeredName(rules, place.team, place.model))?.get(alias) };
  });
}

function unanswered(error: unknown): string {
  if (error instanceof ServiceError) {
    return error.message;
  }
  throw error;
}
