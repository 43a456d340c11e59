import { API_KEY_FILTER, API_KEY_TYPE } from '../core/api-key-file';
import { checkClients, onlyNamedClients } from '../core/client-name';
import { filterFromFile, typed } from '../core/envoy';
import { PROXY_FILES } from '../core/envoy-bootstrap';
import { CLIENT_HEADER } from '../core/identity-headers';
import { API_KEY_KEYS } from '../core/secret-keys';
import type { ApiAuth } from './api-auth';
import type { SecretSource } from './secret-source';

export interface ApiKeyProps {
  /**
   * Clients that may call. A key of anybody else is refused, though it be in the Secret.
   *
   * @default - every client that has a key in the Secret
   */
  readonly clients?: readonly string[];
}

const HEADER = 'x-api-key';

/** @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/api_key_auth_filter */
export function apiKeyAuth(keys: SecretSource, { clients }: ApiKeyProps): ApiAuth {
  checkClients('ApiAuth.apiKeys', clients);
  const [file] = Object.keys(API_KEY_KEYS) as [string];
  return {
    clients,
    scheme: { type: 'apiKey', in: 'header', name: HEADER },
    connect(proxy, workload) {
      keys.mustHave?.(workload, API_KEY_KEYS);
      proxy.mountAuth({ secret: { secretName: keys.name, items: [{ key: file, path: file }] } });
      const settings = typed(`${API_KEY_TYPE}PerRoute`, {
        key_sources: [{ header: HEADER }],
        forwarding: { header: CLIENT_HEADER, hide_credentials: true },
      });
      return {
        filters: [filterFromFile(API_KEY_FILTER, API_KEY_TYPE, PROXY_FILES.auth, file), onlyNamedClients(clients)],
        settings: { [API_KEY_FILTER]: settings },
        credentials: [HEADER],
      };
    },
  };
}
