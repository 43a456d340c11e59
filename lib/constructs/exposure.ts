import type { RouteAddress } from '../core/route-address';
import { gatewayExposure, type GatewayExposureProps } from './gateway-exposure';
import { ingressExposure, type IngressExposureProps } from './ingress-exposure';
import { istioExposure, type IstioExposureProps } from './istio-exposure';
import type { RouteTarget } from './route-target';

/** A way to an endpoint from outside of the cluster. */
export interface Exposure {
  /** Where callers find it; undefined if there is no way. */
  readonly address?: Required<RouteAddress>;
  /**
   * What the target sees in place of the path of the address.
   *
   * @default /
   */
  readonly seen?: string;
  /**
   * Defines the route, and opens the network path that requests take.
   *
   * @throws PlatformError if the target must not be exposed, or this kind of route cannot do what it asks for
   */
  connect(target: RouteTarget): void;
}

export const Exposure = {
  /** No route: only workloads that `allowFrom()` names can call. */
  internal: (): Exposure => ({ connect: () => undefined }),

  /**
   * An HTTPRoute of the Gateway API, at a listener with TLS.
   *
   * @throws PlatformError if there can be no such route
   */
  gateway: (props: GatewayExposureProps): Exposure => gatewayExposure(props),

  /**
   * A VirtualService of Istio; the pods take requests from the gateway's identity alone, over mutual TLS.
   *
   * @throws PlatformError if there can be no such route
   */
  istio: (props: IstioExposureProps): Exposure => istioExposure(props),

  /**
   * An Ingress with TLS, for clusters without the Gateway API. It can neither share requests out nor copy them.
   *
   * @throws PlatformError if there can be no such route
   */
  ingress: (props: IngressExposureProps): Exposure => ingressExposure(props),
};
