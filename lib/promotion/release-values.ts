import type { Pin } from '../core/pins';
import { PlatformError } from '../core/platform-error';
import { plainText } from './plain-text';
import type { Promotion } from './plan';
import { registeredName, ruleFor, type Rules } from './rules';
import { editValues, type ReleaseValues } from './values-edit';
import { withNames, type Place } from './wanted';

/** The values that follow the pin of a place; undefined if no release serves its model. */
export function releaseValues(rules: Rules, place: Place): ReleaseValues | undefined {
  const { environment, team, model } = place;
  const values = ruleFor(rules, environment, team, model)?.values;
  if (values === undefined) {
    return undefined;
  }
  const [file, part] = withNames(values, place).split('#');
  return { file: file!, part, name: registeredName(rules, team, model) };
}

/**
 * What a promotion makes of the values.
 *
 * @param text undefined if there is no such file
 * @returns undefined if the release stays as it is
 * @throws PlatformErrors if the release could not be what the pin says
 */
export function promotedValues(
  text: string | undefined,
  values: ReleaseValues,
  { change, version }: Promotion,
): string | undefined {
  if (change.kind !== 'version' && change.kind !== 'restored') {
    return undefined;
  }
  const { digest } = change.kind === 'restored' ? change.pin : change;
  return valuesFor(text, values, { version, digest });
}

/**
 * The values that serve what is pinned.
 *
 * @throws PlatformErrors if the release could not be what the pin says
 */
export function valuesFor(
  text: string | undefined,
  values: ReleaseValues,
  { version, digest }: Pick<Pin, 'version' | 'digest'>,
): string {
  if (digest !== undefined) {
    throw new PlatformError(
      plainText(values.file),
      'the pin has a digest, which the chart model-api does not check',
      'take the digest out of the pin, or serve the model by a ModelApi of main.ts',
    );
  }
  return editValues(text, values, version);
}
