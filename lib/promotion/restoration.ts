import type { Pin } from '../core/pins';
import { PlatformError } from '../core/platform-error';
import type { PinHistory } from './pin-history';
import { UNPINNED, unitOf, type Promotion } from './plan';
import type { RepositoryState } from './repository-state';
import { placeText, type Place } from './wanted';

/** The change that takes a pin away; none if there is none. */
export function removal({ pins }: RepositoryState, place: Place): Promotion[] {
  const pin = pins.get(unitOf(place))?.models.get(place.model);
  return pin === undefined
    ? []
    : [{ ...place, from: pin.version, version: pin.version, change: { kind: 'pin-removed' } }];
}

/**
 * The change that brings a pin of the past back; none if it is what is pinned.
 *
 * @param from the version that was pinned when a person asked for this
 * @throws PlatformError if others took the pin away since, or pinned another version
 */
export function restoration(
  { pins }: RepositoryState,
  place: Place,
  pin: Omit<Pin, 'line'>,
  from: number | undefined,
): Promotion[] {
  const now = pins.get(unitOf(place))?.models.get(place.model);
  if (now?.version === pin.version && now.canary === undefined) {
    return [];
  }
  refuseChanged(place, from, now);
  return [{ ...place, from: now.version, version: pin.version, change: { kind: 'restored', pin } }];
}

/**
 * What a person asks for is meant for what they saw.
 *
 * @param from the version that was pinned when they asked; undefined if that does not matter
 * @throws PlatformError if others took the pin away since, or pinned another version
 */
export function refuseChanged(place: Place, from: number | undefined, now: Pin | undefined): asserts now is Pin {
  if (now === undefined) {
    throw new PlatformError(placeText(place), 'it has no pin any more', 'pin it again with mlops deploy');
  }
  if (from !== undefined && now.version !== from) {
    throw new PlatformError(
      placeText(place),
      `version ${now.version} was pinned in place of ${from === UNPINNED ? 'none' : from} meanwhile`,
      'look at mlops history, and ask again if that is to be replaced too',
    );
  }
}

/**
 * A pin of the past.
 *
 * @throws PlatformError if the version was never pinned there
 */
export async function pastPin(
  history: PinHistory,
  { pins }: RepositoryState,
  place: Place,
  version: number | undefined,
): Promise<Omit<Pin, 'line'>> {
  const now = pins.get(unitOf(place))?.models.get(place.model);
  const known = new Set<number>();
  for await (const { pin } of history.ofPin(place)) {
    const wanted = version ?? (now?.canary ? now.version : undefined);
    if (pin && (wanted === undefined ? pin.version !== now?.version : pin.version === wanted)) {
      return pin;
    }
    known.add(pin?.version ?? 0);
  }
  known.delete(0);
  throw new PlatformError(
    placeText(place),
    version === undefined ? 'no other version was ever pinned' : `version ${version} was never pinned`,
    `versions that were: ${[...known].join(', ') || 'none'}; for another one use mlops promote --version`,
    'absent',
  );
}
