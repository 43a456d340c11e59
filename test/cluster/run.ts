import { asksForKeys } from './asks-for-keys';
import { authenticates } from './authenticates';
import { balances } from './balances';
import { Checks, Stop } from './checks';
import { deploys } from './deploys';
import { diagnose } from './diagnosis';
import { fixtures, namespace as namespaceObject, NAMESPACES } from './fixtures';
import { testImages } from './images';
import { isolates } from './isolates';
import { keepsNotebooksApart } from './keeps-notebooks-apart';
import { Kubectl } from './kubectl';
import { loadsByVersion } from './loads-by-version';
import { restricted } from './restricted';
import { rollsOut } from './rolls-out';
import { scalesAndUndoes } from './scales-and-undoes';
import { serves } from './serves';
import { fillBucket } from './storage';
import type { Story } from './story';
import { healthy, sync } from './sync';
import { fraud, neighbour } from './teams';

const MINUTES = 25;
const TEAM = 'fraud-staging';
const NEIGHBOUR = 'cluster-test-neighbour';
const EXAMPLES = ['credit-staging', 'vision', 'quality', 'speech-production', 'demand'];
const OURS = [...Object.values(NAMESPACES), NEIGHBOUR, TEAM, ...EXAMPLES];

/** Tells the story on the cluster of KUBECONFIG; returns whether every check passed. */
async function main(): Promise<boolean> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort()).once('SIGTERM', () => interrupt.abort());
  const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(MINUTES * 60_000)]);
  const kubectl = new Kubectl(signal);
  const checks = new Checks(signal);
  const images = testImages();
  const story: Story = { kubectl, checks, images, team: fraud(1, images), namespace: TEAM };

  const { items } = await kubectl.get('namespaces');
  const taken = (items as any[]).map(({ metadata }) => metadata.name).filter(name => OURS.includes(name));
  if (taken.length > 0) {
    throw new Error(`the cluster has the namespaces ${taken.join(', ')} already, and the test would remove them`);
  }
  try {
    await checks.need('the helpers run: S3, PostgreSQL, a gateway, another team', () => prepare(story));
    for (const chapter of [deploys, restricted, serves, authenticates, isolates, rollsOut]) {
      await chapter(story);
    }
    for (const chapter of [loadsByVersion, balances, keysAndScaling, keepsNotebooksApart]) {
      await chapter(story);
    }
  } catch (error) {
    if (!(error instanceof Stop)) {
      throw error;
    }
    console.log(error.message);
    for (const namespace of [TEAM, ...EXAMPLES]) {
      await diagnose(new Kubectl(), namespace);
    }
  } finally {
    await removeNamespaces();
  }
  return checks.sum();
}

/** Both at once: the one waits for the kubelet to bring keys, the other for pods to end. */
async function keysAndScaling(story: Story): Promise<void> {
  const results = await Promise.allSettled([asksForKeys(story), scalesAndUndoes(story)]);
  const failed = results.find(result => result.status === 'rejected');
  if (failed) {
    throw failed.reason;
  }
}

async function prepare({ kubectl, images }: Story): Promise<void> {
  await kubectl.create(...Object.values(NAMESPACES).map(namespaceObject));
  const helpers = fixtures(images);
  await kubectl.apply(...helpers);
  await Promise.all([...helpers.map(helper => healthy(kubectl, helper)), sync(kubectl, neighbour(images))]);
  await fillBucket(kubectl, 'fraud-staging');
}

/** Takes back what the test made; not stopped by what stopped the test. */
async function removeNamespaces(): Promise<void> {
  const args = ['delete', 'namespace', '--ignore-not-found', '--wait', '--timeout=150s', ...OURS];
  const { failed, stderr } = await new Kubectl().attempt(args, { seconds: 160 });
  if (failed) {
    console.error(`not everything was removed: ${stderr.trim()}`);
  }
}

main().then(
  passed => (process.exitCode = passed ? 0 : 1),
  error => {
    console.error((error as Error).message);
    process.exitCode = 1;
  },
);
