import { createPublicKey, type AsymmetricKeyDetails, type JsonWebKey } from 'node:crypto';
import { PlatformError } from './platform-error';

type Jwk = Readonly<Record<string, unknown>>;

/** What Envoy verifies tokens with: the algorithms of each kind of key, and the parts that such a key is made of. */
const KINDS: Readonly<Record<string, { readonly algorithms: readonly string[]; readonly parts: readonly string[] }>> = {
  RSA: { algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'], parts: ['n', 'e'] },
  'EC P-256': { algorithms: ['ES256'], parts: ['x', 'y'] },
  'EC P-384': { algorithms: ['ES384'], parts: ['x', 'y'] },
  'EC P-521': { algorithms: ['ES512'], parts: ['x', 'y'] },
  'OKP Ed25519': { algorithms: ['EdDSA'], parts: ['x'] },
};
/** All that gets into a manifest: whatever else a key holds may be secret. */
const PUBLIC = ['kty', 'kid', 'use', 'alg', 'crv', 'n', 'e', 'x', 'y'];
/** Parts of a key with which tokens could be signed. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** RFC 7518 asks for no less; Envoy takes no more. */
const RSA_BITS = { min: 2048, max: 16384 };
/** Envoy's own, against keys that are slow by intention. */
const RSA_EXPONENTS = [3n, 65537n];

/**
 * A set of public keys, in one line. Envoy leaves out what it cannot read while one key is good, and does not start when
 * none is.
 *
 * @throws PlatformError if it does not parse, has no key or one that Envoy cannot verify with, or holds what must stay
 * secret
 * @see https://www.rfc-editor.org/rfc/rfc7517
 */
export function checkedJwks(where: string, text: string): string {
  const keys = keysOf(where, text);
  keys.forEach((key, index) => checkKey(where, key, nameOf(key, index)));
  const ids = keys.map(key => key['kid']);
  const again = ids.findIndex((id, index) => id !== undefined && ids.indexOf(id) < index);
  if (again !== -1) {
    throw new PlatformError(
      where,
      `${nameOf(keys[again]!, again)} has the "kid" of key ${ids.indexOf(ids[again]) + 1}`,
      'give each key once, under a "kid" of its own',
    );
  }
  return JSON.stringify({ keys }, ['keys', ...PUBLIC]);
}

function keysOf(where: string, text: string): readonly Jwk[] {
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
  return keys.map(key => (key ?? {}) as Jwk);
}

function checkKey(where: string, key: Jwk, name: string): void {
  const refuse = (problem: string, remedy: string): never => {
    throw new PlatformError(where, `${name} ${problem}`, remedy);
  };
  const secret = PRIVATE.find(part => key[part] !== undefined);
  if (secret !== undefined) {
    refuse(
      `has "${secret}", with which anybody could sign tokens`,
      'give the public keys only, and replace this one: it has been shown',
    );
  }
  const { kty, crv, use, alg, kid } = key;
  const kind = kty === 'RSA' ? kty : `${kty} ${crv}`;
  const { algorithms, parts } =
    KINDS[kind] ??
    refuse(
      `must be ${Object.keys(KINDS).join(', ')}, got "kty" ${JSON.stringify(kty)}, "crv" ${JSON.stringify(crv)}`,
      'leave it out: Envoy verifies no token with it',
    );
  if (kid !== undefined && typeof kid !== 'string') {
    refuse(`must have a text as "kid", got ${JSON.stringify(kid)}`, 'write it between quotes, as tokens have it');
  }
  if (use !== undefined && use !== 'sig') {
    refuse(`is for ${JSON.stringify(use)}, not for signatures`, 'give the keys with the "use" "sig" alone');
  }
  if (alg !== undefined && !algorithms.includes(`${alg}`)) {
    refuse(
      `has "alg" ${JSON.stringify(alg)}, which Envoy knows no ${kind} key for`,
      `give keys for ${algorithms.join(', ')} alone`,
    );
  }
  checkParts(key, parts, refuse);
}

function checkParts(key: Jwk, parts: readonly string[], refuse: (problem: string, remedy: string) => never): void {
  const wrong = parts.find(part => !isBase64Url(key[part]));
  if (wrong !== undefined) {
    refuse(`has no "${wrong}" in base64url`, 'copy the key whole, as the issuer publishes it');
  }
  const { modulusLength: bits, publicExponent: exponent } =
    detailsOf(key) ?? refuse('is damaged: its numbers make no key', 'copy the key whole, as the issuer publishes it');
  if (bits !== undefined && (bits < RSA_BITS.min || bits > RSA_BITS.max)) {
    refuse(
      `must have ${RSA_BITS.min} to ${RSA_BITS.max} bits, got ${bits}`,
      'have the issuer sign with a key that is safe',
    );
  }
  if (exponent !== undefined && !RSA_EXPONENTS.includes(exponent)) {
    refuse(
      `must have the exponent ${RSA_EXPONENTS.join(' or ')}, got ${exponent}`,
      'have the issuer sign with another key',
    );
  }
}

/** Undefined if its numbers make no key. An even modulus makes none either, which only Envoy tells. */
function detailsOf(key: Jwk): AsymmetricKeyDetails | undefined {
  if (key['kty'] === 'RSA' && Buffer.from(`${key['n']}`, 'base64url').at(-1)! % 2 === 0) {
    return undefined;
  }
  try {
    return createPublicKey({ key: key as JsonWebKey, format: 'jwk' }).asymmetricKeyDetails;
  } catch {
    return undefined;
  }
}

/** In the one spelling that Envoy reads: no other letters, no padding. */
const isBase64Url = (text: unknown): boolean =>
  typeof text === 'string' && text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text;

const nameOf = ({ kid }: Jwk, index: number): string =>
  `key ${index + 1} of the set${typeof kid === 'string' ? ` (${JSON.stringify(kid)})` : ''}`;
