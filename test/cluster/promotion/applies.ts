import { equal, match } from '../checks';
import type { Story } from './story';

const IN_STAGING = '--environment=staging';
const NAMESPACE = '--namespace=fraud-staging';

/** Without Argo CD: the cluster is changed directly, and back. */
export async function applies({ kubectl, checks, mlops, repository, answer }: Story): Promise<void> {
  const names = async (kinds: string) => (await kubectl.run(['get', kinds, NAMESPACE, '--output=name'])).trim();
  const done = async (...args: readonly [string, ...string[]]) => {
    const { status, stderr } = await mlops.attempt(...args, IN_STAGING, '--timeout=90s');
    equal(`exit code (${stderr.trim()})`, status, 0);
  };

  await checks.need('the manifest of a team is applied once', async () => {
    repository.pull();
    await kubectl.run(['apply', '--server-side', '--field-manager=mlops', '--filename=-'], {
      input: repository.read('dist/staging/fraud.k8s.yaml'),
    });
    await kubectl.run(['rollout', 'status', NAMESPACE, 'deployment/churn', '--timeout=90s'], { seconds: 100 });
    equal('answer', await answer('staging'), 'churn 1');
  });

  await checks.check('deploy --apply runs a version, and --undo the one before', async () => {
    await done('deploy', 'churn:2', '--apply');
    equal('answer', await answer('staging'), 'churn 2');
    await done('deploy', 'churn', '--undo');
    equal('answer after --undo', await answer('staging'), 'churn 1');
  });

  await checks.check('routes --apply brings a route', async () => {
    await kubectl.run(['delete', 'ingress', '--all', NAMESPACE]);
    await done('routes', 'churn', '--apply');
    match('routes', await names('ingress'), /^ingress\S+\/churn$/);
  });

  await checks.check('delete --apply removes a model, and --undo brings it back', async () => {
    await done('delete', 'churn', '--apply');
    equal('what is left', await names('deployment,service,ingress'), '');
    await done('delete', 'churn', '--undo');
    equal('answer', await answer('staging'), 'churn 1');
  });
}
