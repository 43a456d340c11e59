import type { App } from 'cdk8s';
import { Minio, Monitoring, Peer, SeaweedFs } from '../../lib';
import { teamIn } from './team';

export function stores(outdir: string): App {
  const { app, team } = teamIn(outdir);
  const minio = new Minio(team, 'minio', {
    size: '200Gi',
    image: 'registry.example.com/silo:2026.9.1',
    clientImage: 'registry.example.com/mc:2026.9.1',
    servers: 4,
    metrics: true,
  });
  const seaweedFs = new SeaweedFs(team, 'seaweed-fs', {
    size: '200Gi',
    image: 'docker.io/chrislusf/seaweedfs:4.44',
    metrics: true,
  });
  const monitoring = new Monitoring(team, 'monitoring', { prometheus: Peer.pods({ namespace: 'monitoring' }) });
  monitoring.scrape(minio, seaweedFs);
  return app;
}
