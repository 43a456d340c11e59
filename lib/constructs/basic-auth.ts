import { BASIC_AUTH_FILTER, BASIC_AUTH_TYPE } from '../core/basic-auth-file';
import { checkClients, onlyNamedClients } from '../core/client-name';
import { filterFromFile } from '../core/envoy';
import { PROXY_FILES } from '../core/envoy-bootstrap';
import { BASIC_AUTH_KEYS } from '../core/secret-keys';
import type { ApiAuth } from './api-auth';
import type { SecretSource } from './secret-source';

export interface BasicAuthProps {
  /**
   * Users who may call. Anybody else is refused, though they be in the Secret.
   *
   * @default - every user in the Secret
   */
  readonly clients?: readonly string[];
}

/** @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/basic_auth_filter */
export function basicAuth(users: SecretSource, { clients }: BasicAuthProps): ApiAuth {
  checkClients('ApiAuth.basic', clients);
  const [file] = Object.keys(BASIC_AUTH_KEYS) as [string];
  return {
    clients,
    scheme: { type: 'http', scheme: 'basic' },
    connect(proxy, workload) {
      users.mustHave?.(workload, BASIC_AUTH_KEYS);
      proxy.mountAuth({ secret: { secretName: users.name, items: [{ key: file, path: file }] } });
      return {
        filters: [
          filterFromFile(BASIC_AUTH_FILTER, BASIC_AUTH_TYPE, PROXY_FILES.auth, file),
          onlyNamedClients(clients),
        ],
        credentials: ['authorization'],
      };
    },
  };
}
