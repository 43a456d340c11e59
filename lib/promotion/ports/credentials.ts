import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '../../core/platform-error';

/**
 * Credentials for a server, from files that a mounted Secret has: `token`, or `username` and `password`. They are read for
 * each request, since they may change.
 *
 * @param folder the folder with those files; without one the server is asked without credentials
 * @returns reads the value of the header Authorization; throws PlatformError if the folder has none that fit there
 */
export function credentialsIn(folder: string | undefined): () => string | undefined {
  if (folder === undefined) {
    return () => undefined;
  }
  return () => {
    const [token, username, password] = ['token', 'username', 'password'].map(name => credential(join(folder, name)));
    if (token !== undefined) {
      return `Bearer ${plainToken(token, folder)}`;
    }
    if (username === undefined || password === undefined) {
      throw new PlatformError(
        folder,
        'the folder has no credentials',
        'put a file token there, or username and password',
        'credentials',
      );
    }
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  };
}

/** Tokens of servers are of ASCII, and other characters fit no header. */
function plainToken(token: string, folder: string): string {
  if (!/^[\x20-\x7e]+$/.test(token)) {
    throw new PlatformError(join(folder, 'token'), 'no server gives tokens with such characters', 'copy it anew');
  }
  return token;
}

/**
 * The content of a file without its line end; undefined if there is none.
 *
 * @throws PlatformError if no header could hold it: the error of whoever sends the header would show it
 */
export function credential(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
  if (!/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u.test(text)) {
    throw new PlatformError(
      file,
      'the file does not hold one line without control characters',
      'write the credential there, and nothing else',
    );
  }
  return text;
}
