import type { App } from 'cdk8s';
import { MlflowServer, Monitoring, Peer, PromotionController, SecretSource } from '../../lib';
import { teamIn } from './team';

export function controller(outdir: string): App {
  const { app, team, artifacts, database, image } = teamIn(outdir);
  const mlflow = new MlflowServer(team, 'mlflow', { image, artifacts, database });
  const gitHost = Peer.hosts({ cidrs: ['203.0.113.7/32'], ports: [22] });
  const controller = new PromotionController(team, 'promotion', {
    image: 'registry.example.com/ml/mlops:1.0.0',
    repository: {
      url: 'git@git.example.com:ml/platform.git',
      credentials: SecretSource.existing('promotion-git'),
      peer: gitHost,
    },
    registries: { mlflow: { peer: mlflow, credentials: SecretSource.existing('promotion-mlflow') } },
    argoCd: { namespace: 'argocd', apiServer: Peer.hosts({ cidrs: ['203.0.113.1/32'], ports: [6443] }) },
  });
  const monitoring = new Monitoring(team, 'monitoring', { prometheus: Peer.pods({ namespace: 'monitoring' }) });
  monitoring.scrape(controller);
  return app;
}
