import { equal, match } from '../cluster/checks';
import { putBack } from './objects';
import type { Story } from './story';

const IN_TEAM = '--namespace=fraud-staging';
const APPLICATION = 'staging-fraud';
const PIN = 'environments/staging/fraud.yaml';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const SECONDS = 60;

/** A version goes out by a commit, and comes back by another one. */
export async function promotes({ kubectl, checks, applications, repository }: Story): Promise<void> {
  const churn = [IN_TEAM, 'deployment/churn'];
  const old = Number(/churn:\n +version: (\d+)/.exec(repository.read(PIN))?.[1]);
  const next = old + 1;
  const causes = async () => {
    const history = await kubectl.run(['rollout', 'history', ...churn]);
    return [...history.matchAll(/churn version (\d+), image /g)].map(([, version]) => Number(version));
  };
  const others = async () =>
    Promise.all(
      (await applications.names())
        .filter(name => name !== APPLICATION)
        .map(async name => `${name} ${(await applications.operation(name)).startedAt}`),
    );
  const migration = async () => (await kubectl.get(IN_TEAM, 'job/mlflow-migration')).metadata.uid;
  const syncedBefore = await others();
  const migrated = await migration();

  await checks.need('a new version is one commit of one pin and one manifest', async () => {
    repository.edit(PIN, /(churn:\n +version: )\d+/, `$1${next}`);
    await repository.synth('--only', 'staging/fraud');
    const commit = await repository.push(`churn ${next}`);
    equal('files', await repository.committed(), ['dist/staging/fraud.k8s.yaml', PIN]);
    await applications.follow([APPLICATION], commit);
  });

  await checks.check('it rolls out, and the rollout history names both versions', async () => {
    await kubectl.run(['rollout', 'status', ...churn, '--timeout=60s'], { seconds: 70 });
    const versions = await causes();
    equal('the newest, and whether it has the one before', [versions.at(-1), versions.includes(old)], [next, true]);
    return (await kubectl.get(...churn)).metadata.annotations[CHANGE_CAUSE];
  });

  await checks.check('a commit runs the hooks again, of this team alone', async () => {
    equal('another migration', (await migration()) !== migrated, true);
    equal('last syncs of the others', await others(), syncedBefore);
  });

  await checks.check(`kubectl rollout undo does not last: Git's version is back within ${SECONDS} s`, () =>
    putBack(
      kubectl,
      churn,
      SECONDS,
      async () => match('undo', await kubectl.run(['rollout', 'undo', ...churn]), /rolled back/),
      (now, before) =>
        now.metadata.generation >= before.metadata.generation + 2 &&
        now.metadata.annotations[CHANGE_CAUSE] === before.metadata.annotations[CHANGE_CAUSE] &&
        JSON.stringify(now.spec.template) === JSON.stringify(before.spec.template),
    ),
  );

  await checks.check('git revert is the way back', async () => {
    const commit = await repository.revert();
    equal('files', await repository.committed(), ['dist/staging/fraud.k8s.yaml', PIN]);
    await applications.follow([APPLICATION], commit);
    await kubectl.run(['rollout', 'status', ...churn, '--timeout=60s'], { seconds: 70 });
    equal('the newest two versions', (await causes()).slice(-2), [next, old]);
  });

  await checks.check('a commit that changes hooks alone runs them', async () => {
    const job = async () => (await kubectl.get('--namespace=search-staging', 'job/store-buckets')).metadata.uid;
    const made = await job();
    repository.edit('main.ts', /(new SeaweedFs\(.*\);)/, "$1\n      store.bucket('another');");
    await repository.synth();
    const lines = await repository.diff('dist/staging/search.k8s.yaml');
    equal('what changed', lines.filter(line => !/checksum\/hooks|another/.test(line)).length > 0, false);
    await applications.follow(['staging-search'], await repository.push('another bucket'));
    equal('another Job', (await job()) !== made, true);
    await applications.follow(['staging-search'], await repository.revert());
  });
}
