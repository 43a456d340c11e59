import { join } from 'node:path';
import { ModelApi, ModelRuntime, Platform } from '../../lib';

/** A platform whose pods can reach one registry, and whose images are held to their digests. */
export function airGapPlatform(folder: string): Platform {
  const platform = new Platform({
    name: 'ml',
    outdir: join(folder, 'dist'),
    pins: join(folder, 'environments'),
    images: {
      registries: { 'ghcr.io': 'registry.local/ghcr', 'docker.io': 'registry.local/hub' },
      lockFile: join(__dirname, 'images.lock.yaml'),
    },
  });
  for (const environment of platform.environments({ production: {} })) {
    environment.team('fraud', { quota: { cpu: '4', memory: '16Gi' } }, team => {
      new ModelApi(team, 'churn', {
        model: { name: 'churn', version: 7 },
        runtime: ModelRuntime.container({ image: 'ghcr.io/fraud/churn:7.1.0' }),
      });
    });
  }
  return platform;
}

export default airGapPlatform(__dirname);
