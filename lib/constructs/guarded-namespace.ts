import { ApiObject, Chart, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { OBJECT_NAME_RULE, isHostName } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import type { Guard } from './guard';

export interface GuardedNamespace {
  /** Those of the cluster. */
  readonly guards: readonly Guard[];
  /**
   * Name of the team.
   *
   * @default - that of the namespace
   */
  readonly team?: string;
  /**
   * Hosts that the team's own routes may have besides those declared with it; `*.` before one stands for all below it.
   *
   * @default - none
   */
  readonly hosts?: readonly string[];
}

/** Labels and annotations of a Namespace. */
interface Facts {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

/**
 * What guards read on a Namespace.
 *
 * @throws PlatformError if a host is none, or nothing guards them
 */
export function guardFacts(
  scope: Construct,
  name: string,
  { guards, team = name, hosts = [] }: GuardedNamespace = { guards: [] },
): Facts {
  const wrong = hosts.find(host => !isHostName(host.replace(/^\*\./, '')));
  if (wrong !== undefined) {
    throw new PlatformError(scope, `"${wrong}" is no host name`, `use ${OBJECT_NAME_RULE}, or "*." before one`);
  }
  if (hosts.length > 0 && !guards.some(guard => guard.name === 'hosts')) {
    throw new PlatformError(scope, 'hosts are of no use: nothing guards them', 'leave them out, or add Guard.hosts()');
  }
  const facts = guards.map(guard => guard.facts?.({ name: team, hosts }) ?? {});
  // Not the Namespace itself: it is being printed when this is asked.
  const isOther = (object: ApiObject) => object.kind !== 'Namespace';
  const objects = () => Chart.of(scope).node.findAll().filter(ApiObject.isApiObject).filter(isOther);
  const annotations = facts.flatMap(fact =>
    Object.entries(fact.annotations ?? {}).map(([key, make]) => [key, Lazy.any({ produce: () => make(objects()) })]),
  );
  return {
    labels: Object.assign({}, ...facts.map(({ labels }) => labels)) as Record<string, string>,
    annotations: Object.fromEntries(annotations) as Record<string, string>,
  };
}

/** @throws PlatformError if there is something that a Namespace of somebody else's would have to tell */
export function refuseFacts(scope: Construct, name: string, { labels, annotations }: Facts): void {
  const [key] = Object.keys({ ...labels, ...annotations });
  if (key !== undefined) {
    throw new PlatformError(
      scope,
      `the guards read ${key} on the namespace "${name}", which was adopted as it is`,
      "let the platform set labels of it, for example adopt: { podSecurity: 'baseline' }",
    );
  }
}
