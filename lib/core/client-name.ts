import { typed, type EnvoyObject, type HttpFilter } from './envoy';
import { CLIENT_HEADER } from './identity-headers';
import { PlatformError } from './platform-error';

/** One word in every header, log and metric: no space, comma, quote or line end. Also RE2's syntax. */
const NAME = '[A-Za-z0-9][A-Za-z0-9._@:|/+=~-]*';
const WHOLE = new RegExp(`^${NAME}$`);

/** @throws PlatformError if one cannot have its name */
export function checkClientNames(where: string, clients: readonly string[]): void {
  const misnamed = clients.find(client => !WHOLE.test(client));
  if (misnamed !== undefined) {
    throw new PlatformError(
      where,
      `${JSON.stringify(misnamed)} cannot name a client`,
      'use letters, digits and . _ @ : | / + = ~ -, starting with a letter or digit',
    );
  }
}

/** @throws PlatformError if a list of clients is empty, or one cannot have its name */
export function checkClients(where: string, clients: readonly string[] | undefined): void {
  checkClientNames(where, clients ?? []);
  if (clients?.length === 0) {
    throw new PlatformError(
      where,
      'clients is empty, so nobody could call',
      'name the clients, or leave it out for all that have credentials',
    );
  }
}

/**
 * The step behind every authentication: only callers that it has named go on, and none whose name is more than a
 * name. Envoy writes a claim of a token into the header as it is, line ends included.
 *
 * @param clients who may call; undefined for everybody who was named
 * @param conditions what else must hold, each a principal of Envoy's RBAC
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/rbac/v3/rbac.proto
 */
export function onlyNamedClients(
  clients: readonly string[] | undefined,
  conditions: readonly EnvoyObject[] = [],
): HttpFilter {
  const named = (match: EnvoyObject): EnvoyObject => ({ header: { name: CLIENT_HEADER, string_match: match } });
  const name = named({ safe_regex: { regex: NAME } });
  const listed = clients && { or_ids: { ids: clients.map(client => named({ exact: client })) } };
  return {
    name: 'named-clients',
    typed_config: typed('extensions.filters.http.rbac.v3.RBAC', {
      rules: {
        policies: {
          'named-clients': {
            permissions: [{ any: true }],
            principals: [{ and_ids: { ids: [name, ...(listed ? [listed] : []), ...conditions] } }],
          },
        },
      },
    }),
  };
}
