import { PlatformError } from '../core/platform-error';
import type { RouteAddress } from '../core/route-address';
import { OIDC_KEYS } from '../core/secret-keys';
import { KubeObject, type Manifest } from './kube-object';
import type { RouteTarget } from './route-target';
import type { SecretSource } from './secret-source';

/** Who may pass a route, decided at the gateway. */
export interface GatewayLogin {
  /** Attaches to the HTTPRoute of that name. */
  connect(target: RouteTarget, address: Required<RouteAddress>): void;
}

export interface OidcLoginProps {
  /** Address of whoever knows the people: an OpenID provider. The gateway reads its configuration there. */
  readonly issuer: string;
  /** Name under which the provider knows the gateway. */
  readonly clientId: string;
  /** Secret of that client, under the key `client-secret`; in the namespace of the route. */
  readonly clientSecret: SecretSource;
  /**
   * What the gateway asks the provider for.
   *
   * @default - openid
   */
  readonly scopes?: readonly string[];
}

/** @see https://gateway.envoyproxy.io/docs/api/extension_types/#oidc */
export interface SecurityPolicy extends Manifest {
  readonly spec: {
    readonly targetRefs: readonly { readonly group: string; readonly kind: string; readonly name: string }[];
    readonly oidc: {
      readonly provider: { readonly issuer: string };
      readonly clientID: string;
      readonly clientSecret: { readonly group: ''; readonly kind: 'Secret'; readonly name: string };
      readonly redirectURL: string;
      readonly logoutPath: string;
      readonly scopes?: readonly string[];
      readonly refreshToken: boolean;
    };
  };
}

export const GatewayLogin = {
  /**
   * Single sign-on by OpenID Connect, for browsers; at gateways of Envoy Gateway. Programs do not log in that way: they
   * call inside of the cluster.
   *
   * @throws PlatformError if the issuer is no https address
   * @see https://gateway.envoyproxy.io/docs/tasks/security/oidc/
   */
  oidc: (props: OidcLoginProps): GatewayLogin => oidcLogin(props),
};

function oidcLogin({ issuer, clientId, clientSecret, scopes }: OidcLoginProps): GatewayLogin {
  if (!URL.canParse(issuer) || !issuer.startsWith('https://')) {
    throw new PlatformError(
      'GatewayLogin.oidc',
      `issuer must be an https address, got "${issuer}"`,
      'write the one in the "iss" of its tokens, for example "https://login.example.com/realms/ml"',
    );
  }
  return {
    connect({ scope, name, labels }, { host, path }) {
      clientSecret.mustHave?.(scope, OIDC_KEYS);
      const below = path === '/' ? '' : path;
      new KubeObject<SecurityPolicy>(scope, 'login', {
        apiVersion: 'gateway.envoyproxy.io/v1alpha1',
        kind: 'SecurityPolicy',
        metadata: { name, labels: { ...labels } },
        spec: {
          targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name }],
          oidc: {
            provider: { issuer },
            clientID: clientId,
            clientSecret: { group: '', kind: 'Secret', name: clientSecret.name },
            redirectURL: `https://${host}${below}/oauth2/callback`,
            logoutPath: `${below}/oauth2/logout`,
            scopes,
            refreshToken: true,
          },
        },
      });
    },
  };
}
