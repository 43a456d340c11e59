import type { Pin } from '../core/pins';
import { PlatformError } from '../core/platform-error';
import type { PinHistory } from './pin-history';
import { unitOf, type Promotion } from './plan';
import type { RepositoryState } from './repository-state';
import { placeText, type Place } from './wanted';

/** The change that takes a pin away; none if there is none. */
export function removal({ pins }: RepositoryState, place: Place): Promotion[] {
  const pin = pins.get(unitOf(place))?.models.get(place.model);
  return pin === undefined
    ? []
    : [{ ...place, from: pin.version, version: pin.version, change: { kind: 'pin-removed' } }];
}

/** The change that brings a pin of the past back; none if it is what is pinned. */
export function restoration({ pins }: RepositoryState, place: Place, pin: Omit<Pin, 'line'>): Promotion[] {
  const now = pins.get(unitOf(place))!.models.get(place.model)!;
  return now.version === pin.version && now.canary === undefined
    ? []
    : [{ ...place, from: now.version, version: pin.version, change: { kind: 'restored', pin } }];
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
  );
}
