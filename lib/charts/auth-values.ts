import { z } from 'zod';
import { ApiAuth } from '../constructs/api-auth';
import { Jwks } from '../constructs/jwks';
import { SecretSource } from '../constructs/secret-source';
import { DNS_NAME, OPTIONAL_DNS_NAME } from './patterns';

/** Values for who may call an API. */
export const authValues = z
  .strictObject({
    kind: z
      .enum(['apiKeys', 'basic', 'jwt', 'none'])
      .default('apiKeys')
      .describe('How callers show who they are; `none` is for APIs without a route from outside'),
    existingSecret: z
      .string()
      .regex(OPTIONAL_DNS_NAME)
      .default('')
      .describe("Secret with the callers' keys or passwords; empty is `<fullname>-clients`"),
    clients: z
      .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/))
      .default([])
      .describe('Callers that are let in; empty lets in everyone who has a credential'),
    jwt: z
      .strictObject({
        issuer: z
          .string()
          .regex(/^https:\/\/[a-z]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z]([-a-z0-9]{0,61}[a-z0-9])?){0,5}(\/[A-Za-z0-9._~-]{1,60}){0,6}\/?$/)
          .default('https://login.example.com')
          .describe('Who signs the tokens, exactly as their claim `iss` has it'),
        audience: z
          .string()
          .regex(/^[A-Za-z0-9:/._~-]{1,200}$/)
          .default('models')
          .describe('Whom tokens are for: the claim `aud`'),
        configMap: z.string().regex(DNS_NAME).default('jwks').describe('ConfigMap with the public keys (`jwks.json`)'),
        clientClaim: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]{0,60}$/)
          .default('sub')
          .describe('Claim that names the caller'),
      })
      .prefault({})
      .describe('Tokens, for the kind `jwt`'),
  })
  .prefault({})
  .describe('Who may call');

export function authOf({ kind, existingSecret, clients, jwt }: z.output<typeof authValues>, name: string) {
  const secret = SecretSource.existing(existingSecret || `${name}-clients`);
  const named = clients.length > 0 ? clients : undefined;
  switch (kind) {
    case 'apiKeys':
      return ApiAuth.apiKeys(secret, { clients: named });
    case 'basic':
      return ApiAuth.basic(secret, { clients: named });
    case 'jwt': {
      const { issuer, audience, configMap, clientClaim } = jwt;
      const jwks = Jwks.configMap(configMap);
      return ApiAuth.jwt({ issuer, audiences: [audience], jwks, clientClaim, clients: named });
    }
    case 'none':
      return ApiAuth.none('the chart gives such an API no route from outside');
  }
}
