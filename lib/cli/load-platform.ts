import { PlatformError } from '../core/platform-error';
import type { Platform } from '../platform/platform';
import { loadModule } from './load-module';

/**
 * Loads the module that declares the platform.
 *
 * @throws PlatformError if there is none, if it cannot be read, or if it exports no platform
 */
export async function loadPlatform(file: string): Promise<Platform> {
  const platform = await loadModule(file, 'name the module that declares the platform: --app main.ts');
  // An App of cdk8s has a synth() too, but no environments.
  if (typeof (platform as Platform | undefined)?.environments !== 'function') {
    throw new PlatformError(file, 'the module exports no platform', 'end it with: export default platform;');
  }
  return platform as Platform;
}
