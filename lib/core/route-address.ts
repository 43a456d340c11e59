import { isHostName } from './dns-label';
import { PlatformError } from './platform-error';

/** Where callers outside of the cluster find something. */
export interface RouteAddress {
  /** Name of the host, such as `churn.ml.example.com`. */
  readonly host: string;
  /**
   * Path below which requests are taken, such as `/v1/models/churn`.
   *
   * @default /
   */
  readonly path?: string;
}

const PATH = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;
const ADDRESS = /^\d+(\.\d+){3}$/;

/** A path as it is compared: without a slash at its end. */
export const normalPath = (path: string): string => path.replace(/\/+$/, '') || '/';

/**
 * An address with its default, in the one spelling in which addresses are compared.
 *
 * @throws PlatformError if no route can have it
 */
export function checkedAddress(
  where: ConstructorParameters<typeof PlatformError>[0],
  { host, path = '/' }: RouteAddress,
): Required<RouteAddress> {
  const name = host.toLowerCase();
  if (name.startsWith('*')) {
    throw new PlatformError(
      where,
      `a route answers for one host, got "${host}"`,
      'name the host; a wildcard belongs to the listener of the gateway',
    );
  }
  if (!isHostName(name) || !name.includes('.') || ADDRESS.test(name)) {
    throw new PlatformError(
      where,
      `"${host}" is no host name`,
      'write the whole name without scheme and port, for example "churn.ml.example.com"',
    );
  }
  return { host: name, path: checkedPath(where, 'path', path) };
}

/**
 * Where callers find a path of what a route leads to; undefined if nothing that the route takes gets there.
 *
 * @param path where the route begins
 * @param seen what the target sees in place of that
 * @param inside the path of the target
 */
export function outsidePath(path: string, seen: string, inside: string): string | undefined {
  const rest = inside === seen ? '' : inside.startsWith(below(seen)) ? inside.slice(below(seen).length - 1) : undefined;
  // Where all of a host is moved below another path, some servers add a slash to that path itself.
  return rest === undefined || (rest === '' && path === '/' && seen !== '/')
    ? undefined
    : below(path).slice(0, -1) + rest || '/';
}

const below = (path: string): string => (path === '/' ? '/' : `${path}/`);

/** @throws PlatformError if the path could mean something else to another server on the way */
export function checkedPath(where: ConstructorParameters<typeof PlatformError>[0], prop: string, path: string): string {
  if (!path.startsWith('/')) {
    throw new PlatformError(where, `${prop} must begin with "/", got "${path}"`, `write "/${path}"`);
  }
  const normal = normalPath(path);
  if (normal !== '/' && !PATH.test(normal)) {
    throw new PlatformError(
      where,
      `${prop} "${path}" is not read by all servers in one way`,
      'use letters, digits, ".", "_", "~" and "-" between single slashes, and no part that begins with "."',
    );
  }
  return normal;
}
