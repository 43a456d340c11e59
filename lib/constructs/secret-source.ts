import type { IConstruct } from 'constructs';
import { isObjectName, OBJECT_NAME_RULE } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import type { SecretKeys } from '../core/secret-keys';
import { rememberNeed } from './existing-secrets';

/**
 * Where a Secret comes from. No value ever stands in a manifest: pods refer to the Secret by its name, and mount its
 * keys as files.
 *
 * `ExternalSecret`, `SealedSecret`, `SopsSecret` and `SecretTemplate` are sources too.
 */
export interface SecretSource {
  /** Name of the Secret. */
  readonly name: string;
  /**
   * Told by whoever uses the Secret, so that a source which knows its keys can refuse, and one that tells a person what
   * to do can list them.
   *
   * @throws PlatformError if one of the keys is not among those that the source will make
   */
  mustHave?(consumer: IConstruct, keys: SecretKeys): void;
  /** Told by a Job that Argo CD runs before everything else of a sync: then the Secret must be there even earlier. */
  beforeSync?(): void;
}

export const SecretSource = {
  /**
   * A Secret of the same namespace that something else makes: a person, an operator, a script. Pods that mount it
   * wait until it is there.
   *
   * @throws PlatformError if no Secret can have that name
   */
  existing(name: string): SecretSource {
    if (!isObjectName(name)) {
      throw new PlatformError('SecretSource.existing', `"${name}" cannot name a Secret`, `use ${OBJECT_NAME_RULE}`);
    }
    return { name, mustHave: (consumer, keys) => rememberNeed(consumer, name, keys) };
  },
};
