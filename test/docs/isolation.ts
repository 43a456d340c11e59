import { join } from 'node:path';
import { Platform } from '../../lib';

export function platform(outdir: string): Platform {
  const isolation = { mediators: ['features-staging'] };
  const platform = new Platform({ name: 'ml', outdir, pins: join(outdir, 'environments'), isolation });

  const [staging] = platform.environments({ staging: {} });
  staging!.team('fraud', { quota: { cpu: '8', memory: '24Gi' } });
  return platform;
}
