import { typed, type EnvoyObject, type HttpFilter } from './envoy';
import { limitedTo } from './envoy-concurrency';
import { PlatformError } from './platform-error';
import { formatQuantity } from './quantity';

const KIBI = 2 ** 10;
const MEBI = 2 ** 20;

/** Bodies up to this size are not counted: that many connections bound their sum. */
const SMALL = 32 * KIBI;
const MIDDLE = MEBI;

/** Set if a body comes in chunks: routes do not see that by themselves. Callers and the model never see it. */
export const CHUNKED_HEADER = 'x-mlops-chunked';

/** Bodies of some size, of which the proxy takes so many at one time. */
interface BodyClass {
  readonly name: string;
  /** Largest of them, in bytes. */
  readonly most: number;
  readonly places: number;
}

/** What the proxy's memory has room for. */
export interface BodyRoom {
  readonly connections: number;
  /** By size, the largest last, where bodies are also whose size nobody knows beforehand. */
  readonly classes: readonly BodyClass[];
}

/**
 * Shares the memory of a proxy out to the bodies that it receives at one time. What is not in these shares is left to
 * Envoy itself and to what the sizes of bodies do not tell.
 *
 * @throws PlatformError if not one body of the largest size fits
 */
export function bodyRoom(
  where: ConstructorParameters<typeof PlatformError>[0],
  memory: number,
  requestBytes: number,
): BodyRoom {
  const eighth = memory / 8;
  const classes = [
    { name: 'middle', most: MIDDLE, share: 1 },
    { name: 'large', most: requestBytes, share: 3 },
  ];
  if (requestBytes > eighth * 3) {
    const least = formatQuantity('memory', Math.ceil((requestBytes * 8) / 3 / MEBI) * MEBI);
    throw new PlatformError(
      where,
      `limits.requestSize (${formatQuantity('memory', requestBytes)}) does not fit into the memory of the proxy ` +
        `(${formatQuantity('memory', memory)}), three eighths of which hold large bodies`,
      `lower it, or give the proxy at least ${least}: proxy.resources.limits.memory`,
    );
  }
  const connections = Math.floor(eighth / SMALL);
  return {
    connections,
    classes: classes
      .filter(({ name }) => name === 'large' || requestBytes > MIDDLE)
      .map(({ name, most, share }) => ({
        name,
        most,
        places: Math.min(Math.floor((eighth * share) / most), connections),
      })),
  };
}

const filterName = (name: string): string => `mlops.bodies.${name}`;

/** Answers 503 at once to a body for which there is no room, before anything of it is received. */
export function bodyFilters({ classes }: BodyRoom): HttpFilter[] {
  return classes.map(({ name, places }) => ({ ...limitedTo(places), name: filterName(name) }));
}

/** Which requests are of one class, and what their routes say of the filters. */
export interface BodyRoute {
  readonly headers?: readonly EnvoyObject[];
  readonly settings: Readonly<Record<string, EnvoyObject>>;
  /** Whether a request is small enough to be kept for another attempt. */
  readonly kept: boolean;
}

/** Settings of a route that has no room for any body. */
export const uncounted = ({ classes }: BodyRoom): Record<string, EnvoyObject> => off(classes);

const off = (classes: readonly BodyClass[]): Record<string, EnvoyObject> =>
  Object.fromEntries(
    classes.map(({ name }) => [filterName(name), typed('config.route.v3.FilterConfig', { disabled: true })]),
  );

/** A route for each class. The last takes whatever the others do not. */
export function bodyRoutes({ classes }: BodyRoom): BodyRoute[] {
  const upTo = (bytes: number): EnvoyObject => ({
    name: 'content-length',
    range_match: { start: 0, end: bytes + 1 },
  });
  const without = (name: string): EnvoyObject => ({ name, present_match: false });
  const small = { settings: off(classes), kept: true };
  return [
    { ...small, headers: [without('content-length'), without(CHUNKED_HEADER)] },
    { ...small, headers: [upTo(SMALL)] },
    ...classes.map((one, index) => ({
      headers: index < classes.length - 1 ? [upTo(one.most)] : undefined,
      settings: off(classes.filter(other => other !== one)),
      kept: false,
    })),
  ];
}
