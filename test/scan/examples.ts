import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { objectsOf, type ScannedObject } from './objects';

const PROJECT = join(__dirname, '../..');

/** Folders below examples/ that hold a program. */
export function exampleNames(): string[] {
  return readdirSync(join(PROJECT, 'examples')).filter(name => existsSync(join(PROJECT, 'examples', name, 'main.ts')));
}

/**
 * What an example writes, in a copy of it below the folder, as its reader would have it written.
 *
 * @throws Error if it writes nothing
 */
export function exampleObjects(name: string, folder: string): ScannedObject[] {
  const copy = join(folder, 'examples', name);
  cpSync(join(PROJECT, 'examples', name), copy, { recursive: true });
  rmSync(join(copy, 'dist'), { recursive: true, force: true });
  const main = join(copy, 'main.ts');
  // An App writes when its program runs; a Platform is what the program exports.
  run(folder, main);
  if (!existsSync(join(copy, 'dist'))) {
    run(folder, join(PROJECT, 'lib/cli/mlops.ts'), 'synth', '--app', main);
  }
  const objects = objectsOf(`examples/${name}`, join(copy, 'dist'));
  if (objects.length === 0) {
    throw new Error(`examples/${name} wrote no objects`);
  }
  return objects;
}

/** Makes the folder a place in which copies of examples run. */
export function prepare(folder: string): void {
  mkdirSync(join(folder, 'examples'), { recursive: true });
  for (const name of ['lib', 'node_modules', 'package.json', 'tsconfig.json']) {
    symlinkSync(join(PROJECT, name), join(folder, name));
  }
}

function run(cwd: string, ...args: string[]): void {
  const tsx = join(PROJECT, 'node_modules/tsx/dist/cli.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsx, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}
