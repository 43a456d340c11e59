import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePins, type Pins } from '../core/pins';
import { PlatformError } from '../core/platform-error';
import type { Environment } from './environment';

/** Reads the pins of a team in an environment. */
export type PinReader = (environment: string, team: string) => Pins;

/** Reads pins from `<folder>/<environment>/<team>.yaml`; a team without a file has none. */
export function pinReader(folder: string): PinReader {
  return (environment, team) => {
    const file = join(folder, environment, `${team}.yaml`);
    return parsePins(
      unlessMissing(file, () => readFileSync(file, 'utf8'), ''),
      file,
    );
  };
}

/** Most teams that a message names. */
const LISTED = 10;

/** Finds what is in the folder and belongs to no declared environment or team: a pin there would have no effect. */
export function strayPinFiles(folder: string, environments: readonly Environment[]): PlatformError[] {
  return list(folder).flatMap(entry => {
    const environment = environments.find(({ name }) => name === entry);
    if (environment === undefined) {
      const names = environments.map(({ name }) => name).join(', ') || 'none';
      return [
        new PlatformError(
          join(folder, entry),
          `there is no environment "${entry}", only: ${names}`,
          'rename or remove it',
        ),
      ];
    }
    const teams = environment.teams.map(({ name }) => name);
    const expected = new Set(teams.map(team => `${team}.yaml`));
    const known = teams.length > LISTED ? `${teams.slice(0, LISTED).join(', ')}, …` : teams.join(', ') || 'none';
    return list(join(folder, entry))
      .filter(file => !expected.has(file))
      .map(
        file =>
          new PlatformError(
            join(folder, entry, file),
            `no team of ${entry} has this file, the teams are: ${known}`,
            'name it <team>.yaml, or remove it',
          ),
      );
  });
}

const list = (folder: string): string[] =>
  unlessMissing(folder, () => readdirSync(folder), [] as string[])
    .filter(entry => !entry.startsWith('.') && entry !== 'README.md')
    .sort();

function unlessMissing<Result>(path: string, read: () => Result, otherwise: Result): Result {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      return otherwise;
    }
    throw new PlatformError(path, message, 'pins are files <environment>/<team>.yaml that can be read');
  }
}
