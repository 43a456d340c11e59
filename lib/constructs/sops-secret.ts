import { Construct, type IConstruct } from 'constructs';
import type { SecretKeys } from '../core/secret-keys';
import { registerApplied, type AppliedSecret } from './applied-secret';
import { checkNamespace, claimSecret } from './needed-keys';
import { namespaceOf, objectName } from './object-name';
import type { SecretSource } from './secret-source';

export interface SopsSecretProps {
  /**
   * Path of the encrypted file, seen from the folder in which synthesis runs.
   *
   * @default - `secrets/<environment>/<team>/<name>.sops.yaml`
   */
  readonly file?: string;
}

/**
 * A Secret in a file that SOPS encrypted. The file stays outside of the output folder, since Kubernetes would take its
 * ciphertext for the values: a person, or a plugin of Argo CD, decrypts and applies it.
 *
 * `Platform` refuses to synthesize as long as the file is missing, holds a value that is not encrypted, or is not the
 * Secret that its consumers need. In an App without `Platform` nothing looks at the file.
 *
 * @see https://getsops.io
 */
export class SopsSecret extends Construct implements SecretSource, AppliedSecret {
  /** Name of the Secret. */
  public readonly name: string;
  public readonly namespace: string;
  /** Path of the encrypted file; undefined for the usual place. */
  public readonly file: string | undefined;
  public readonly consumers: string[] = [];
  private readonly needed: Record<string, SecretKeys[string]> = {};

  constructor(scope: Construct, id: string, props: SopsSecretProps = {}) {
    super(scope, id);
    this.name = objectName(this);
    this.namespace = namespaceOf(this);
    claimSecret(this);
    this.file = props.file;
    registerApplied(this);
  }

  public get keys(): SecretKeys {
    return this.needed;
  }

  public mustHave(consumer: IConstruct, keys: SecretKeys): void {
    checkNamespace(this, consumer);
    Object.assign(this.needed, keys);
    this.consumers.push(consumer.node.path);
  }
}
