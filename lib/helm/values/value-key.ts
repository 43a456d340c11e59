import { PlatformError } from '../../core/platform-error';
import { pathText } from './value-path';
import type { ValuePath } from './value-node';

const KEY = /^[A-Za-z][A-Za-z0-9]*$/;
/** Words that are no texts in YAML 1.1, so that a template would not find the value. */
const YAML_WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
/** What parent charts set at the root of a chart's values: Helm itself, and by custom the condition of a dependency. */
const OF_PARENTS = ['global', 'enabled'];

/** Refuses the name of a field that a template, YAML or a parent chart would take for something else. */
export function checkKey(path: ValuePath): void {
  const key = path.at(-1)!;
  if (!KEY.test(key)) {
    throw new PlatformError(
      pathText(path),
      `"${key}" cannot be read as .Values.${key} in a template`,
      'use letters and digits, as in pullPolicy',
    );
  }
  if (YAML_WORD.test(key)) {
    throw new PlatformError(
      pathText(path),
      `YAML reads the key "${key}" as a boolean or as null, so Helm would not find the value`,
      'give it another name',
    );
  }
  if (path.length === 1 && OF_PARENTS.includes(key)) {
    throw new PlatformError(
      pathText(path),
      `"${key}" belongs to charts that have this one as a dependency`,
      'give it another name, or put it into an object of yours',
    );
  }
}
