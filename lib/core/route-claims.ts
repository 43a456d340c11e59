import { normalPath } from './route-address';

/** Requests that a route takes for itself. */
export interface RouteClaim {
  /** In lower case; `*` for a route that answers for every host of its gateway. */
  readonly host: string;
  readonly path: string;
  /** Whether it takes that path alone, and none below it. */
  readonly exact: boolean;
}

/** An object as it is written, of whatever kind. */
interface Routed {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly spec?: unknown;
}

type Match = Omit<RouteClaim, 'host'>;

const READERS: Readonly<Record<string, (spec: any) => RouteClaim[]>> = {
  'gateway.networking.k8s.io HTTPRoute': httpRoute,
  'networking.istio.io VirtualService': virtualService,
  'networking.k8s.io Ingress': ingress,
};

/** Whether an object is a route, of any kind. */
export const isRoute = (object: Routed): boolean => keyOf(object) in READERS;

/**
 * What the object claims, if it is a route of any kind, whoever made it. A rule that looks at more than host and path
 * claims nothing: another may have the same path with other headers.
 */
export function routeClaims(object: Routed): RouteClaim[] {
  return READERS[keyOf(object)]?.(object.spec ?? {}) ?? [];
}

/** The claim as people write it. */
export const claimText = ({ host, path, exact }: RouteClaim): string =>
  `https://${host}${path}${exact ? ' alone' : ''}`;

function httpRoute({ hostnames, rules }: any): RouteClaim[] {
  const matches = list(rules).flatMap(rule => list(rule.matches ?? [{}]));
  return claims(
    hostnames?.length > 0 ? hostnames : ['*'],
    matches
      .filter(({ headers, method, queryParams }) => !headers && !method && !queryParams)
      .filter(({ path }) => path?.type !== 'RegularExpression')
      .map(({ path }) => match(path?.value, path?.type === 'Exact')),
  );
}

function virtualService({ hosts, gateways, http }: any): RouteClaim[] {
  const outside = list(gateways).some(gateway => gateway !== 'mesh');
  const matches = list(http).flatMap(rule => list(rule.match ?? [{}]));
  return claims(
    outside ? hosts : [],
    matches
      .filter(({ uri, port: _, name: __, ...others }) => uri?.regex === undefined && Object.keys(others).length === 0)
      .map(({ uri }) => match(uri?.prefix ?? uri?.exact, uri?.exact !== undefined)),
  );
}

function ingress({ rules, defaultBackend }: any): RouteClaim[] {
  return [
    ...claims(defaultBackend === undefined ? [] : ['*'], [match(undefined, false)]),
    ...list(rules).flatMap(({ host = '*', http }) =>
      claims(
        [host],
        list(http?.paths).map(({ path, pathType }) => match(path, pathType === 'Exact')),
      ),
    ),
  ];
}

const keyOf = ({ apiVersion = '', kind = '' }: Routed): string => `${apiVersion.split('/')[0]} ${kind}`;

const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);

const match = (path: string | undefined, exact: boolean): Match => ({ path: normalPath(path ?? '/'), exact });

/** Each host with each path, once: a prefix takes its own path too. */
function claims(hosts: unknown, matches: readonly Match[]): RouteClaim[] {
  const prefixes = new Set(matches.filter(({ exact }) => !exact).map(({ path }) => path));
  const own = matches.filter(({ path, exact }) => !exact || !prefixes.has(path));
  return list(hosts).flatMap(host => own.map(one => ({ host: `${host}`.toLowerCase(), ...one })));
}
