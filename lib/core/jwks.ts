import { PlatformError } from './platform-error';

/** Parts of a key with which tokens could be signed. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];
const KINDS = ['RSA', 'EC', 'OKP'];

/**
 * A set of public keys, in one line.
 *
 * @throws PlatformError if it does not parse, has no key, or holds what must stay secret
 * @see https://www.rfc-editor.org/rfc/rfc7517
 */
export function checkedJwks(where: string, text: string): string {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    throw new PlatformError(
      where,
      'the key set is no JSON',
      "give the text of the issuer's key set, as it stands at its jwks_uri",
    );
  }
  const keys: unknown = (set as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new PlatformError(
      where,
      'the key set has no list "keys" with a key in it',
      'write {"keys":[{"kty":"RSA",…}]}',
    );
  }
  keys.forEach((key: Readonly<Record<string, unknown>> | null, index) => {
    const secret = PRIVATE.find(part => key?.[part] !== undefined);
    if (secret !== undefined) {
      throw new PlatformError(
        where,
        `key ${index + 1} of the set has "${secret}", with which anybody could sign tokens`,
        'give the public keys only, and replace this one: it has been shown',
      );
    }
    if (!KINDS.includes(`${key?.['kty']}`)) {
      throw new PlatformError(
        where,
        `key ${index + 1} of the set must have a "kty" of ${KINDS.join(', ')}, got ${JSON.stringify(key?.['kty'])}`,
        'give the public keys of the issuer',
      );
    }
  });
  return JSON.stringify(set);
}
