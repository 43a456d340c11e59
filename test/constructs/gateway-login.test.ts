import { Exposure, GatewayLogin, SecretSource, type OidcLoginProps } from '../../lib';
import { expectRefusal, find, objectsOf } from '../support';
import { exposedApi, GATEWAY } from './exposed';

function login(props: Partial<OidcLoginProps> = {}, path?: string) {
  const gateway = { name: 'edge', namespace: 'gateway', sectionName: 'https' };
  const oidc = GatewayLogin.oidc({
    issuer: 'https://login.example.com/realms/ml',
    clientId: 'mlflow',
    clientSecret: SecretSource.existing('oidc'),
    ...props,
  });
  const { chart } = exposedApi(
    Exposure.gateway({ gateway, host: 'churn.example.com', path, peer: GATEWAY, login: oidc }),
  );
  return chart;
}

describe('GatewayLogin.oidc', () => {
  it('lets people pass the route once they have logged in', () => {
    expect(find(login(), 'SecurityPolicy/churn').spec).toEqual({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'churn' }],
      oidc: {
        provider: { issuer: 'https://login.example.com/realms/ml' },
        clientID: 'mlflow',
        clientSecret: { group: '', kind: 'Secret', name: 'oidc' },
        redirectURL: 'https://churn.example.com/oauth2/callback',
        logoutPath: '/oauth2/logout',
        refreshToken: true,
      },
    });
  });

  it('stays below the path of the route', () => {
    const { oidc } = find(login({ scopes: ['openid', 'email'] }, '/v1'), 'SecurityPolicy/churn').spec;
    expect(oidc).toMatchObject({
      redirectURL: 'https://churn.example.com/v1/oauth2/callback',
      logoutPath: '/v1/oauth2/logout',
      scopes: ['openid', 'email'],
    });
  });

  it('leaves no trace unless asked for', () => {
    const gateway = { name: 'edge', namespace: 'gateway', sectionName: 'https' };
    const { chart } = exposedApi(Exposure.gateway({ gateway, host: 'churn.example.com', peer: GATEWAY }));
    expect(objectsOf(chart).filter(name => name.startsWith('SecurityPolicy'))).toEqual([]);
  });

  it('tells the source of the Secret what it needs', () => {
    const mustHave = jest.fn();
    login({ clientSecret: { name: 'oidc', mustHave } });
    expect(Object.keys(mustHave.mock.calls[0][1])).toEqual(['client-secret']);
  });

  it.each(['http://login.example.com', 'login.example.com', 'https://'])('refuses the issuer "%s"', issuer => {
    expectRefusal(
      () => login({ issuer }),
      `[GatewayLogin.oidc] issuer must be an https address, got "${issuer}"; write the one in the "iss" of its tokens, for example "https://login.example.com/realms/ml"`,
    );
  });
});
