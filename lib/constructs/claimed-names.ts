import type { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { PlatformError } from '../core/platform-error';

/** Who has which name, by chart: charts of one App may be for different clusters. */
const owners = new WeakMap<Chart, Map<string, IConstruct>>();

/**
 * Refuses a second construct with a name that a cluster has only once.
 *
 * @param key what must be unique in the chart
 * @param told what to call it
 * @throws PlatformError that names the first
 */
export function claimName(chart: Chart, construct: IConstruct, key: string, told: (owner: IConstruct) => string): void {
  let names = owners.get(chart);
  if (names === undefined) {
    names = new Map();
    owners.set(chart, names);
  }
  const owner = names.get(key);
  if (owner !== undefined) {
    throw new PlatformError(construct, told(owner), 'give one of them another id or name');
  }
  names.set(key, construct);
}
