import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlatformError } from '../core/platform-error';

/**
 * The default export of a module of the user's.
 *
 * @param remedy what to do if there is no such module
 * @throws PlatformError if there is none, or if it cannot be read
 */
export async function loadModule(file: string, remedy: string): Promise<unknown> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new PlatformError(file, 'there is no such file', remedy);
  }
  if (/\.[cm]?ts$/.test(path)) {
    await readTypeScript(path);
  }
  return unwrap(await importModule(file, path));
}

/** Lets Node.js load TypeScript with the tsx that the project has; without one, with whatever else was set up. */
async function readTypeScript(path: string): Promise<void> {
  const require = createRequire(path);
  let tsx: string;
  try {
    tsx = require.resolve('tsx');
  } catch {
    if (require.extensions['.ts'] !== undefined) {
      return;
    }
    throw new PlatformError(
      path,
      'TypeScript cannot be loaded: tsx is not installed',
      'run "npm install --save-dev tsx", or compile and name the JavaScript file',
    );
  }
  await importUrl(tsx);
}

async function importModule(file: string, path: string): Promise<{ default?: unknown }> {
  try {
    return await importUrl(path);
  } catch (error) {
    // What tsx's compiler cannot read; its message names the line.
    if (error instanceof Error && error.name === 'TransformError') {
      throw new PlatformError(file, error.message, 'mend the line');
    }
    throw error;
  }
}

/** As a URL, because a path may hold characters such as "#" and "%". */
const importUrl = async (path: string): Promise<{ default?: unknown }> =>
  (await import(pathToFileURL(path).href)) as { default?: unknown };

/** A CommonJS module with a default export arrives wrapped in one more default. */
function unwrap(module: { default?: unknown }): unknown {
  const inner = module.default as { default?: unknown } | undefined;
  return inner?.default ?? inner;
}
