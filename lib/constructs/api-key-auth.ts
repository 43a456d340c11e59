import { API_KEY_FILTER, API_KEY_TYPE } from '../core/api-key-file';
import { filterFromFile, typed } from '../core/envoy';
import { PROXY_FILES } from '../core/envoy-bootstrap';
import { CLIENT_HEADER } from '../core/identity-headers';
import { PlatformError } from '../core/platform-error';
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
const CLIENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/api_key_auth_filter */
export function apiKeyAuth(keys: SecretSource, { clients }: ApiKeyProps): ApiAuth {
  const misnamed = clients?.find(client => !CLIENT.test(client));
  if (misnamed !== undefined || clients?.length === 0) {
    throw new PlatformError(
      'ApiAuth.apiKeys',
      misnamed === undefined ? 'clients is empty, so nobody could call' : `"${misnamed}" cannot name a client`,
      misnamed === undefined
        ? 'name the clients, or leave it out for all that have a key'
        : 'use letters, digits, ".", "_" and "-", at most 63 of them',
    );
  }
  const [file] = Object.keys(API_KEY_KEYS) as [string];
  return {
    clients,
    scheme: { type: 'apiKey', in: 'header', name: HEADER },
    connect(proxy, workload) {
      keys.mustHave?.(workload, API_KEY_KEYS);
      proxy.mountAuth(keys, [{ key: file, path: file }]);
      const settings = typed(`${API_KEY_TYPE}PerRoute`, {
        key_sources: [{ header: HEADER }],
        forwarding: { header: CLIENT_HEADER, hide_credentials: true },
        allowed_clients: clients,
      });
      return {
        filters: [filterFromFile(API_KEY_FILTER, API_KEY_TYPE, PROXY_FILES.auth, file)],
        settings: { [API_KEY_FILTER]: settings },
        credentials: [HEADER],
      };
    },
  };
}
