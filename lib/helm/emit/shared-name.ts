import type { Entry, Node } from '../tree/chart-tree';
import { usedSlotsOf } from '../tree/used-slots';

/** A place that a part of a chart stands in. */
export interface Place {
  readonly key: string;
  /** The key of what it stands in. */
  readonly parent?: string;
  /** What stands in the same map. */
  readonly beside: readonly Entry[];
}

/** Keys that do not say what stands there. */
const VAGUE = ['name', 'value', 'key', 'path'];

/**
 * Names for a helper, the best first, after the key under which its text stands and the values that it is made of:
 * `auth.secretName` for what is made of `auth.secret.kind` and `auth.secret.name`.
 *
 * @param all every place of the chart
 * @param fields the names of the chart's values
 */
export function sharedNames(
  node: Node,
  places: readonly Place[],
  all: readonly Place[],
  fields: ReadonlySet<string>,
): readonly string[] {
  const { key, parent, beside } = places.find(place => !VAGUE.includes(place.key)) ?? places[0]!;
  const owner = nameBeside(beside);
  const about = commonSteps(node);
  const own = VAGUE.includes(key) && owner !== undefined ? camelCase(owner) : key;
  // A key alone promises that it is always this which stands there, and no value of the user's.
  const isUsual = 2 * places.length >= all.filter(place => place.key === key).length && !fields.has(own);
  const plain = [...(own.startsWith(about.at(-1) ?? ' ') ? about.slice(0, -1) : about), own];
  const names = [
    ...(about.length > 0 || isUsual ? [plain] : []),
    ...(owner === undefined ? [] : [[camelCase(owner), own]]),
    ...(parent === undefined ? [] : [[parent, own]]),
  ];
  return (names.length === 0 ? [plain] : names).map(steps => steps.join('.'));
}

/** `auth.secret` for `auth.secret.kind` and `auth.secret.name`; nothing for values that have no name in common. */
function commonSteps(node: Node): readonly string[] {
  const [first = [], ...others] = [...usedSlotsOf(node)].map(({ steps }) => steps.slice(0, -1));
  const length = first.findIndex((step, index) => others.some(steps => steps[index] !== step));
  return length === -1 ? first : first.slice(0, length);
}

/** The name of what an entry belongs to: a container's, or a variable's. */
function nameBeside(entries: readonly Entry[]): string | undefined {
  const name = entries.find(({ key }) => key === 'name')?.node;
  return name?.kind === 'literal' && typeof name.value === 'string' ? name.value : undefined;
}

/** `awsEndpointUrl` for `AWS_ENDPOINT_URL`, `migrateAuth` for `migrate-auth`. */
const camelCase = (text: string): string =>
  text.toLowerCase().replaceAll(/[^a-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase());
