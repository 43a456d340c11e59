import { stringify } from 'yaml';
import { typed } from './envoy';
import { CLIENT_HEADER } from './identity-headers';

/** Name of the filter that reads the file. */
export const BASIC_AUTH_FILTER = 'users';
export const BASIC_AUTH_TYPE = 'extensions.filters.http.basic_auth.v3.BasicAuth';

/**
 * The file by which Envoy knows users: a piece of its configuration around lines as `htpasswd -s` makes them. A plain
 * htpasswd file would be read at the start only.
 */
export function basicAuthFile(lines: readonly string[]): string {
  const users = { inline_string: `${lines.join('\n')}\n` };
  const resource = {
    ...typed('config.core.v3.TypedExtensionConfig'),
    name: BASIC_AUTH_FILTER,
    typed_config: typed(BASIC_AUTH_TYPE, { forward_username_header: CLIENT_HEADER, users }),
  };
  return stringify({ resources: [resource] });
}
