import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { apiKeyFile, changedKeys, parseApiKeyFile } from '../../core/api-key-file';
import { PlatformError } from '../../core/platform-error';
import { print, type Output } from '../tables';

export interface KeysOptions {
  readonly output: Output;
  readonly from?: string;
  readonly retire?: readonly string[];
  readonly remove?: readonly string[];
}

/** Prints the file with the keys of an API's clients, and nothing else: what shows a key is for its owner to decide. */
export function keys(clients: readonly string[], { from, output, retire = [], remove = [] }: KeysOptions): void {
  const where = from ?? 'mlops keys';
  if (clients.length + retire.length + remove.length === 0) {
    throw new PlatformError(where, 'nobody is named', 'name the clients that get a key: mlops keys web batch');
  }
  const known = from === undefined ? [] : parseApiKeyFile(where, read(from));
  const changed = changedKeys(where, known, { add: clients, retire, remove }, newKey);
  print(output, changed, () => apiKeyFile(changed).trimEnd());
}

/** 256 bits, in letters that need no quoting. */
const newKey = (): string => randomBytes(32).toString('hex');

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new PlatformError(
      file,
      `the file cannot be read: ${(error as NodeJS.ErrnoException).code}`,
      'give the file with the keys so far, or - for the standard input',
    );
  }
}
