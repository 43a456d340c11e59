import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { PlatformError } from '../core/platform-error';
import type { Platform } from '../platform/platform';

/**
 * Loads the module that declares the platform.
 *
 * @throws PlatformError if there is none, if it exports no platform, or if TypeScript cannot be read here
 */
export async function loadPlatform(file: string): Promise<Platform> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new PlatformError(file, 'there is no such file', 'name the module that declares the platform: --app main.ts');
  }
  if (/\.[cm]?ts$/.test(path)) {
    readTypeScript(path);
  }
  const module = (await import(path)) as { default?: unknown };
  const platform = unwrap(module);
  if (typeof (platform as Platform | undefined)?.synth !== 'function') {
    throw new PlatformError(file, 'the module exports no platform', 'end it with: export default platform;');
  }
  return platform as Platform;
}

/** Lets Node.js load TypeScript with the tsx that the project has, unless something does already. */
function readTypeScript(path: string): void {
  const require = createRequire(path);
  if (require.extensions['.ts'] !== undefined) {
    return;
  }
  try {
    (require('tsx/cjs/api') as { register(): void }).register();
  } catch {
    throw new PlatformError(
      path,
      'TypeScript cannot be loaded: tsx is not installed',
      'run "npm install --save-dev tsx", or compile and name the JavaScript file',
    );
  }
}

/** A CommonJS module with a default export arrives wrapped in one more default. */
function unwrap(module: { default?: unknown }): unknown {
  const inner = module.default as { default?: unknown } | undefined;
  return inner?.default ?? inner;
}
