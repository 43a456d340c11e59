import { checkClients, onlyNamedClients } from '../core/client-name';
import { typed } from '../core/envoy';
import { CLIENT_HEADER } from '../core/identity-headers';
import { PlatformError } from '../core/platform-error';
import { claimConditions, PAYLOAD, type RequiredClaims } from '../core/required-claims';
import type { ApiAuth } from './api-auth';
import type { Jwks } from './jwks';

export interface JwtProps {
  /** Who signs the tokens, exactly as their claim `iss` has it: `https://…`. */
  readonly issuer: string;
  /** Whom tokens are for; one of them must stand in the claim `aud`. */
  readonly audiences: readonly string[];
  /** The issuer's public keys. */
  readonly jwks: Jwks;
  /**
   * What tokens must say besides.
   *
   * @default - nothing
   */
  readonly claims?: RequiredClaims;
  /**
   * Claim that names the client to the model; `a.b` is the claim `b` within `a`.
   *
   * @default sub
   */
  readonly clientClaim?: string;
  /**
   * Clients that may call, by that claim.
   *
   * @default - everybody with a valid token
   */
  readonly clients?: readonly string[];
}

const WHERE = 'ApiAuth.jwt';

/** @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter */
export function jwtAuth({ issuer, audiences, jwks, claims, clientClaim = 'sub', clients }: JwtProps): ApiAuth {
  checkToken(issuer, audiences, clientClaim);
  checkClients(WHERE, clients);
  const conditions = claimConditions(WHERE, claims);
  return {
    clients,
    scheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    connect(proxy, workload) {
      const { keys, ...servers } = jwks.connect(proxy, workload);
      const provider = {
        issuer,
        audiences,
        ...keys,
        require_expiration: true,
        // Named, for else a token may stand in the query too, and so in logs.
        from_headers: [{ name: 'authorization', value_prefix: 'Bearer ' }],
        claim_to_headers: [{ header_name: CLIENT_HEADER, claim_name: clientClaim }],
        payload_in_metadata: conditions.length > 0 ? PAYLOAD : undefined,
      };
      const filter = {
        name: 'tokens',
        typed_config: typed('extensions.filters.http.jwt_authn.v3.JwtAuthentication', {
          providers: { issuer: provider },
          rules: [{ match: { prefix: '/' }, requires: { provider_name: 'issuer' } }],
        }),
      };
      return { filters: [filter, onlyNamedClients(clients, conditions)], credentials: ['authorization'], ...servers };
    },
  };
}

function checkToken(issuer: string, audiences: readonly string[], clientClaim: string): void {
  if (!(URL.canParse(issuer) && issuer.startsWith('https://'))) {
    throw new PlatformError(
      WHERE,
      `issuer must start with "https://", got "${issuer}"`,
      'copy it from the claim "iss" of a token',
    );
  }
  if (audiences.length === 0 || audiences.some(audience => audience.trim() === '')) {
    throw new PlatformError(
      WHERE,
      audiences.length === 0 ? 'audiences is empty' : 'an audience is empty',
      "name whom tokens are for: else the issuer's tokens for any other service would open this one",
    );
  }
  if (clientClaim.split('.').some(part => part === '')) {
    throw new PlatformError(WHERE, `clientClaim "${clientClaim}" names no claim`, 'leave it out for "sub"');
  }
}
