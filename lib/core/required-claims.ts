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
 * @throws PlatformError if a claim could never hold
 */
export function claimConditions(where: string, claims: RequiredClaims, path: readonly string[] = []): EnvoyObject[] {
  return Object.entries(claims).flatMap(([claim, wanted]) => {
    const here = [...path, claim];
    if (typeof wanted !== 'string' && !isList(wanted)) {
      return claimConditions(where, wanted, here);
    }
    const values = isList(wanted) ? wanted : [wanted];
    if (values.length === 0 || values.includes('')) {
      throw new PlatformError(
        where,
        `the claim "${here.join('.')}" is required to be nothing`,
        'name the values of which one is enough, or leave the claim out',
      );
    }
    return [{ or_ids: { ids: values.flatMap(value => [is(here, value), lists(here, value)]) } }];
  });
}

const isList = (wanted: RequiredClaims[string]): wanted is readonly string[] => Array.isArray(wanted);

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
