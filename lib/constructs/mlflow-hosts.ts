import type { Construct } from 'constructs';
import { admitsHost, allowedHosts, isHostPattern } from '../core/allowed-hosts';
import { isHostName } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { ClusterNetwork } from './cluster-network';
import type { Exposure } from './exposure';

export interface MlflowHostsProps {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  /** Names of routes from outside of the cluster. */
  readonly routes: readonly string[];
  /** The list to use instead of the computed one. */
  readonly given?: readonly string[];
}

/**
 * Names of all routes to an MLflow server.
 *
 * @throws PlatformError if one of them leads to a path, where the pages of the server would not find themselves
 */
export function exposedHosts(
  scope: Construct,
  { address }: Pick<Exposure, 'address'> = {},
  hosts: readonly string[] = [],
): readonly string[] {
  if (address && address.path !== '/') {
    throw new PlatformError(
      scope,
      `MLflow cannot be below a path, got "${address.path}"`,
      'give it a host of its own, and leave path out',
    );
  }
  return address ? [...new Set([address.host, ...hosts])] : hosts;
}

/**
 * The Host headers that an MLflow server accepts.
 *
 * @throws PlatformError if a route is no name, the given list admits any site, or misses a name in use
 */
export function mlflowHosts(scope: Construct, props: MlflowHostsProps): readonly string[] {
  const wrong = props.routes.find(host => !isHostName(host));
  if (wrong !== undefined) {
    throw new PlatformError(scope, `"${wrong}" is no host name`, 'write the name alone, without scheme, port or "*"');
  }
  const computed = allowedHosts({ ...props, domain: ClusterNetwork.of(scope).domain });
  const { given } = props;
  if (given === undefined) {
    return computed;
  }
  const open = given.find(entry => !isHostPattern(entry));
  if (open !== undefined) {
    throw new PlatformError(
      scope,
      `allowedHosts may not be "${open}": any site could then call the server through a browser`,
      'leave allowedHosts out, it is computed',
    );
  }
  const missed = computed.filter(host => !admitsHost(given, host));
  if (missed.length > 0) {
    throw new PlatformError(
      scope,
      `allowedHosts misses ${missed.join(', ')}: the server would answer 403 there`,
      'add them, or leave allowedHosts out',
    );
  }
  return given;
}
