import type { EnvoyObject } from './envoy';
import { PlatformError } from './platform-error';

/**
 * What a token must say, in the shape of the token: a text that a claim must be, or have in its list; several of
 * which one is enough; or claims within the claim.
 */
export interface RequiredClaims {
  readonly [claim: string]: string | readonly string[] | RequiredClaims;
}

/** Where Envoy keeps what a verified token says. */
export const PAYLOAD = 'payload';

/**
 * The same as principals of Envoy's RBAC, all of which must hold.
 *
 * @param claims none if undefined
 * @throws PlatformError if a claim could never hold, or would silently hold always
 */
export function claimConditions(where: string, claims: RequiredClaims | undefined): EnvoyObject[] {
  return claims === undefined ? [] : within(where, claims, []);
}

function within(where: string, wanted: unknown, path: readonly string[]): EnvoyObject[] {
  const name = path.length === 0 ? 'claims' : `the claim "${path.join('.')}"`;
  const list = listOf(wanted);
  const texts = list?.every(value => typeof value === 'string') ? list : undefined;
  if (typeof (list ?? wanted) !== 'object' || wanted === null || (list && (path.length === 0 || !texts))) {
    throw new PlatformError(
      where,
      `${name} must be ${path.length === 0 ? 'an object' : 'a text, a list of texts or an object'}, got ${JSON.stringify(wanted)}`,
      'write claims in the shape that the token has, each value as a text',
    );
  }
  if (!list && Object.keys(wanted as object).includes('')) {
    throw new PlatformError(
      where,
      `${name} ${path.length === 0 ? 'hold' : 'holds'} one without a name`,
      'name each claim as the token has it',
    );
  }
  if (Object.keys(list ?? (wanted as object)).length === 0 || texts?.includes('')) {
    throw new PlatformError(
      where,
      `${name} ${path.length === 0 ? 'are' : 'is'} required to be nothing`,
      'name the values of which one is enough, or leave the claim out',
    );
  }
  return texts
    ? [{ or_ids: { ids: texts.flatMap(value => [is(path, value), lists(path, value)]) } }]
    : Object.entries(wanted as object).flatMap(([claim, inner]) => within(where, inner, [...path, claim]));
}

function listOf(wanted: unknown): unknown[] | undefined {
  return Array.isArray(wanted) ? wanted : typeof wanted === 'string' ? [wanted] : undefined;
}

const is = (path: readonly string[], value: string): EnvoyObject => claim(path, { string_match: { exact: value } });

const lists = (path: readonly string[], value: string): EnvoyObject =>
  claim(path, { list_match: { one_of: { string_match: { exact: value } } } });

const claim = (path: readonly string[], value: EnvoyObject): EnvoyObject => ({
  sourced_metadata: {
    metadata_matcher: {
      filter: 'envoy.filters.http.jwt_authn',
      path: [PAYLOAD, ...path].map(key => ({ key })),
      value,
    },
  },
});
