import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { checkClientNames } from './client-name';
import { typed } from './envoy';
import { PlatformError } from './platform-error';

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

const FILE = z.strictObject({
  resources: z.tuple([
    z.strictObject({
      '@type': z.string(),
      name: z.literal(API_KEY_FILTER),
      typed_config: z.strictObject({
        '@type': z.literal(`type.googleapis.com/envoy.${API_KEY_TYPE}`),
        credentials: z.array(z.strictObject({ key: z.string().min(1), client: z.string() })),
        key_sources: z.array(z.strictObject({ header: z.string() })),
      }),
    }),
  ]),
});

/**
 * The keys in a file, in its order: the oldest of a client first.
 *
 * @param where name of the file
 * @throws PlatformError if it is another file, or Envoy would refuse it; without a word of its content
 */
export function parseApiKeyFile(where: string, text: string): ApiKey[] {
  const file = FILE.safeParse(parsed(text));
  if (!file.success) {
    throw new PlatformError(
      where,
      text.trim() === '' ? 'the file is empty' : 'this is no file of API keys',
      text.trim() === ''
        ? 'if it held keys, the shell has emptied it: take it from the Secret, and write to another file'
        : 'give the file that `mlops keys` made, whole',
    );
  }
  const { credentials } = file.data.resources[0].typed_config;
  checkClientNames(
    where,
    credentials.map(({ client }) => client),
  );
  const twice = credentials.find(({ key }, index) =>
    credentials.some((other, later) => later > index && other.key === key),
  );
  if (twice !== undefined) {
    throw new PlatformError(where, `a key of "${twice.client}" stands in the file twice`, 'remove one of the two');
  }
  return credentials;
}

/** What to change in a file of keys. */
export interface ApiKeyChange {
  /** Clients that get one more key. */
  readonly add?: readonly string[];
  /** Clients that lose their oldest key. */
  readonly retire?: readonly string[];
  /** Clients that lose all keys. */
  readonly remove?: readonly string[];
}

/**
 * The keys after a change: what is not named stays.
 *
 * @param where name of the file, or of the command
 * @throws PlatformError if a client is unknown, cannot have that name, or would lose its only key by being retired
 */
export function changedKeys(
  where: string,
  keys: readonly ApiKey[],
  { add = [], retire = [], remove = [] }: ApiKeyChange,
  makeKey: () => string,
): ApiKey[] {
  checkClientNames(where, add);
  const known = [...new Set(keys.map(({ client }) => client))];
  const unknown = [...retire, ...remove].find(client => !known.includes(client));
  if (unknown !== undefined) {
    throw new PlatformError(
      where,
      `"${unknown}" has no key`,
      known.length === 0 ? 'give the file with the keys by --from' : `clients with keys are ${known.join(', ')}`,
    );
  }
  const oldest = new Set(retire.map(client => keys.find(key => key.client === client)!.key));
  const left = keys.filter(({ key, client }) => !oldest.has(key) && !remove.includes(client));
  const changed = [...left, ...add.map(client => ({ key: makeKey(), client }))];
  const locked = retire.find(client => !changed.some(key => key.client === client));
  if (locked !== undefined) {
    throw new PlatformError(
      where,
      `"${locked}" would have no key left`,
      `give it a new one first: mlops keys ${locked}; or let it go: --remove ${locked}`,
    );
  }
  return changed;
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
