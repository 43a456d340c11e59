import {
  Database,
  Peer,
  SecretSource,
  SecretTemplate,
  Workload,
  type MlflowAuthProxy,
  type MlflowServerProps,
} from '../../lib';
import { chartIn, expectRefusal, find } from '../support';
import { postgres, serverIn } from './mlflow-parts';

const peer = Peer.pods({ namespace: 'oauth2-proxy' });
const secret = SecretSource.existing('mlflow-proxy');

function server(authProxy: MlflowAuthProxy | undefined, props: Partial<MlflowServerProps> = {}) {
  const chart = chartIn('fraud');
  const mlflow = serverIn(chart, { authProxy, ...props });
  const [container] = find(chart, 'Deployment/mlflow').spec.template.spec.containers;
  return { chart, mlflow, container };
}

const variables = ({ env }: any): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value }: any) => [name, value]));

describe('a server behind a proxy that authenticates people', () => {
  it('opens a path from the proxy alone', () => {
    const { chart } = server({ peer, secret });
    expect(find(chart, 'NetworkPolicy/mlflow').spec.ingress).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'oauth2-proxy' } } }],
        ports: [{ port: 5000, protocol: 'TCP' }],
      },
    ]);
  });

  it('mounts the secret as a file, and the program that compares it', () => {
    const { chart, container } = server({ peer, secret });
    expect(container.volumeMounts).toContainEqual({
      name: 'auth-proxy',
      mountPath: '/etc/mlflow/auth-proxy',
      readOnly: true,
    });
    expect(find(chart, 'Deployment/mlflow').spec.template.spec.volumes).toContainEqual({
      name: 'auth-proxy',
      secret: { secretName: 'mlflow-proxy', items: [{ key: 'secret', path: 'secret' }] },
    });
    expect(Object.keys(find(chart, 'ConfigMap/mlflow').data)).toEqual(['migrate.py', 'mlflow_auth_proxy.py']);
    expect(
      Object.keys(find(server({ peer, secret }, { database: Database.sqlite() }).chart, 'ConfigMap/mlflow').data),
    ).toEqual(['mlflow_auth_proxy.py']);
  });

  it('takes all the props', () => {
    const allProps: Required<MlflowAuthProxy> = {
      peer,
      secret,
      userHeader: 'X-Auth-Request-Email',
      secretHeader: 'X-Proof',
      passwordUsers: ['serving', 'training'],
    };
    expect(variables(server(allProps).container)).toMatchObject({
      PYTHONPATH: '/opt/mlops',
      AUTH_PROXY_USER_HEADER: 'X-Auth-Request-Email',
      AUTH_PROXY_SECRET_HEADER: 'X-Proof',
      AUTH_PROXY_SECRET_FILE: '/etc/mlflow/auth-proxy/secret',
      AUTH_PROXY_PASSWORD_USERS: 'serving,training',
    });
  });

  it('has defaults for the rest', () => {
    expect(variables(server({ peer, secret }).container)).toMatchObject({
      AUTH_PROXY_USER_HEADER: 'X-Forwarded-User',
      AUTH_PROXY_SECRET_HEADER: 'X-Auth-Proxy-Secret',
      AUTH_PROXY_PASSWORD_USERS: 'reader,writer',
    });
  });

  it('leaves no trace unless asked for', () => {
    const { chart } = server(undefined);
    expect(JSON.stringify(chart.toJson())).not.toMatch(/AUTH_PROXY|auth.proxy|PYTHONPATH/);
  });

  it('tells whoever makes the Secrets what must be in them', () => {
    const chart = chartIn('fraud');
    const auth = new SecretTemplate(chart, 'mlflow-auth');
    const shared = new SecretTemplate(chart, 'mlflow-proxy');
    serverIn(chart, { auth, authProxy: { peer, secret: shared } });
    expect(auth.text).toContain('authorization_function = mlflow_auth_proxy:authenticate\n');
    expect(shared.text).toContain('openssl rand -hex 32');
  });

  it('keeps passwords for programs', () => {
    const { chart, mlflow } = server({ peer, secret });
    const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
    mlflow.grantReadWrite(trainer);
    const names = trainer.granted.volumes.map(({ secret: mounted }) => mounted?.secretName);
    expect(names).toEqual(['mlflow-auth']);
  });

  test.each([
    [
      'the Secret with the administrator’s password',
      { secret: SecretSource.existing('mlflow-auth') },
      'authProxy.secret may not be "mlflow-auth": the proxy would hold the password of the administrator; ' +
        'make a Secret of its own for what proxy and server share',
    ],
    [
      'one header for both',
      { userHeader: 'X-User', secretHeader: 'x-user' },
      'authProxy.userHeader and secretHeader cannot both be "X-User"; choose another header for the secret',
    ],
    [
      'a header that two spellings would reach',
      { userHeader: 'X_User' },
      'authProxy.userHeader may not be "X_User"; use letters, digits and "-", such as "X-Forwarded-User"',
    ],
    [
      'a header of HTTP’s own',
      { secretHeader: 'Authorization' },
      'authProxy.secretHeader may not be "Authorization", which has a meaning of its own; ' +
        'use letters, digits and "-", such as "X-Forwarded-User"',
    ],
    [
      'users in one text',
      { passwordUsers: ['reader,writer'] },
      'authProxy.passwordUsers may not hold "reader,writer"; name users of MLflow',
    ],
  ])('refuses %s', (_, props: Partial<MlflowAuthProxy>, message) => {
    expectRefusal(() => server({ peer, secret, ...props }, { database: postgres() }), `[fraud/mlflow] ${message}`);
  });
});
