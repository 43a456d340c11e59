import type { Construct } from 'constructs';
import { PlatformError } from '../core/platform-error';
import { checkShares } from '../core/route-share';
import type { NetworkPeer } from './network-peer';
import type { Workload } from './workload';

/** A Service that a route leads to. */
export interface RouteService {
  readonly service: string;
  /** Port of the Service. */
  readonly port: number;
  /** The pods behind it. */
  readonly workload: Workload;
}

export interface RouteBackend extends RouteService {
  /**
   * Share of the requests that it gets, in percent.
   *
   * @default - all of them; only where there is one backend
   */
  readonly weight?: number;
}

/** What is exposed. */
export interface RouteTarget {
  /** The construct that the objects of the route belong to. */
  readonly scope: Construct;
  /** Name of these objects. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly backends: readonly RouteBackend[];
  /** Gets a copy of each request; what it answers is thrown away. */
  readonly mirror?: RouteService;
  /** Time after which the target itself has given up on a request, in seconds. */
  readonly timeoutSeconds: number;
  /** Ports of the pods that tell Prometheus how they are, in clear text. */
  readonly probePorts: readonly number[];
  /** Why everybody may call; undefined if the target authenticates callers. */
  readonly openBecause?: string;
}

/** Time by which a route outlasts its target, in seconds: the target then says itself that it was too slow. */
const MARGIN_SECONDS = 5;

/** @throws PlatformError if no public route may lead there */
export function checkTarget({ scope, backends, openBecause }: RouteTarget): void {
  if (openBecause !== undefined) {
    throw new PlatformError(
      scope,
      `a public route leads to an API that everybody may call ("${openBecause}")`,
      'authenticate callers, for example with ApiAuth.apiKeys(), or leave the exposure out',
    );
  }
  checkShares(scope, backends);
}

/** All pods that requests, or copies of them, come to. */
export const podsOfRoute = ({ backends, mirror }: RouteTarget): Set<Workload> =>
  new Set([...backends, ...(mirror ? [mirror] : [])].map(({ workload }) => workload));

/** Lets whoever forwards the requests call these pods. */
export function openRoute(target: RouteTarget, gateway: NetworkPeer): void {
  podsOfRoute(target).forEach(workload => workload.allowFrom(gateway));
}

/** How long a route waits for its target. */
export const routeTimeout = ({ timeoutSeconds }: RouteTarget): string => `${timeoutSeconds + MARGIN_SECONDS}s`;
