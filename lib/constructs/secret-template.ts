import { Construct, type IConstruct } from 'constructs';
import type { SecretKeys } from '../core/secret-keys';
import { secretTemplate } from '../core/secret-template';
import { registerApplied, type AppliedSecret } from './applied-secret';
import { checkKeyNames, checkNamespace, claimSecret } from './needed-keys';
import { namespaceOf, objectName } from './object-name';
import type { SecretSource } from './secret-source';

export interface SecretTemplateProps {
  /**
   * Keys besides those that consumers need.
   *
   * @default - none
   */
  readonly keys?: SecretKeys;
}

/**
 * A Secret that a person fills in and applies. `Platform` writes a template for it, outside of the output folder: the
 * keys that its consumers need, how to make each, and placeholders in place of the values.
 */
export class SecretTemplate extends Construct implements SecretSource, AppliedSecret {
  /** Name of the Secret. */
  public readonly name: string;
  public readonly namespace: string;
  public readonly consumers: string[] = [];
  private readonly needed: Record<string, SecretKeys[string]>;

  constructor(scope: Construct, id: string, props: SecretTemplateProps = {}) {
    super(scope, id);
    this.name = objectName(this);
    this.namespace = namespaceOf(this);
    claimSecret(this);
    this.needed = { ...props.keys };
    if (props.keys) {
      checkKeyNames(this, Object.keys(props.keys), 'keys');
    }
    registerApplied(this);
    this.node.addValidation({
      validate: () =>
        Object.keys(this.needed).length > 0
          ? []
          : [`nobody uses the Secret "${this.name}"; give it to a construct, name its keys, or remove it`],
    });
  }

  public get keys(): SecretKeys {
    return this.needed;
  }

  /** The text of the template, complete once all consumers are declared. */
  public get text(): string {
    return secretTemplate(this);
  }

  public mustHave(consumer: IConstruct, keys: SecretKeys): void {
    checkNamespace(this, consumer);
    Object.assign(this.needed, keys);
    this.consumers.push(consumer.node.path);
  }
}
