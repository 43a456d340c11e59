import { PlatformError } from '../../core/platform-error';
import type { Slot } from '../tree/slot';
import { shownJson } from '../values/json-text';
import type { ChartIdentity } from '../values/release';
import type { Json } from '../values/value-node';
import type { Blamed } from './blame';
import type { Difference } from './sample';

/** Characters of a value in a message. */
const SHOWN = 120;

/** A construct that reads the clock, draws lots or asks the environment. */
export function impure({ name }: ChartIdentity): PlatformError {
  return new PlatformError(
    name,
    'the construct makes other objects of the same values each time it runs',
    'take the clock, random numbers and counters out of it',
  );
}

/** A construct that does with values what no template explains. */
export function disagreement(
  chart: ChartIdentity,
  { object, path, wanted, printed, problem }: Difference,
  blamed: readonly Blamed[],
  slot: Slot | undefined,
): PlatformError {
  const values = blamed.map(({ path: name, value }) => `${name}: ${text(value)}`).join(', ');
  const [only] = blamed;
  return new PlatformError(
    `${chart.name}: ${[object, path].filter(Boolean).join(' ')}`,
    `with ${values} ${problem ?? `the construct prints ${text(wanted)}, where the best template prints ${text(printed)}`}`,
    remedyFor(blamed.length === 1 ? only!.value : undefined, blamed.length === 1 ? only!.path : undefined, slot),
  );
}

function remedyFor(value: Json | undefined, path: string | undefined, slot: Slot | undefined): string {
  if (Array.isArray(value) && slot?.node.kind !== 'opaque') {
    return 'print each item of the list as .map() does, whatever its index and the items beside it, or declare what is counted or joined as a value of its own';
  }
  if (slot?.node.kind === 'integer') {
    return `print ${path} as it is, times or plus a constant, or declare a boolean or a choice for what depends on it`;
  }
  if (slot?.node.kind === 'string') {
    return `print ${path} as it is; if something depends on what it says, declare a boolean or a choice for that, or narrow its pattern to what is treated alike`;
  }
  if (slot?.node.kind === 'map' || slot?.node.kind === 'opaque') {
    return `print the entries of ${path} in the order of their keys and whatever they are, and let a pattern refuse keys that are treated in another way`;
  }
  return 'declare a boolean or a choice among the values that tells the two cases apart';
}

const text = (value: Json | undefined): string => (value === undefined ? 'nothing' : shownJson(value, SHOWN));
