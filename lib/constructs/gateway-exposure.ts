import { PlatformError } from '../core/platform-error';
import { checkedAddress, checkedPath, type RouteAddress } from '../core/route-address';
import { SyncWave } from '../core/sync-wave';
import type { Exposure } from './exposure';
import type { GatewayLogin } from './gateway-login';
import { KubeObject, type Manifest } from './kube-object';
import type { NetworkPeer } from './network-peer';
import { checkTarget, openRoute, routeTimeout, type RouteService } from './route-target';

/** A listener of a Gateway, the one place that a route attaches to. */
export interface GatewayListener {
  /** Name of the Gateway. */
  readonly name: string;
  /** Its namespace, from which the listener must allow routes of this one. */
  readonly namespace: string;
  /** Name of a listener with TLS. A route that names none would be served without TLS as well. */
  readonly sectionName: string;
}

export interface GatewayExposureProps extends RouteAddress {
  /** Where the route attaches: a `GatewayListener`, or an `HttpsGateway`. */
  readonly gateway: GatewayListener;
  /** The pods of the gateway: the path to them is opened. */
  readonly peer: NetworkPeer;
  /**
   * What the target sees in place of `path`. The same as `path` leaves requests as they are.
   *
   * @default /
   */
  readonly rewrite?: string;
  /**
   * Lets people log in at the gateway, beside the authentication of the target itself.
   *
   * @default - none
   */
  readonly login?: GatewayLogin;
}

/** @see https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export interface HttpRoute extends Manifest {
  readonly spec: {
    readonly parentRefs: readonly (GatewayListener & { readonly group: string; readonly kind: 'Gateway' })[];
    readonly hostnames: readonly string[];
    readonly rules: readonly {
      readonly matches: readonly { readonly path: { readonly type: 'PathPrefix'; readonly value: string } }[];
      readonly filters?: readonly HttpRouteFilter[];
      readonly timeouts: { readonly request: string };
      readonly backendRefs: readonly (BackendRef & { readonly weight: number })[];
    }[];
  };
}

interface BackendRef {
  readonly group: '';
  readonly kind: 'Service';
  readonly name: string;
  readonly port: number;
}

type HttpRouteFilter =
  | {
      readonly type: 'URLRewrite';
      readonly urlRewrite: { readonly path: { readonly type: 'ReplacePrefixMatch'; replacePrefixMatch: string } };
    }
  | { readonly type: 'RequestMirror'; readonly requestMirror: { readonly backendRef: BackendRef } };

const GROUP = 'gateway.networking.k8s.io';

export function gatewayExposure(props: GatewayExposureProps): Exposure {
  const where = 'Exposure.gateway';
  const { gateway, peer, login } = props;
  const address = checkedAddress(where, props);
  const rewrite = checkedPath(where, 'rewrite', props.rewrite ?? '/');
  checkListener(where, gateway);
  return {
    address,
    seen: rewrite,
    connect(target) {
      checkTarget(target);
      const { scope, name, labels, backends, mirror } = target;
      new KubeObject<HttpRoute>(scope, 'route', {
        apiVersion: `${GROUP}/v1`,
        kind: 'HTTPRoute',
        metadata: { name, labels: { ...labels }, annotations: SyncWave.ROUTES },
        spec: {
          parentRefs: [refTo(gateway)],
          hostnames: [address.host],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: address.path } }],
              filters: filters(address.path, rewrite, mirror),
              timeouts: { request: routeTimeout(target) },
              backendRefs: backends.map(backend => ({ ...refToService(backend), weight: backend.weight ?? 1 })),
            },
          ],
        },
      });
      openRoute(target, peer);
      login?.connect(target, address);
    },
  };
}

function checkListener(where: string, { name, sectionName }: GatewayListener): void {
  if (!sectionName || /^http(?!s)/.test(sectionName)) {
    throw new PlatformError(
      where,
      sectionName
        ? `the listener "${sectionName}" has no TLS, as its name says, and keys of callers would be sent in clear text`
        : `the route names no listener of the Gateway "${name}", so it would be served without TLS as well`,
      'set gateway.sectionName to a listener with TLS: kubectl get gateway shows them',
    );
  }
}

function filters(path: string, rewrite: string, mirror: RouteService | undefined): HttpRouteFilter[] | undefined {
  const all: HttpRouteFilter[] = [];
  if (rewrite !== path) {
    const replaced = { type: 'ReplacePrefixMatch', replacePrefixMatch: rewrite } as const;
    all.push({ type: 'URLRewrite', urlRewrite: { path: replaced } });
  }
  if (mirror) {
    all.push({ type: 'RequestMirror', requestMirror: { backendRef: refToService(mirror) } });
  }
  return all.length > 0 ? all : undefined;
}

// In full: Argo CD takes what the API server fills in for somebody's change.
const refTo = ({ name, namespace, sectionName }: GatewayListener) =>
  ({ group: GROUP, kind: 'Gateway', name, namespace, sectionName }) as const;
const refToService = ({ service, port }: RouteService): BackendRef => ({
  group: '',
  kind: 'Service',
  name: service,
  port,
});
