import { PlatformError } from '../core/platform-error';
import { plainText } from '../promotion/plain-text';
import { places, type RepositoryState } from '../promotion/repository-state';
import { placeText, type Place } from '../promotion/wanted';

/** What says which place is meant. */
export interface PlaceOptions {
  readonly environment?: string;
  readonly team?: string;
}

/** The places that are meant: of one model, or of all. */
export function placesOf(state: RepositoryState, model: string | undefined, options: PlaceOptions): Place[] {
  return places(state).filter(
    place =>
      (model === undefined || place.model === model) &&
      (options.environment === undefined || place.environment === options.environment) &&
      (options.team === undefined || place.team === options.team),
  );
}

/**
 * The one place that is meant.
 *
 * @throws PlatformError if there is none, or several
 */
export function onePlace(state: RepositoryState, model: string, options: PlaceOptions): Place {
  const [place, ...more] = placesOf(state, model, options);
  if (place === undefined) {
    const known = places(state).map(placeText).slice(0, 10).join(', ') || 'none';
    throw new PlatformError(
      plainText(model),
      'no such model is pinned where an alias leads',
      `what is there: ${known}`,
    );
  }
  if (more.length > 0) {
    const all = [place, ...more].map(placeText).join(', ');
    throw new PlatformError(
      plainText(model),
      `several places have this model: ${all}`,
      'say which: --environment, --team',
    );
  }
  return place;
}
