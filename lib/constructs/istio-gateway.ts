import { Construct } from 'constructs';
import { TLS_KEYS } from '../core/secret-keys';
import { checkReach } from './gateway-reach';
import { KubeObject, type Manifest } from './kube-object';
import { namespaceOf, objectName } from './object-name';
import type { SecretSource } from './secret-source';

export interface IstioGatewayProps {
  /** Labels of the pods that forward the requests; they run in the namespace of the chart. */
  readonly selector: Readonly<Record<string, string>>;
  /** Host that it answers for, or all below one: `*.ml.example.com`. */
  readonly host: string;
  /** Secret with the host's certificate, of the type `kubernetes.io/tls`, in the namespace of these pods. */
  readonly certificate: SecretSource;
  /**
   * Namespaces whose routes may attach.
   *
   * @default - the namespace of the chart alone
   */
  readonly routesFrom?: readonly string[];
}

/** @see https://istio.io/latest/docs/reference/config/networking/gateway/ */
export interface IstioGatewayManifest extends Manifest {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly servers: readonly {
      readonly port: { readonly name: string; readonly number: number; readonly protocol: 'HTTPS' };
      readonly hosts: readonly string[];
      readonly tls: {
        readonly mode: 'SIMPLE';
        readonly credentialName: string;
        readonly minProtocolVersion: 'TLSV1_2';
      };
    }[];
  };
}

/** A Gateway of Istio that speaks HTTPS and nothing else. Only routes of the named namespaces attach to it. */
export class IstioGateway extends Construct {
  public readonly name: string;
  public readonly namespace: string;
  public readonly gateway: KubeObject<IstioGatewayManifest>;

  constructor(scope: Construct, id: string, props: IstioGatewayProps) {
    super(scope, id);
    this.name = objectName(this);
    this.namespace = namespaceOf(this);
    const { selector, host, certificate, routesFrom = [this.namespace] } = props;
    checkReach(this, { host, routesFrom, ifNone: 'name namespaces one by one, without "*"' });
    certificate.mustHave?.(this, TLS_KEYS);
    this.gateway = new KubeObject<IstioGatewayManifest>(this, 'gateway', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: this.name },
      spec: {
        selector: { ...selector },
        servers: [
          {
            port: { name: 'https', number: 443, protocol: 'HTTPS' },
            hosts: routesFrom.map(namespace => `${namespace}/${host.toLowerCase()}`),
            tls: { mode: 'SIMPLE', credentialName: certificate.name, minProtocolVersion: 'TLSV1_2' },
          },
        ],
      },
    });
  }
}
