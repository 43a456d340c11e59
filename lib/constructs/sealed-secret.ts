import { Construct, type IConstruct } from 'constructs';
import { PlatformError } from '../core/platform-error';
import { isSealedValue } from '../core/sealed-value';
import type { SecretKeys } from '../core/secret-keys';
import { PRE_SYNC, SyncWave } from '../core/sync-wave';
import { KubeObject, type Manifest } from './kube-object';
import { checkKeyNames, checkKeys, claimSecret } from './needed-keys';
import { namespaceOf, objectName } from './object-name';
import type { SecretSource } from './secret-source';

export interface SealedSecretProps {
  /** The value of each key as `kubeseal --raw` printed it. */
  readonly encryptedData: Readonly<Record<string, string>>;
  /**
   * What the values are bound to: the Secret's namespace and name, or its namespace alone. Values that any namespace
   * may unseal are not offered: another team could take them out of Git.
   *
   * @default strict
   */
  readonly scope?: 'strict' | 'namespace-wide';
}

/** The fields of a SealedSecret that we set. */
export interface SealedSecretManifest extends Manifest {
  readonly spec: {
    readonly encryptedData: Readonly<Record<string, string>>;
    readonly template: { readonly type: string; readonly metadata: Manifest['metadata'] };
  };
}

/**
 * A Secret whose values are encrypted for one cluster, so that they may stand in Git. A controller there makes the
 * Secret.
 *
 * @see https://github.com/bitnami-labs/sealed-secrets
 */
export class SealedSecret extends Construct implements SecretSource {
  /** Name of the SealedSecret and of the Secret that is made of it. */
  public readonly name: string;
  public readonly namespace: string;
  public readonly sealedSecret: KubeObject<SealedSecretManifest>;
  private readonly keys: readonly string[];
  private readonly secret: { name: string; namespace: string; annotations?: Record<string, string> };

  constructor(scope: Construct, id: string, props: SealedSecretProps) {
    super(scope, id);
    this.name = objectName(this);
    this.namespace = namespaceOf(this);
    claimSecret(this);
    this.keys = Object.keys(props.encryptedData);
    checkKeyNames(this, this.keys, 'encryptedData');
    const plain = Object.entries(props.encryptedData).find(([, value]) => !isSealedValue(value));
    if (plain !== undefined) {
      // The value stays out of the message, which may end up in a log.
      throw new PlatformError(
        this,
        `the value of "${plain[0]}" is not sealed`,
        `write what this prints: kubeseal --raw --scope ${props.scope ?? 'strict'} --namespace ${this.namespace} ` +
          `--name ${this.name} --from-file=<file>`,
      );
    }
    const binding: Record<string, string> | undefined =
      props.scope === 'namespace-wide' ? { 'sealedsecrets.bitnami.com/namespace-wide': 'true' } : undefined;
    this.secret = { name: this.name, namespace: this.namespace, annotations: binding };
    this.sealedSecret = new KubeObject<SealedSecretManifest>(this, 'sealed-secret', {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: this.name, annotations: { ...SyncWave.GUARDS, ...binding } },
      spec: {
        encryptedData: { ...props.encryptedData },
        template: { type: 'Opaque', metadata: this.secret },
      },
    });
  }

  public mustHave(consumer: IConstruct, keys: SecretKeys): void {
    checkKeys(this, consumer, keys, this.keys, 'encryptedData');
  }

  public beforeSync(): void {
    Object.entries(PRE_SYNC).forEach(([key, value]) => this.sealedSecret.metadata.addAnnotation(key, value));
    // Argo CD makes a hook anew in every sync: the Secret must outlive the old one and be taken over by the new one.
    this.secret.annotations = {
      ...this.secret.annotations,
      'sealedsecrets.bitnami.com/managed': 'true',
      'sealedsecrets.bitnami.com/skip-set-owner-references': 'true',
    };
  }
}
