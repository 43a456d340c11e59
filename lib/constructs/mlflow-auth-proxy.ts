import type { Construct } from 'constructs';
import { PlatformError } from '../core/platform-error';
import { AUTH_PROXY_KEYS } from '../core/secret-keys';
import type { NetworkPeer } from './network-peer';
import { MLFLOW_AUTH_PROXY } from './scripts/mlflow-auth-proxy';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';
import { SCRIPTS } from './workload-scripts';

/** A proxy that authenticates people, such as oauth2-proxy, and tells the server in a header who is asking. */
export interface MlflowAuthProxy {
  /** The proxy's pods, which may then call the server. */
  readonly peer: NetworkPeer;
  /**
   * What only the proxy and the server know: a Secret whose key `secret` holds at least 32 random characters. While it
   * is being replaced, a line for the old one and a line for the new one.
   */
  readonly secret: SecretSource;
  /**
   * Header in which the proxy names the user.
   *
   * @default X-Forwarded-User
   */
  readonly userHeader?: string;
  /**
   * Header in which the proxy sends the secret.
   *
   * @default X-Auth-Proxy-Secret
   */
  readonly secretHeader?: string;
  /**
   * Users whom the proxy may never name, because programs log in as them. The administrator of `basic_auth.ini` is
   * always one.
   *
   * @default ['reader', 'writer']
   */
  readonly passwordUsers?: readonly string[];
}

/** What `authorization_function` in `basic_auth.ini` must be behind a proxy. */
export const AUTH_PROXY_FUNCTION = 'mlflow_auth_proxy:authenticate';
/** The script that defines it. */
export const AUTH_PROXY_SCRIPTS = { 'mlflow_auth_proxy.py': MLFLOW_AUTH_PROXY };

const SECRET_DIRECTORY = '/etc/mlflow/auth-proxy';
const HEADER = /^[A-Za-z][A-Za-z0-9-]*$/;
const TAKEN = /^(authorization|cookie|host|origin|referer|forwarded|x-mlflow-.*)$/i;

/**
 * Has a server believe what the proxy says of users. Others may call the server too: to them the header is of no use.
 *
 * @param auth the Secret of the server
 * @throws PlatformError if the headers are none, or the proxy would get the administrator's password
 */
export function connectAuthProxy(
  where: Construct,
  workload: Workload,
  proxy: MlflowAuthProxy,
  auth: SecretSource,
): void {
  const { userHeader = 'X-Forwarded-User', secretHeader = 'X-Auth-Proxy-Secret', secret } = proxy;
  const { passwordUsers = ['reader', 'writer'] } = proxy;
  checkHeaders(where, userHeader, secretHeader);
  if (secret.name === auth.name) {
    throw new PlatformError(
      where,
      `authProxy.secret may not be "${secret.name}": the proxy would hold the password of the administrator`,
      'make a Secret of its own for what proxy and server share',
    );
  }
  const wrong = passwordUsers.find(name => !/^[^\s,]+$/.test(name));
  if (wrong !== undefined) {
    throw new PlatformError(where, `authProxy.passwordUsers may not hold "${wrong}"`, 'name users of MLflow');
  }
  secret.mustHave?.(where, AUTH_PROXY_KEYS);
  workload.mountSecret('auth-proxy', secret, SECRET_DIRECTORY, [{ key: 'secret', path: 'secret' }]);
  workload.addEnvironment(
    { name: 'PYTHONPATH', value: SCRIPTS },
    { name: 'AUTH_PROXY_USER_HEADER', value: userHeader },
    { name: 'AUTH_PROXY_SECRET_HEADER', value: secretHeader },
    { name: 'AUTH_PROXY_SECRET_FILE', value: `${SECRET_DIRECTORY}/secret` },
    { name: 'AUTH_PROXY_PASSWORD_USERS', value: passwordUsers.join(',') },
  );
  workload.allowFrom(proxy.peer);
}

function checkHeaders(where: Construct, userHeader: string, secretHeader: string): void {
  for (const [name, header] of Object.entries({ userHeader, secretHeader })) {
    if (!HEADER.test(header) || TAKEN.test(header)) {
      throw new PlatformError(
        where,
        `authProxy.${name} may not be "${header}"${TAKEN.test(header) ? ', which has a meaning of its own' : ''}`,
        'use letters, digits and "-", such as "X-Forwarded-User"',
      );
    }
  }
  if (userHeader.toLowerCase() === secretHeader.toLowerCase()) {
    throw new PlatformError(
      where,
      `authProxy.userHeader and secretHeader cannot both be "${userHeader}"`,
      'choose another header for the secret',
    );
  }
}
