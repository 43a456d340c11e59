import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import type { ConfigMap, Container, Pod } from 'kubernetes-types/core/v1';
import type { Job } from 'kubernetes-types/batch/v1';
import { parseAllDocuments } from 'yaml';
import { KubeObject, type MlflowServer, TeamNamespace, Workload, type Manifest, type Team } from '../../lib';
import platform from '../../main';
import type { TestImages } from './images';

const TRAINER = '/opt/trainer';
const TRAINER_RESOURCES = { requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };

/** The team of the reference platform, and what the test must know about it. */
export interface TeamUnderTest {
  readonly objects: readonly Manifest[];
  readonly mlflow: MlflowServer;
}

/**
 * The team `fraud` of the reference platform with a trainer of its own: a Job that logs the model, and a pod in which
 * scripts run with the same identity.
 *
 * @param version the version of `churn` to pin: what the repository pins changes with every promotion
 */
export function fraud(version: number, images: TestImages): TeamUnderTest {
  const app = withPin(version, () => platform.build('staging/fraud'));
  const team = app.node.findChild('fraud') as Team;
  const mlflow = team.node.findChild('mlflow') as MlflowServer;
  addTrainer(team, mlflow, images);
  return { objects: objectsOf(app, images), mlflow };
}

/** Another team of the cluster, with one workload that may call nobody. */
export function neighbour(images: TestImages): readonly Manifest[] {
  const app = new App();
  const team = new Chart(app, 'neighbour', { namespace: 'cluster-test-neighbour' });
  new TeamNamespace(team, 'namespace', { quota: { cpu: '1', memory: '2Gi' } });
  addShell(team, new Workload(team, 'snoop', { program: 'snoop' }), images);
  return objectsOf(app, images);
}

function addTrainer(team: Team, mlflow: MlflowServer, images: TestImages): void {
  const trainer = new Workload(team, 'trainer', { program: 'trainer' });
  mlflow.grantReadWrite(trainer);
  trainer.allowTo(mlflow.workload);
  trainer.addVolume({ name: 'programs', configMap: { name: 'trainer' } }, { mountPath: TRAINER, readOnly: true });
  const program = (file: string) => readFileSync(join(__dirname, 'pods', file), 'utf8');
  new KubeObject<ConfigMap>(team, 'programs', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'trainer' },
    data: { 'train.py': program('train.py'), 'model.py': program('model.py') },
  });
  new KubeObject<Job>(team, 'training', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'trainer' },
    spec: {
      activeDeadlineSeconds: 200,
      backoffLimit: 0,
      template: trainer.podTemplate({
        containers: [trainer.container(python(images, `${TRAINER}/train.py`))],
        restartPolicy: 'Never',
      }),
    },
  });
  addShell(team, trainer, images);
}

/** A pod of the workload that waits for scripts, of the workload's name. */
function addShell(chart: Chart, workload: Workload, images: TestImages): void {
  const { metadata, spec } = workload.podTemplate({
    containers: [workload.container({ name: 'shell', image: images.client, command: ['sleep', '86400'] })],
    terminationGracePeriodSeconds: 1,
  });
  new KubeObject<Pod>(chart, 'shell', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: workload.name, ...metadata },
    spec,
  });
}

const python = ({ mlflow }: TestImages, file: string) => ({
  name: 'trainer',
  image: mlflow,
  command: ['python3', file],
  resources: TRAINER_RESOURCES,
});

/** What Argo CD would read, with the images of the test: the reference platform's are examples, and pulled always. */
function objectsOf(app: App, images: TestImages): Manifest[] {
  const objects = parseAllDocuments(app.synthYaml()).map(document => document.toJS());
  for (const { spec } of objects) {
    const pod = spec?.template?.spec ?? spec;
    for (const container of [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])] as Container[]) {
      container.image = imageFor(container, images);
      container.imagePullPolicy = 'IfNotPresent';
    }
  }
  return objects;
}

function imageFor({ name, image }: Container, images: TestImages): string {
  if (name === 'proxy') {
    return images.envoy;
  }
  return image === images.client ? images.client : images.mlflow;
}

/** Pins are read from the working folder. */
function withPin<Result>(version: number, build: () => Result): Result {
  const home = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'pins-'));
  mkdirSync(join(folder, 'environments', 'staging'), { recursive: true });
  writeFileSync(join(folder, 'environments', 'staging', 'fraud.yaml'), `models:\n  churn:\n    version: ${version}\n`);
  process.chdir(folder);
  try {
    return build();
  } finally {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  }
}
