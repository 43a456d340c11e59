import { Construct } from 'constructs';
import { TLS_KEYS } from '../core/secret-keys';
import type { GatewayListener } from './gateway-exposure';
import { checkReach } from './gateway-reach';
import { KubeObject, type Manifest } from './kube-object';
import { namespaceOf, objectName } from './object-name';
import type { SecretSource } from './secret-source';

export interface HttpsGatewayProps {
  /** Name of the GatewayClass: the controller that runs the gateway. */
  readonly className: string;
  /** Host that it answers for, or all below one: `*.ml.example.com`. */
  readonly host: string;
  /** Secret with the host's certificate, of the type `kubernetes.io/tls`. */
  readonly certificate: SecretSource;
  /**
   * Namespace of that Secret. If it is another one, a ReferenceGrant there lets this Gateway use this Secret.
   *
   * @default - the namespace of the chart
   */
  readonly certificateNamespace?: string;
  /**
   * Namespaces whose routes may attach.
   *
   * @default - the namespace of the chart alone
   */
  readonly routesFrom?: readonly string[];
}

/** @see https://gateway-api.sigs.k8s.io/reference/spec/#gateway */
export interface Gateway extends Manifest {
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly {
      readonly name: string;
      readonly hostname: string;
      readonly port: number;
      readonly protocol: 'HTTPS';
      readonly tls: {
        readonly mode: 'Terminate';
        readonly certificateRefs: readonly {
          readonly group: '';
          readonly kind: 'Secret';
          readonly name: string;
          readonly namespace?: string;
        }[];
      };
      readonly allowedRoutes: {
        readonly kinds: readonly { readonly group: string; readonly kind: string }[];
        readonly namespaces: object;
      };
    }[];
  };
}

/** @see https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant */
export interface ReferenceGrant extends Manifest {
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to: readonly { readonly group: ''; readonly kind: string; readonly name: string }[];
  };
}

const GROUP = 'gateway.networking.k8s.io';

/**
 * A Gateway of one's own that speaks HTTPS and nothing else. Only routes of the named namespaces attach to it.
 *
 * Its pods are made by the controller of its class: the exposure names them.
 */
export class HttpsGateway extends Construct implements GatewayListener {
  public readonly name: string;
  public readonly namespace: string;
  /** Name of its listener. */
  public readonly sectionName = 'https';
  public readonly gateway: KubeObject<Gateway>;
  /** Undefined if the certificate is in the Gateway's namespace. */
  public readonly referenceGrant: KubeObject<ReferenceGrant> | undefined;

  constructor(scope: Construct, id: string, props: HttpsGatewayProps) {
    super(scope, id);
    this.name = objectName(this);
    this.namespace = namespaceOf(this);
    const { className, host, certificate, certificateNamespace = this.namespace, routesFrom } = props;
    checkReach(this, {
      host,
      routesFrom,
      ifNone: 'name the namespaces of the teams',
      namespaces: [certificateNamespace],
    });
    certificate.mustHave?.(this, TLS_KEYS);

    const elsewhere = certificateNamespace !== this.namespace;
    this.gateway = new KubeObject<Gateway>(this, 'gateway', {
      apiVersion: `${GROUP}/v1`,
      kind: 'Gateway',
      metadata: { name: this.name },
      spec: {
        gatewayClassName: className,
        listeners: [
          {
            name: this.sectionName,
            hostname: host.toLowerCase(),
            port: 443,
            protocol: 'HTTPS',
            tls: {
              mode: 'Terminate',
              certificateRefs: [
                {
                  group: '',
                  kind: 'Secret',
                  name: certificate.name,
                  namespace: elsewhere ? certificateNamespace : undefined,
                },
              ],
            },
            allowedRoutes: { kinds: [{ group: GROUP, kind: 'HTTPRoute' }], namespaces: from(routesFrom) },
          },
        ],
      },
    });
    this.referenceGrant = elsewhere
      ? new KubeObject<ReferenceGrant>(this, 'grant', {
          apiVersion: `${GROUP}/v1beta1`,
          kind: 'ReferenceGrant',
          metadata: { name: `${this.name}-${this.namespace}`, namespace: certificateNamespace },
          spec: {
            from: [{ group: GROUP, kind: 'Gateway', namespace: this.namespace }],
            to: [{ group: '', kind: 'Secret', name: certificate.name }],
          },
        })
      : undefined;
  }
}

/** By the label that no tenant can change. */
const from = (namespaces: readonly string[] | undefined): object =>
  namespaces === undefined
    ? { from: 'Same' }
    : {
        from: 'Selector',
        selector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces] }],
        },
      };
