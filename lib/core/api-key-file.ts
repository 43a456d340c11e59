import { stringify } from 'yaml';
import { typed } from './envoy';

/** A key and whose it is. A client may have several, so that one can be replaced by another. */
export interface ApiKey {
  readonly key: string;
  readonly client: string;
}

/** Name of the filter that reads the file. */
export const API_KEY_FILTER = 'api-keys';
export const API_KEY_TYPE = 'extensions.filters.http.api_key_auth.v3.ApiKeyAuth';

/** The file by which Envoy knows the keys: a piece of its configuration. */
export function apiKeyFile(credentials: readonly ApiKey[]): string {
  const resource = {
    ...typed('config.core.v3.TypedExtensionConfig'),
    name: API_KEY_FILTER,
    typed_config: typed(API_KEY_TYPE, { credentials: [...credentials], key_sources: [{ header: 'x-api-key' }] }),
  };
  return stringify({ resources: [resource] });
}
