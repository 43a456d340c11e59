import { PlatformError } from '../core/platform-error';
import type { Surroundings } from '../promotion/cycle';
import { plainText } from '../promotion/plain-text';
import { registeredName, ruleFor, type Rules } from '../promotion/rules';
import { placeText, type Place } from '../promotion/wanted';

/**
 * Where an alias points.
 *
 * @param alias the one that feeds the environment if it is left out
 * @throws PlatformError if it is not set
 */
export async function aliased(
  { registry }: Pick<Surroundings, 'registry'>,
  { rules }: { readonly rules: Rules },
  place: Place,
  alias = ruleFor(rules, place.environment, place.team, place.model)!.alias,
): Promise<number> {
  const name = registeredName(rules, place.team, place.model);
  const aliases = (await registry(rules.teams.get(place.team)!.registry).aliases([name])).get(name);
  const version = aliases?.get(alias);
  if (version === undefined) {
    const known = [...(aliases?.keys() ?? [])].map(one => plainText(one, 40)).join(', ');
    throw new PlatformError(
      placeText(place),
      aliases === undefined
        ? `the registry has no model "${plainText(name)}", or none of its aliases`
        : `alias "${plainText(alias)}" is not set, only: ${known || 'none'}`,
      `set it in MLflow, or name a version: ${place.model}:1`,
      'absent',
    );
  }
  return version;
}
