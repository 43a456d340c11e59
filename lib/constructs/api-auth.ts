import type { ProxyAuth } from '../core/envoy-bootstrap';
import type { SecurityScheme } from '../core/open-api';
import { apiKeyAuth, type ApiKeyProps } from './api-key-auth';
import { basicAuth, type BasicAuthProps } from './basic-auth';
import type { EnvoySidecar } from './envoy-sidecar';
import { externalAuth, type ExternalAuthProps } from './external-auth';
import { jwtAuth, type JwtProps } from './jwt-auth';
import { noAuth } from './no-auth';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

/** Who may call an API, and how callers show who they are. */
export interface ApiAuth {
  /** Why everybody may call it; undefined if callers are authenticated. */
  readonly openBecause?: string;
  /** Names of the callers, where they are known; undefined if anybody may be let in. */
  readonly clients?: readonly string[];
  /** The same in OpenAPI's words; undefined if they have none for it. */
  readonly scheme?: SecurityScheme;
  /**
   * Mounts credentials in the proxy and opens network paths.
   *
   * @returns what the proxy asks of each request
   */
  connect(proxy: EnvoySidecar, workload: Workload): ProxyAuth;
}

export const ApiAuth = {
  /**
   * Each caller has a key, in the header `x-api-key`. Several keys of a caller are valid at one time, so that they can
   * be replaced without a failed request; a changed Secret is read without a restart.
   *
   * @param keys the Secret; `mlops keys` makes its content
   * @throws PlatformError if a client cannot have that name
   */
  apiKeys: (keys: SecretSource, props: ApiKeyProps = {}): ApiAuth => apiKeyAuth(keys, props),

  /**
   * Each caller has a name and a password, in the header `Authorization`. Envoy knows unsalted SHA-1 hashes alone, so
   * passwords must be random. A changed Secret is read without a restart.
   *
   * @param users the Secret
   * @throws PlatformError if a client cannot have that name
   */
  basic: (users: SecretSource, props: BasicAuthProps = {}): ApiAuth => basicAuth(users, props),

  /**
   * Each caller has a signed token that expires, in the header `Authorization: Bearer …`. The model sees the name of
   * the client, never the token.
   *
   * @throws PlatformError if the issuer has no TLS, no audience is named, or a claim could never hold
   */
  jwt: (props: JwtProps): ApiAuth => jwtAuth(props),

  /**
   * A service of yours decides about each request. While it does not answer, nobody is let in.
   *
   * @throws PlatformError if its URL, a header or a client's name is none
   */
  external: (props: ExternalAuthProps): ApiAuth => externalAuth(props),

  /**
   * Nobody is asked: whoever the network policy lets in may call. Never on a route that leaves the cluster.
   *
   * @param reason why that is right, for those who read the declaration
   * @throws PlatformError if there is no reason
   */
  none: (reason: string): ApiAuth => noAuth(reason),
};
