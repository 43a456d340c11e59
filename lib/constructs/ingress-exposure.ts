import type { Ingress } from 'kubernetes-types/networking/v1';
import { isObjectName } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { checkedAddress, type RouteAddress } from '../core/route-address';
import { TLS_KEYS } from '../core/secret-keys';
import type { Exposure } from './exposure';
import { KubeObject } from './kube-object';
import type { NetworkPeer } from './network-peer';
import { checkTarget, openRoute } from './route-target';
import type { SecretSource } from './secret-source';

export interface IngressExposureProps extends RouteAddress {
  /** Name of the IngressClass. */
  readonly className: string;
  /** Secret with the host's certificate, of the type `kubernetes.io/tls`. */
  readonly certificate: SecretSource;
  /** The pods of the controller: the path to them is opened. */
  readonly peer: NetworkPeer;
  /**
   * Whether the class may be `nginx`: that controller is retired, its holes are no longer mended.
   *
   * @default false
   * @see https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
   */
  readonly legacy?: boolean;
}

/** An Ingress leaves paths as they are: the target sees the whole of them. */
export function ingressExposure(props: IngressExposureProps): Exposure {
  const where = 'Exposure.ingress';
  const { className, certificate, peer } = props;
  const address = checkedAddress(where, props);
  checkClass(where, props);
  return {
    address,
    seen: address.path,
    connect(target) {
      const { scope, name, labels, backends, mirror } = target;
      if (backends.length > 1 || mirror) {
        throw new PlatformError(
          scope,
          `an Ingress cannot ${mirror ? 'copy requests' : 'share requests out'} between versions of a model`,
          'use Exposure.gateway() or Exposure.istio(), or serve one version',
        );
      }
      checkTarget(target);
      certificate.mustHave?.(scope, TLS_KEYS);
      const [{ service, port }] = backends as [(typeof backends)[number]];
      new KubeObject<Ingress>(scope, 'route', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name, labels: { ...labels } },
        spec: {
          ingressClassName: className,
          tls: [{ hosts: [address.host], secretName: certificate.name }],
          rules: [
            {
              host: address.host,
              http: {
                paths: [
                  {
                    path: address.path,
                    pathType: 'Prefix',
                    backend: { service: { name: service, port: { number: port } } },
                  },
                ],
              },
            },
          ],
        },
      });
      openRoute(target, peer);
    },
  };
}

function checkClass(where: string, { className, legacy = false }: IngressExposureProps): void {
  if (!isObjectName(className)) {
    throw new PlatformError(where, `"${className}" cannot name an IngressClass`, 'kubectl get ingressclass shows them');
  }
  if (className === 'nginx' && !legacy) {
    throw new PlatformError(
      where,
      'class "nginx" is that of ingress-nginx, which is retired and gets no more security fixes',
      'use another class or Exposure.gateway(); legacy: true says that you know',
    );
  }
}
