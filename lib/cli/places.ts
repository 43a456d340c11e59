import { isModelName } from '../core/model-version';
import { PlatformError, PlatformErrors } from '../core/platform-error';
import { plainText } from '../promotion/plain-text';
import { places, type RepositoryState } from '../promotion/repository-state';
import { ruleFor } from '../promotion/rules';
import { RULES_FILE } from '../promotion/rules-file';
import { placeText, type Place } from '../promotion/wanted';

/** What says which place is meant. */
export interface PlaceOptions {
  readonly environment?: string;
  readonly team?: string;
}

/**
 * The places that are meant: of one model, or of all.
 *
 * @throws PlatformError if there is no such environment, team or model
 */
export function placesOf(state: RepositoryState, model: string | undefined, options: PlaceOptions): Place[] {
  refuseUnknown(options, RULES_FILE, [...state.rules.environments.keys()], [...state.rules.teams.keys()]);
  const meant = placesWith(state, model, options);
  if (model !== undefined && meant.length === 0) {
    refuseMistakes(state);
    const known = places(state).map(placeText).slice(0, 10).join(', ') || 'none';
    throw new PlatformError(
      plainText(model),
      'no such model is pinned where an alias leads',
      `what is there: ${known}`,
    );
  }
  return meant;
}

const placesWith = (state: RepositoryState, model: string | undefined, { environment, team }: PlaceOptions): Place[] =>
  places(state).filter(
    place =>
      (model ?? place.model) === place.model &&
      (environment ?? place.environment) === place.environment &&
      (team ?? place.team) === place.team,
  );

/**
 * Nothing is done for a name that nothing has, which looks as if all were well.
 *
 * @param file what names those that are there
 * @throws PlatformError if there is no such environment or team
 */
export function refuseUnknown(
  { environment, team }: PlaceOptions,
  file: string,
  environments: readonly string[],
  teams: readonly string[],
): void {
  const refuse = (what: string, name: string | undefined, known: readonly string[]) => {
    if (name !== undefined && !known.includes(name)) {
      const some = known.slice(0, 10).join(', ') || 'none';
      throw new PlatformError(`--${what}`, `${file} names no ${what} "${plainText(name)}"`, `use one of: ${some}`);
    }
  };
  refuse('environment', environment, environments);
  refuse('team', team, teams);
}

/**
 * The one place that is meant.
 *
 * @throws PlatformError if there is none, or several
 */
export function onePlace(state: RepositoryState, model: string, options: PlaceOptions): Place {
  const [place, ...more] = placesOf(state, model, options);
  if (more.length > 0) {
    const all = [place!, ...more].map(placeText).join(', ');
    throw new PlatformError(
      plainText(model),
      `several places have this model: ${all}`,
      'say which: --environment, --team',
    );
  }
  return place!;
}

/** What is not found may be in a file that cannot be read. */
function refuseMistakes({ mistakes }: RepositoryState): void {
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
}

/** What a person writes for a version of a model: `churn`, `churn@champion` or `churn:3`. */
export interface Target {
  readonly model: string;
  readonly alias?: string;
  readonly version?: number;
}

/** @throws PlatformError if it is none */
export function parseTarget(text: string): Target {
  const [, model, alias, version] = /^([^@:]+)(?:@([A-Za-z0-9._-]+)|:([1-9][0-9]{0,14}))?$/.exec(text) ?? [];
  if (model === undefined || !isModelName(model)) {
    throw new PlatformError(
      'mlops',
      `"${plainText(text, 60)}" names no model version`,
      'write churn, churn@champion or churn:3',
    );
  }
  return { model, ...(alias && { alias }), ...(version && { version: Number(version) }) };
}

/**
 * The one place that is meant, which may have no pin yet.
 *
 * @throws PlatformError if there is none, or several
 */
export function placeToPin(state: RepositoryState, model: string, options: PlaceOptions): Place {
  const { environment, team } = options;
  if (placesWith(state, model, options).length === 0 && environment !== undefined && team !== undefined) {
    refuseMistakes(state);
    if (ruleFor(state.rules, environment, team, model) === undefined) {
      throw new PlatformError(
        plainText(`${environment}/${team}`),
        'no alias leads there',
        `declare environment and team in ${RULES_FILE}`,
      );
    }
    return { environment, team, model };
  }
  return onePlace(state, model, options);
}
