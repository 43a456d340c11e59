import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { PlatformError } from '../core/platform-error';
import { missingKeys, SECRET_KEY_RULE, isSecretKey, type SecretKeys } from '../core/secret-keys';
import { claimName } from './claimed-names';
import { namespaceOf } from './object-name';

/** A Secret that a construct of ours stands for. */
export interface DeclaredSecret extends IConstruct {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Refuses a second source of one Secret: what the Secret holds would depend on who came last.
 *
 * @throws PlatformError that names both
 */
export function claimSecret(secret: DeclaredSecret): void {
  claimName(
    Chart.of(secret),
    secret,
    secret.name,
    other => !ApiObject.isApiObject(other),
    first =>
      `the Secret "${secret.name}" comes from the ${first.constructor.name} ${first.node.path}, and cannot come from a ${secret.constructor.name} too`,
  );
}

/**
 * Refuses a consumer that could never mount the Secret, because it is in another namespace.
 *
 * @throws PlatformError if so
 */
export function checkNamespace(secret: DeclaredSecret, consumer: IConstruct): void {
  const namespace = namespaceOf(consumer);
  if (namespace !== secret.namespace) {
    throw new PlatformError(
      consumer,
      `the Secret "${secret.name}" is in namespace "${secret.namespace}": pods of "${namespace}" cannot mount it`,
      `declare one in "${namespace}" too`,
    );
  }
}

/**
 * Refuses a Secret that will not have what a consumer needs.
 *
 * @param present the keys that it will have
 * @param where the prop that takes keys
 * @throws PlatformError that says how to make each missing key
 */
export function checkKeys(
  secret: DeclaredSecret,
  consumer: IConstruct,
  needed: SecretKeys,
  present: readonly string[],
  where: string,
): void {
  checkNamespace(secret, consumer);
  const missing = missingKeys(needed, present);
  if (missing.length > 0) {
    throw new PlatformError(
      secret,
      `the Secret "${secret.name}" lacks ${missing.map(key => `"${key}"`).join(', ')}, needed by ${consumer.node.path}`,
      `add to ${where}:\n${missing.map(key => `  ${key}: ${needed[key]!.how}`).join('\n')}`,
    );
  }
}

/** @throws PlatformError if there is no key, or no Secret can have it */
export function checkKeyNames(secret: IConstruct, keys: readonly string[], where: string): void {
  if (keys.length === 0) {
    throw new PlatformError(secret, 'the Secret would be empty', `name at least one key in ${where}`);
  }
  const wrong = keys.find(key => !isSecretKey(key));
  if (wrong !== undefined) {
    throw new PlatformError(secret, `"${wrong}" cannot be a key of a Secret`, `use ${SECRET_KEY_RULE}`);
  }
}
