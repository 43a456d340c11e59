import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { ApiAuth } from '../constructs/api-auth';
import { Jwks } from '../constructs/jwks';
import { API_KEY_KEYS, BASIC_AUTH_KEYS } from '../core/secret-keys';
import { DNS_NAME } from './patterns';
import { secretOf, secretValues } from './secret-values';

/** Values for who may call an API. */
export const authValues = z
  .strictObject({
    kind: z
      .enum(['apiKeys', 'basic', 'jwt', 'none'])
      .default('apiKeys')
      .describe('How callers show who they are; `none` is for APIs without a route from outside'),
    secret: secretValues(
      "Secret with the callers' keys (`clients.yaml`) or passwords (`users.yaml`), for the kinds `apiKeys` and `basic`",
      'clients',
      'ml/model-clients',
    ),
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

/** @param name name of the release, with which the name of the Secret begins unless it is given */
export function authOf(
  chart: Chart,
  name: string,
  { kind, secret, clients, jwt }: z.output<typeof authValues>,
): ApiAuth {
  const named = clients.length > 0 ? clients : undefined;
  switch (kind) {
    case 'apiKeys':
      return ApiAuth.apiKeys(secretOf(chart, `${name}-clients`, Object.keys(API_KEY_KEYS), secret), { clients: named });
    case 'basic':
      return ApiAuth.basic(secretOf(chart, `${name}-clients`, Object.keys(BASIC_AUTH_KEYS), secret), { clients: named });
    case 'jwt': {
      const { issuer, audience, configMap, clientClaim } = jwt;
      const jwks = Jwks.configMap(configMap);
      return ApiAuth.jwt({ issuer, audiences: [audience], jwks, clientClaim, clients: named });
    }
    case 'none':
      return ApiAuth.none('the chart gives such an API no route from outside');
  }
}
