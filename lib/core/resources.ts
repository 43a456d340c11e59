import { parseQuantity } from './quantity';
import { PlatformError } from './platform-error';

/**
 * Requests and limits of a container, as Kubernetes writes them.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

/**
 * The resources with defaults filled in. A request without a limit of its own may not exceed the default limit: the
 * limit then follows the request.
 *
 * An extended resource such as a GPU cannot be overcommitted: its limit is its request.
 *
 * @throws PlatformError on a quantity that is none and on a request above its limit
 */
export function checkedResources(
  where: ConstructorParameters<typeof PlatformError>[0],
  given: Resources,
  defaults: Required<Resources>,
): Required<Resources> {
  const requests: Record<string, string> = { ...defaults.requests, ...given.requests };
  const extended = Object.entries(requests).filter(([resource]) => resource.includes('/'));
  const limits: Record<string, string> = { ...defaults.limits, ...Object.fromEntries(extended), ...given.limits };
  for (const [resource, limit] of Object.entries(limits)) {
    const most = checkedQuantity(where, `limits.${resource}`, limit);
    const request = requests[resource];
    if (request === undefined || checkedQuantity(where, `requests.${resource}`, request) <= most) {
      continue;
    }
    if (given.limits?.[resource] !== undefined && given.requests?.[resource] !== undefined) {
      throw new PlatformError(
        where,
        `requests.${resource} (${request}) is above limits.${resource} (${limit})`,
        'lower the request or raise the limit',
      );
    }
    if (given.limits?.[resource] !== undefined) {
      requests[resource] = limit;
    } else {
      limits[resource] = request;
    }
  }
  for (const [resource, request] of Object.entries(requests)) {
    checkedQuantity(where, `requests.${resource}`, request);
  }
  return { requests, limits };
}

/**
 * The amount of a quantity.
 *
 * @throws PlatformError if it is none
 */
export function checkedQuantity(
  where: ConstructorParameters<typeof PlatformError>[0],
  name: string,
  text: string,
): number {
  const amount = parseQuantity(text);
  if (amount === undefined) {
    throw new PlatformError(
      where,
      `${name} must be a quantity, got "${text}"`,
      'write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    );
  }
  return amount;
}

const SMALLEST = '1Mi';

/**
 * Checks the size of a volume or of a room on the node's disk.
 *
 * @throws PlatformError if it is none, or too small to be meant
 */
export function checkedSize(where: ConstructorParameters<typeof PlatformError>[0], name: string, text: string): number {
  const size = checkedQuantity(where, name, text);
  if (size < parseQuantity(SMALLEST)!) {
    throw new PlatformError(
      where,
      `${name} must be at least ${SMALLEST}, got "${text}"`,
      'write it with its unit: "10Gi"',
    );
  }
  return size;
}
