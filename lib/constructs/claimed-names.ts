import type { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { PlatformError } from '../core/platform-error';

/** On the chart itself: a WeakMap would keep what is forgotten alive until the next full collection. */
const NAMES = Symbol('cdk8s-mlops.names');

/** A chart with those of its constructs that have a name which a cluster has only once, by that name. */
type Register = Chart & { [NAMES]?: Map<string, IConstruct[]> };

/**
 * Refuses a second construct with a name that a cluster has only once. Charts are not compared: those of one App may
 * be for different clusters.
 *
 * @param same whether another construct of that name is in the way
 * @param told what to say of it
 * @throws PlatformError that names both
 */
export function claimName(
  chart: Register,
  construct: IConstruct,
  name: string,
  same: (other: IConstruct) => boolean,
  told: (other: IConstruct) => string,
): void {
  const names = (chart[NAMES] ??= new Map());
  const others = names.get(name);
  if (others === undefined) {
    names.set(name, [construct]);
    return;
  }
  const twin = others.find(same);
  if (twin !== undefined) {
    throw new PlatformError(construct, told(twin), 'give one of them another id or name');
  }
  others.push(construct);
}
