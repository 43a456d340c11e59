import { equal, match, within } from '../checks';
import { APPLICATION, MANIFEST, PIN, type Story } from './story';
import { tagSince } from './tag';

const IN_PRODUCTION = ['--environment=production'];
/** Argo CD looks at Git by itself, and the controller at Argo CD. */
const SECONDS = 120;

/** An alias moves, and the version that it points to answers; then the version before is brought back. */
export async function promotes(story: Story): Promise<void> {
  const { checks, mlflow, mlops, repository, applications, answer } = story;
  const commits = () => repository.subjects().length;
  const answers = (version: number) =>
    within(SECONDS, `churn ${version} answers`, async () => (await answer('production')) === `churn ${version}`);
  const watch = mlops.watch('--interval=2s', '--argocd=argocd');
  try {
    await checks.need('while no alias moves, no commit is made', async () => {
      await watch.told(60, 'looked', () => true);
      equal('commits', commits(), 1);
    });

    await checks.check('a version that is not validated waits, and the plan says why', async () => {
      await mlflow.alias('churn', 'champion', 2);
      const { held } = await mlops.run('plan');
      equal('gates', held[0].reasons, [{ gate: 'tags', reason: 'tag validated must be yes, it is not set' }]);
      equal('commits', commits(), 1);
    });

    await checks.need('an alias that moved becomes one commit, of one pin and one manifest', async () => {
      await mlflow.post('model-versions/set-tag', { name: 'churn', version: '2', key: 'validated', value: 'yes' });
      await within(60, 'a commit is pushed', async () => commits() > 1);
      equal('commits', repository.subjects().slice(1), ['production/fraud: churn 1 -> 2']);
      equal('files', repository.changed(), [MANIFEST, PIN]);
      match('pin', repository.read(PIN), /^ {4}version: 2\n {4}run: [0-9a-f"]+\n {4}mlmodel: sha256:[0-9a-f]{64}\n/m);
      match('message', repository.message(), /^Mlops-By: alias champion$/m);
    });
    const promoted = repository.tip();

    await checks.need('Argo CD syncs it unasked, and the new version answers from its pod', async () => {
      await applications.settled([APPLICATION], promoted, SECONDS);
      await answers(2);
    });

    await checks.check('the model version is tagged as deployed, with commit and time', async () => {
      const { commit } = await watch.told(SECONDS, 'deployed', ({ version }) => version === 2);
      equal('commit', commit, promoted);
      return tagSince(mlflow, 2, promoted);
    });

    await checks.check('the status tells what is pinned, wanted and deployed', async () => {
      const [row] = await mlops.run('status', ...IN_PRODUCTION, '--argocd=argocd');
      const { version, wanted, kind, deployment } = row;
      equal(
        'status',
        [version, wanted, kind, deployment.state, deployment.commit],
        [2, 2, 'current', 'running', promoted],
      );
      return deployment.message;
    });

    await checks.need('a rollback is one commit, which is deployed and tagged in the same way', async () => {
      await mlops.run('rollback', 'churn', ...IN_PRODUCTION);
      equal('commits', repository.subjects().slice(2), ['production/fraud: churn 2 -> 1']);
      equal('files', repository.changed(), [MANIFEST, PIN]);
      await applications.settled([APPLICATION], repository.tip(), SECONDS);
      await answers(1);
      const { commit } = await watch.told(SECONDS, 'deployed', one => one.commit === repository.tip());
      return tagSince(mlflow, 1, commit);
    });

    await checks.check('it lasts, though the alias points to the version that was taken back', async () => {
      const { held } = await mlops.run('plan');
      equal('gate', held[0].reasons[0].gate, 'taken-back');
      equal('commits', commits(), 3);
    });

    await checks.check('the history tells it all', async () => {
      const rows: any[] = await mlops.run('history', 'churn', ...IN_PRODUCTION);
      equal(
        'versions',
        rows.map(({ version }) => version),
        [1, 2, 1],
      );
      equal('by', rows[1].by, 'alias champion');
    });

    await checks.check('what Argo CD owns is not changed behind its back', async () => {
      const { status, stderr } = await mlops.attempt('deploy', 'churn:2', '--apply', ...IN_PRODUCTION);
      equal('exit code', status, 14);
      match('message', stderr, /argocd-controller[^]*leave --apply out/);
      equal('version', await answer('production'), 'churn 1');
    });

    await checks.check('SIGTERM ends the controller', async () => equal('exit code', await watch.stop(), 0));
  } finally {
    await watch.stop();
  }
}
