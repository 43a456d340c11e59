import { Checks, Stop } from '../cluster/checks';
import { namespace as namespaceObject } from '../cluster/fixtures';
import { Kubectl } from '../cluster/kubectl';
import { Applications } from './applications';
import { FakeGateway } from './fake-gateway';
import { addStorage, needFakeNodes, TEST } from './fake-nodes';
import { API_SERVICE, MetricsApi } from './metrics-api';
import { Repository } from './repository';
import type { Story } from './story';
import { heals } from './heals';
import { promotes } from './promotes';
import { prunes } from './prunes';
import { scales } from './scales';
import { syncs } from './syncs';
import { waitsForSecrets } from './waits-for-secrets';

const MINUTES = 10;
const NAMESPACE = 'argocd-test';
const TEAMS = ['fraud', 'search', 'pricing'].flatMap(team => [`${team}-staging`, `${team}-production`]);

/** Tells the story on the cluster of KUBECONFIG; returns whether every check passed. */
async function main(): Promise<boolean> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort()).once('SIGTERM', () => interrupt.abort());
  const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(MINUTES * 60_000)]);
  const kubectl = new Kubectl(signal);
  const checks = new Checks(signal);
  const applications = new Applications(kubectl);
  const story: Story = {
    kubectl,
    checks,
    applications,
    repository: new Repository(signal),
    metrics: new MetricsApi(kubectl),
    gateway: new FakeGateway(kubectl),
  };

  await needFakeNodes(kubectl);
  const taken = await applications.names();
  if (taken.length > 0) {
    throw new Error(`the cluster has the Argo CD applications ${taken.join(', ')}, and the test would remove them`);
  }
  try {
    await checks.need('the platform is a Git repository, and pods get disks and a load', () => prepare(story));
    for (const chapter of [syncs, heals, scales, promotes, waitsForSecrets, prunes]) {
      await chapter(story);
    }
  } catch (error) {
    if (!(error instanceof Stop)) {
      throw error;
    }
    console.log(error.message);
  } finally {
    await clean(story);
  }
  return checks.sum();
}

async function prepare({ kubectl, repository, metrics, gateway }: Story): Promise<void> {
  await repository.start();
  await addStorage(kubectl);
  await kubectl.create(namespaceObject(NAMESPACE));
  await kubectl.apply(...(await metrics.start(NAMESPACE)));
  void gateway.start();
}

/** Takes back what the test made; not stopped by what stopped the test. */
async function clean({ repository, metrics, gateway }: Story): Promise<void> {
  gateway.stop();
  const kubectl = new Kubectl();
  const remove = async (...args: readonly string[]) => {
    const { failed, stderr } = await kubectl.attempt(['delete', '--ignore-not-found', '--wait', ...args], {
      seconds: 90,
    });
    if (failed) {
      console.error(`not everything was removed: ${stderr.trim()}`);
    }
  };
  // Without their finalizers Applications go at once, and nobody has to approve it.
  const { items } = await kubectl.get('--namespace=argocd', 'applications');
  const names = (items as any[]).map(({ metadata }) => metadata.name);
  // The roots first: they would make the others again.
  for (const name of names.sort((a, b) => Number(b.startsWith('ml-')) - Number(a.startsWith('ml-')))) {
    const patch = ['--type=merge', '--patch={"metadata":{"finalizers":null}}'];
    await kubectl.run(['patch', '--namespace=argocd', 'application', name, ...patch]);
    await remove('--namespace=argocd', 'application', name);
  }
  await remove('--namespace=argocd', 'appprojects', '--selector=app.kubernetes.io/part-of=ml');
  await remove('apiservice', API_SERVICE);
  await remove('namespace', NAMESPACE, ...TEAMS);
  await remove('persistentvolume', `--selector=${TEST}`);
  metrics.stop();
  repository.remove();
}

main().then(
  passed => (process.exitCode = passed ? 0 : 1),
  error => {
    console.error((error as Error).message);
    process.exitCode = 1;
  },
);
