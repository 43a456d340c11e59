import { manyModels } from '../../examples/many-models/main';
import type { Manifest } from '../../lib';
import { written } from '../example';
import { equal, match, within } from './checks';
import { clientsSecret, logins, s3Secret, withKey } from './credentials';
import { adapted, expectReady, leave } from './examples';
import { gateway, namespace as namespaceObject } from './fixtures';
import type { TestImages } from './images';
import { fillBucket } from './storage';
import { send, type Story } from './story';
import { sync } from './sync';

const NAMESPACE = 'vision';
const IN_NAMESPACE = `--namespace=${NAMESPACE}`;
const CATS = 'deployment/cats';
const SECONDS = 120;

/** The example `many-models`: endpoints for probes, scaling, the rollout history and the way back. */
export async function scalesAndUndoes({ kubectl, checks, images }: Story): Promise<void> {
  const now = objectsOf(images, { cats: 4, dogs: 2 });
  const next = objectsOf(images, { cats: 5, dogs: 2 });
  const cats = (objects: readonly Manifest[]) => objects.filter(({ metadata }) => metadata?.name !== 'dogs');
  const dogs = now.filter(({ metadata }) => metadata?.name === 'dogs');

  const predict = async (model: string) => {
    const [answer] = await send(kubectl, gateway, {
      url: `http://${model}.${NAMESPACE}.svc/predict`,
      headers: withKey,
      body: { size: 2 },
    });
    return answer!;
  };
  /** Waits until no pod of another version answers; those that stop serve on for some seconds. */
  const expectVersion = (version: number) =>
    within(30, `cats answers as version ${version}`, async () => {
      const answers = await Promise.all([predict('cats'), predict('cats'), predict('cats')]);
      return answers.every(({ body }) => JSON.parse(body).version === version);
    });
  const rolledOut = () =>
    kubectl.run(['rollout', 'status', IN_NAMESPACE, CATS, `--timeout=${SECONDS}s`], { seconds: SECONDS });
  const history = () => kubectl.run(['rollout', 'history', IN_NAMESPACE, CATS]);

  await checks.need('one endpoint starts, while the model of the other is not in the bucket', async () => {
    const clients = ['cats', 'dogs'].map(api => clientsSecret(NAMESPACE, api));
    await kubectl.create(namespaceObject(NAMESPACE), s3Secret(NAMESPACE, 's3', logins.s3), ...clients);
    await fillBucket(kubectl, 'models', { 'cats/4/model.json': '{"size": 4}', 'cats/5/model.json': '{"size": 5}' });
    await sync(kubectl, cats(now));
    await kubectl.apply(...dogs);
  });

  await checks.check(
    'a pod without its model works, but has not started, is not ready and gets no requests',
    async () => {
      const pod = await podOf(kubectl, 'dogs');
      await within(60, 'dogs runs', async () => (await podOf(kubectl, 'dogs')).status.phase === 'Running');
      const inPod = { namespace: NAMESPACE, pod: pod.metadata.name };
      await within(30, 'dogs listens', async () => (await probe(kubectl, inPod, '/health')) === 200);
      const statuses = [await probe(kubectl, inPod, '/loaded'), await probe(kubectl, inPod, '/ready')];
      equal('startup and readiness', statuses, [503, 503]);
      const [{ started, ready }] = (await podOf(kubectl, 'dogs')).status.containerStatuses;
      equal('started and ready', [started, ready], [false, false]);
      const service = `dogs.${NAMESPACE}.svc`;
      const found = await kubectl.python(gateway, 'scan', { [service]: { first: 80, last: 80 } });
      equal('open ports of the Service', found, { [service]: [] });
    },
  );

  await checks.check('it starts by itself once the model is there, and answers for its own model', async () => {
    await fillBucket(kubectl, 'models', { 'dogs/2/model.json': '{"size": 7}' });
    await sync(kubectl, dogs);
    const pod = (await podOf(kubectl, 'dogs')).metadata.name;
    const paths = ['/loaded', '/ready', '/health'];
    const statuses = await Promise.all(paths.map(path => probe(kubectl, { namespace: NAMESPACE, pod }, path)));
    equal(`status of ${paths.join(', ')}`, statuses, [200, 200, 200]);
    equal('answer of dogs', JSON.parse((await predict('dogs')).body), { model: 'dogs', version: 2, score: 14 });
    equal('answer of cats', JSON.parse((await predict('cats')).body), { model: 'cats', version: 4, score: 8 });
    return expectReady(kubectl, NAMESPACE, 4);
  });

  await checks.check('kubectl scale lasts until the next sync, which puts back what the manifest says', async () => {
    const ready = async () => (await kubectl.get(IN_NAMESPACE, CATS)).status.readyReplicas;
    await kubectl.run(['scale', IN_NAMESPACE, CATS, '--replicas=4']);
    await within(SECONDS, 'four pods are ready', async () => (await ready()) === 4);
    await kubectl.apply(...cats(now));
    await within(SECONDS, 'two pods are left', async () => (await ready()) === 2);
    await expectVersion(4);
  });

  await checks.check('a new version rolls out, and the history names both', async () => {
    await sync(kubectl, cats(next));
    await expectVersion(5);
    match('the history', await history(), /\n1\s+cats version 4, image .*\n2\s+cats version 5, image \S+\n*$/);
  });

  await checks.check('kubectl rollout undo brings the earlier version back, and the history says so', async () => {
    await kubectl.run(['rollout', 'undo', IN_NAMESPACE, CATS]);
    await rolledOut();
    await expectVersion(4);
    match('the history', await history(), /\n2\s+cats version 5, image .*\n3\s+cats version 4, image \S+\n*$/);
  });

  await checks.check('the next sync rolls forward again to what the manifest says', async () => {
    await kubectl.apply(...cats(next));
    await rolledOut();
    await expectVersion(5);
    match('the history', await history(), /\n3\s+cats version 4, image .*\n4\s+cats version 5, image \S+\n*$/);
  });

  await leave(kubectl, NAMESPACE);
}

/** What the example writes for the two models that need neither an operator nor a GPU. */
function objectsOf(images: TestImages, versions: { cats: number; dogs: number }): Manifest[] {
  const others = ['night-shift', 'captions', 'plates'];
  const objects = written(outdir => manyModels(outdir, versions)).filter(
    ({ metadata }) => !others.includes(metadata.name.replace(/-proxy$/, '')),
  );
  return adapted(objects, images, () => ({ image: images.apis, command: ['python3', '-m', 'many_models'] }));
}

async function podOf(kubectl: Story['kubectl'], model: string): Promise<any> {
  const { items } = await kubectl.get(IN_NAMESPACE, 'pods', `--selector=app.kubernetes.io/instance=${model}`);
  return items[0];
}

/** Status of a path that only the kubelet asks for, asked from inside of the pod. */
async function probe(
  kubectl: Story['kubectl'],
  pod: { namespace: string; pod: string },
  path: string,
): Promise<number> {
  const [answer] = await send(kubectl, pod, { url: `http://localhost:8080${path}` });
  return answer!.status;
}
