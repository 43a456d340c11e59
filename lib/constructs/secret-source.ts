import { PlatformError } from '../core/platform-error';
import { isHostName } from '../core/dns-label';

/**
 * Where a Secret comes from. No value ever stands in a manifest: pods refer to the Secret by its name, and mount its
 * keys as files.
 */
export class SecretSource {
  /**
   * A Secret of the same namespace that something else makes: a person, an operator, a script. Pods that mount it
   * wait until it is there.
   *
   * @throws PlatformError if no Secret can have that name
   */
  public static existing(name: string): SecretSource {
    if (!isHostName(name)) {
      throw new PlatformError(
        'SecretSource.existing',
        `"${name}" cannot name a Secret`,
        'use lower-case letters, digits, "-" and "."',
      );
    }
    return new SecretSource(name);
  }

  private constructor(
    /** Name of the Secret. */
    public readonly name: string,
  ) {}
}
