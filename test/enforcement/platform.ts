import type { App } from 'cdk8s';
import type { Job } from 'kubernetes-types/batch/v1';
import { parseAllDocuments } from 'yaml';
import {
  Database,
  KubeObject,
  type Manifest,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  type NetworkPeer,
  Peer,
  Platform,
  SeaweedFs,
  type Team,
  Workload,
} from '../../lib';
import reference from '../../main';

const RESOURCES = { requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };
/** A host of somebody else's, as the internet has them. */
export const INTERNET = '203.0.113.7';

/** Where the reference platform's cluster is; the test bed is there too. */
export const ADDRESSES = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] };

/**
 * The teams of the reference platform in staging, each with a trainer besides, of which two call the internet, and a
 * fourth team with everything in its own namespace.
 */
export function platformObjects(): Manifest[] {
  const everywhere = Peer.hosts({ cidrs: ['0.0.0.0/0'], ports: [443] });
  return [
    ...referenceTeam('fraud', team => [partOf(team, 'mlflow'), everywhere]),
    ...referenceTeam('pricing', team => [partOf(team, 'store')]),
    ...referenceTeam('search', team => [partOf(team, 'mlflow')]),
    ...credit(),
  ];
}

function referenceTeam(name: string, calls: (team: Team) => readonly NetworkPeer[]): Manifest[] {
  const app = reference.build(`staging/${name}`);
  const team = app.node.findChild(name) as Team;
  addTrainer(team, calls(team));
  return objectsOf(app);
}

function credit(): Manifest[] {
  const platform = new Platform({ name: 'ml' });
  const [staging] = platform.environments({ staging: { network: ADDRESSES } });
  staging!.team('credit', { quota: { cpu: '8', memory: '32Gi' } }, team => {
    const store = new SeaweedFs(team, 'store', { size: '50Gi', image: 'registry.example.com/seaweedfs:4.44' });
    const mlflow = new MlflowServer(team, 'mlflow', {
      image: 'registry.example.com/mlflow:3.17.2',
      artifacts: store.bucket('mlflow'),
      database: Database.sqlite(),
    });
    const scores = new ModelApi(team, 'scores', {
      model: { name: 'scores', version: 1 },
      runtime: ModelRuntime.container({ image: 'registry.example.com/credit/scores:1.0.0' }),
    });
    scores.allowFrom(Peer.pods({ namespace: 'gateway', labels: { app: 'envoy' } }));
    addTrainer(team, [mlflow, scores, Peer.hosts({ cidrs: [`${INTERNET}/32`], ports: [443] })]);
  });
  return objectsOf(platform.build('staging/credit'));
}

function addTrainer(team: Team, calls: readonly NetworkPeer[]): void {
  const trainer = new Workload(team, 'trainer', { program: 'trainer' });
  calls.forEach(peer => trainer.allowTo(peer));
  const container = trainer.container({
    name: 'train',
    image: 'registry.example.com/train:1.0.0',
    resources: RESOURCES,
  });
  new KubeObject<Job>(team, 'training', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'trainer' },
    spec: { template: trainer.podTemplate({ containers: [container], restartPolicy: 'Never' }) },
  });
}

const partOf = (team: Team, id: string) => team.node.findChild(id) as unknown as NetworkPeer;
const objectsOf = (app: App): Manifest[] => parseAllDocuments(app.synthYaml()).map(document => document.toJS());
