import type { Construct } from 'constructs';
import { isDnsLabel, isHostName } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';

/** What a gateway of one's own answers for, and whose routes attach to it. */
export interface GatewayReach {
  readonly host: string;
  /** Namespaces whose routes attach; undefined for the gateway's own. */
  readonly routesFrom: readonly string[] | undefined;
  /** What to do if they are none. */
  readonly ifNone: string;
  /** Further namespaces that it refers to. */
  readonly namespaces?: readonly string[];
}

/** @throws PlatformError if the host or a namespace is none, or no route could attach */
export function checkReach(gateway: Construct, { host, routesFrom, ifNone, namespaces = [] }: GatewayReach): void {
  if (!isHostName(host.toLowerCase().replace(/^\*\./, ''))) {
    throw new PlatformError(gateway, `"${host}" is no host name`, 'write it as "ml.example.com" or "*.ml.example.com"');
  }
  if (routesFrom?.length === 0) {
    throw new PlatformError(gateway, 'routesFrom is empty, so no route could attach', ifNone);
  }
  const wrong = [...namespaces, ...(routesFrom ?? [])].find(name => !isDnsLabel(name));
  if (wrong !== undefined) {
    throw new PlatformError(gateway, `"${wrong}" cannot name a namespace`, 'name namespaces one by one, without "*"');
  }
}
