import { join } from 'node:path';
import { Peer, Platform, Workload } from '../../lib';

const quota = { cpu: '4', memory: '8Gi' };

/** Two teams, of which one keeps features for all others. */
export function isolation(outdir: string): Platform {
  const platform = new Platform({
    name: 'ml',
    outdir,
    pins: join(outdir, 'pins'),
    isolation: { mediators: ['features-staging'] },
  });
  const [staging] = platform.environments({ staging: {} });
  staging!.team('features', { quota });
  staging!.team('fraud', { quota }, team => {
    const trainer = new Workload(team, 'trainer', { program: 'trainer' });
    trainer.allowTo(Peer.pods({ namespace: 'features-staging', ports: [8080] }));
  });
  return platform;
}
