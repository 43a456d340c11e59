import { PlatformError } from '../core/platform-error';
import { checkedAddress, checkedPath, type RouteAddress } from '../core/route-address';
import { ClusterNetwork } from './cluster-network';
import { SyncWave } from '../core/sync-wave';
import type { Exposure } from './exposure';
import { checkPrincipals, ISTIO_CONTROL_PLANE } from './istio-identity';
import { definePolicies } from './istio-policies';
import { KubeObject, type Manifest } from './kube-object';
import type { NetworkPeer } from './network-peer';
import { checkTarget, openRoute, podsOfRoute, routeTimeout, type RouteService, type RouteTarget } from './route-target';

export interface IstioExposureProps extends RouteAddress {
  /** Where the route attaches: a Gateway of Istio by its names, or an `IstioGateway`. Its port 443 has TLS. */
  readonly gateway: { readonly name: string; readonly namespace: string };
  /** The pods of the gateway: the path to them is opened. */
  readonly peer: NetworkPeer;
  /**
   * Identity of the gateway's pods, without which the target refuses requests:
   * `cluster.local/ns/istio-ingress/sa/istio-ingress`. More of them are callers inside of the mesh.
   */
  readonly principals: readonly string[];
  /**
   * What the target sees in place of `path`. The same as `path` leaves requests as they are.
   *
   * @default /
   */
  readonly rewrite?: string;
  /**
   * Istio's control plane, which the proxies in the pods must reach.
   *
   * @default - the pods with `app: istiod` in `istio-system`, port 15012
   */
  readonly controlPlane?: NetworkPeer;
}

/** @see https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export interface VirtualService extends Manifest {
  readonly spec: {
    readonly hosts: readonly string[];
    readonly gateways: readonly string[];
    readonly http: readonly HttpRule[];
  };
}

interface HttpRule {
  readonly match: readonly { readonly uri: { readonly prefix?: string; readonly exact?: string }; port: number }[];
  readonly rewrite?: { readonly uri: string };
  readonly route: readonly { readonly destination: Destination; readonly weight?: number }[];
  readonly timeout: string;
  readonly retries: { readonly attempts: number };
  readonly mirror?: Destination;
  readonly mirrorPercentage?: { readonly value: number };
}

interface Destination {
  readonly host: string;
  readonly port: { readonly number: number };
}

export function istioExposure(props: IstioExposureProps): Exposure {
  const where = 'Exposure.istio';
  const { gateway, peer, principals, controlPlane = ISTIO_CONTROL_PLANE } = props;
  const address = checkedAddress(where, props);
  const rewrite = checkedPath(where, 'rewrite', props.rewrite ?? '/');
  if (principals.length === 0) {
    throw new PlatformError(
      where,
      'principals is empty, so nobody could call',
      'write <trust domain>/ns/<namespace>/sa/<service account>, without "*"',
    );
  }
  checkPrincipals(where, principals);
  return {
    address,
    seen: rewrite,
    connect(target) {
      checkTarget(target);
      const { scope, name, labels } = target;
      new KubeObject<VirtualService>(scope, 'route', {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name, labels: { ...labels }, annotations: SyncWave.ROUTES },
        spec: {
          hosts: [address.host],
          gateways: [`${gateway.namespace}/${gateway.name}`],
          http: rules(target, address.path, rewrite),
        },
      });
      openRoute(target, peer);
      for (const workload of podsOfRoute(target)) {
        workload.allowTo(controlPlane);
        definePolicies(scope, workload, principals, target.probePorts);
      }
    },
  };
}

/** A prefix of Istio's does not end at a slash: `/score` would take `/scores` too. So there are two rules. */
function rules(target: RouteTarget, path: string, rewrite: string): HttpRule[] {
  const below = (prefix: string): string => (prefix === '/' ? '/' : `${prefix}/`);
  const { domain } = ClusterNetwork.of(target.scope);
  const to = ({ service, port, workload }: RouteService): Destination => ({
    host: `${service}.${workload.namespace}.svc.${domain}`,
    port: { number: port },
  });
  const whole = path === '/' ? [] : [{ uri: { exact: path }, rewrite }];
  return [...whole, { uri: { prefix: below(path) }, rewrite: below(rewrite) }].map(({ uri, rewrite: uriSeen }) => ({
    // A Gateway may have a port without TLS too, where the route must not be.
    match: [{ uri, port: 443 }],
    rewrite: rewrite === path ? undefined : { uri: uriSeen },
    route: target.backends.map(backend => ({ destination: to(backend), weight: backend.weight })),
    timeout: routeTimeout(target),
    // Istio would try again what a model may have seen already.
    retries: { attempts: 0 },
    mirror: target.mirror && to(target.mirror),
    mirrorPercentage: target.mirror && { value: 100 },
  }));
}
