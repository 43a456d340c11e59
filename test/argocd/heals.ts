import { equal } from '../cluster/checks';
import { putBack } from './objects';
import type { Story } from './story';

const SECONDS = 60;
const IN_TEAM = '--namespace=fraud-staging';
const APPLICATION = 'staging-fraud';

/** What somebody changes in the cluster becomes again what Git says. */
export async function heals({ kubectl, checks, applications }: Story): Promise<void> {
  const churn = [IN_TEAM, 'deployment/churn'];
  const { metadata: migration } = await kubectl.get(IN_TEAM, 'job/mlflow-migration');
  const sameSpec = (now: any, before: any) =>
    now.metadata.generation >= before.metadata.generation + 2 &&
    JSON.stringify(now.spec) === JSON.stringify(before.spec);
  const madeAnew = (now: any, before: any) => now.metadata.uid !== before.metadata.uid;

  await checks.check(`a scaled Deployment is put back within ${SECONDS} s`, () =>
    putBack(kubectl, churn, SECONDS, () => kubectl.run(['scale', ...churn, '--replicas=5']), sameSpec),
  );
  await checks.check(`another image is put back within ${SECONDS} s`, () =>
    putBack(kubectl, churn, SECONDS, () => kubectl.run(['set', 'image', ...churn, '*=example.com/other:1']), sameSpec),
  );
  for (const object of ['service/churn', 'networkpolicy/default-deny']) {
    await checks.check(`a deleted ${object} is made again within ${SECONDS} s`, () =>
      putBack(kubectl, [IN_TEAM, object], SECONDS, () => kubectl.run(['delete', IN_TEAM, object]), madeAnew),
    );
  }

  await checks.check('healing runs no hooks: the migration is the one of the last commit', async () => {
    const { metadata } = await kubectl.get(IN_TEAM, 'job/mlflow-migration');
    equal('uid', metadata.uid, migration.uid);
  });

  await checks.check('what Git does not mention stays: a label and a NetworkPolicy that somebody added', async () => {
    const extra = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'by-hand', namespace: 'fraud-staging' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
    };
    await kubectl.create(extra);
    await kubectl.run(['label', ...churn, 'by=hand']);
    const { status } = await applications.compare(APPLICATION);
    equal('status', status.sync.status, 'Synced');
    await kubectl.get(IN_TEAM, 'networkpolicy/by-hand');
    const { metadata } = await kubectl.get(...churn);
    equal('label', metadata.labels.by, 'hand');
    await kubectl.run(['label', ...churn, 'by-']);
    await kubectl.run(['delete', IN_TEAM, 'networkpolicy/by-hand']);
  });
}
