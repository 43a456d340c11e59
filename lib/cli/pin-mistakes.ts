import { existsSync, readFileSync } from 'node:fs';
import { namesAlike, parsePins, type Pins } from '../core/pins';
import { attempt, collect, PlatformError } from '../core/platform-error';
import { pinFile } from '../promotion/repository-state';
import { releaseValues, valuesFor } from '../promotion/release-values';
import type { Rules } from '../promotion/rules';
import type { Place } from '../promotion/wanted';

/** Where promotion would hold what is pinned in this folder, whatever the registry says. */
export const pinMistakes = (rules: Rules): PlatformError[] =>
  [...rules.environments.keys()].flatMap(environment =>
    [...rules.teams.keys()].flatMap(team => {
      const file = pinFile({ environment, team });
      const text = readIfThere(file) ?? '';
      // What is wrong in the pins themselves, synthesis says.
      const { result: pins } = attempt(() => parsePins(text, file));
      return pins === undefined ? [] : [...alikeIn(pins), ...ofReleases(rules, { environment, team }, pins)];
    }),
  );

function alikeIn({ file, models }: Pins): PlatformError[] {
  return [...models.values()].flatMap(({ name, line }, index, all) => {
    const twin = all.slice(0, index).find(before => namesAlike(before.name, name))?.name;
    if (twin === undefined) {
      return [];
    }
    const problem = `model "${name}" differs from "${twin}" in capitals alone, so neither is promoted`;
    return [new PlatformError(`${file}:${line}`, problem, 'rename one of the two', 'sameName')];
  });
}

/** Where the values of releases could not follow their pins, or do not. */
function ofReleases(rules: Rules, unit: Omit<Place, 'model'>, pins: Pins): readonly PlatformError[] {
  return [...pins.models.values()].flatMap(pin => {
    const { name, version, line } = pin;
    const values = releaseValues(rules, { ...unit, model: name });
    const written = values && readIfThere(values.file);
    return collect(() => {
      if (values && valuesFor(written, values, pin) !== written) {
        throw new PlatformError(
          `${pins.file}:${line}`,
          `version ${version} of "${name}" is pinned, and ${values.file} has another one`,
          'write the same version in both',
        );
      }
    });
  });
}

const readIfThere = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
