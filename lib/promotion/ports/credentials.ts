import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '../../core/platform-error';

/**
 * Credentials for a server, from files that a mounted Secret has: `token`, or `username` and `password`. They are read for
 * each request, since they may change.
 *
 * @param folder the folder with those files; without one the server is asked without credentials
 * @returns reads the value of the header Authorization
 * @throws PlatformError if the folder is named and the files are not there
 */
export function credentialsIn(folder: string | undefined): () => string | undefined {
  if (folder === undefined) {
    return () => undefined;
  }
  const read = () => {
    const [token, username, password] = ['token', 'username', 'password'].map(name => readLine(join(folder, name)));
    if (token !== undefined) {
      return `Bearer ${token}`;
    }
    if (username === undefined || password === undefined) {
      throw new PlatformError(
        folder,
        'the folder has no credentials',
        'put a file token there, or username and password',
      );
    }
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  };
  read();
  return read;
}

/** The content of a file without its line end; undefined if there is none. */
function readLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
