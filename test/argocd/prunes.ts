import { setTimeout } from 'node:timers/promises';
import type { Manifest } from '../../lib';
import { equal, match, within } from '../cluster/checks';
import { live, nameOf, stateOf } from './objects';
import type { Story } from './story';

const APPLICATION = 'staging-search';
const IN_TEAM = '--namespace=search-staging';
const SEARCH = 'dist/staging/search.k8s.yaml';
const FRAUD = 'dist/staging/fraud.k8s.yaml';
const ROOT = 'ml-staging';
const ENVIRONMENTS = ['staging', 'production'];
const SECONDS = 90;
/** So long nothing may happen to what waits for a person. */
const WAIT_SECONDS = 20;

/** What is no longer declared goes; what holds data waits for a person. */
export async function prunes({ kubectl, checks, applications, repository }: Story): Promise<void> {
  const removed = (before: readonly Manifest[], after: readonly Manifest[]) => {
    const kept = after.map(nameOf);
    return before.filter(object => !kept.includes(nameOf(object)));
  };
  const exists = async (place: readonly string[]) => !(await kubectl.attempt(['get', ...place])).failed;
  const leaving = async (place: readonly string[]) =>
    (await kubectl.get(...place)).metadata.deletionTimestamp !== undefined;
  const operation = () => applications.operation(APPLICATION);
  const publish = async (message: string) => {
    await repository.synth();
    return repository.push(message);
  };

  await checks.need('a model that main.ts no longer declares is gone, with all that was its own', async () => {
    const before = repository.objects(SEARCH);
    const others = [...repository.objects(FRAUD), ...before.filter(one => !/ranking/.test(one.metadata!.name!))].filter(
      // Hooks are made anew in every sync.
      one => one.metadata!.annotations?.['argocd.argoproj.io/hook'] === undefined,
    );
    const states = (await live(kubectl, others)).map(stateOf);
    repository.edit('main.ts', /\n +new ModelApi\(team, 'ranking', \{[^]*?\n {6}\}\);/, '');
    for (const environment of ENVIRONMENTS) {
      repository.write(`environments/${environment}/search.yaml`, 'models: {}\n');
    }
    const commit = await publish('no ranking');
    const gone = removed(before, repository.objects(SEARCH));
    equal('what Git no longer has', gone.map(nameOf).sort(), [
      'ConfigMap/ranking-proxy',
      'Deployment/ranking',
      'HTTPRoute/ranking',
      'HorizontalPodAutoscaler/ranking',
      'NetworkPolicy/ranking',
      'PodDisruptionBudget/ranking',
      'Service/ranking',
      'ServiceAccount/ranking',
    ]);
    await applications.follow([APPLICATION], commit);
    await within(SECONDS, 'they are gone', async () => (await live(kubectl, gone)).length === 0);
    equal('all others', (await live(kubectl, others)).map(stateOf), states);
    return gone.map(nameOf).join(', ');
  });

  const volume = [IN_TEAM, 'persistentvolumeclaim/mlflow'];
  await checks.need('the volume of a removed tracking server waits for a person', async () => {
    repository.edit('main.ts', /\n +new MlflowServer\(team, 'mlflow', \{[^}]*?sqlite[^]*?\n {6}\}\);/, '');
    await publish('no MLflow of search');
    await applications.refresh(APPLICATION);
    await within(SECONDS, 'the sync asks', async () => /confirm/i.test((await operation()).message));
    const { phase, message } = await operation();
    equal('phase', phase, 'Running');
    equal('the volume is being removed', await leaving(volume), false);
    return message;
  });

  await checks.check('with the approval the volume goes', async () => {
    await applications.approveRemoval(APPLICATION);
    await within(SECONDS, 'it is gone', async () => !(await exists(volume)));
  });

  const namespace = ['namespace', 'search-staging'];
  await checks.need('the namespace of a removed team waits for a person, too', async () => {
    repository.edit('main.ts', /\n +environment\.team\(\n? *'search',[^]*?\n {2}\);/, '');
    for (const environment of ENVIRONMENTS) {
      repository.delete(`environments/${environment}/search.yaml`);
    }
    await publish('no team search');
    await applications.refresh(ROOT);
    await within(SECONDS, 'its Application is to go', () =>
      leaving(['--namespace=argocd', 'application', APPLICATION]),
    );
    await setTimeout(WAIT_SECONDS * 1000);
    equal('the namespace is being removed', await leaving(namespace), false);
    return (await applications.operation(ROOT)).message;
  });

  await checks.check('with the approval the namespace and the Application go', async () => {
    await applications.approveRemoval(APPLICATION);
    await within(SECONDS, 'they are gone', async () => {
      const names = await applications.names();
      return !names.includes(APPLICATION) && !(await exists(namespace));
    });
  });

  await checks.check(
    'an environment that is no longer declared stays until its root Application is deleted',
    async () => {
      repository.edit('main.ts', /\n +production: \{.*?\},(?=\n)/, '');
      repository.delete('environments/production');
      const commit = await publish('no production');
      const { status } = await applications.compare('ml-production');
      equal('commit', status.sync.revision, commit);
      equal('its Applications', (await applications.names()).includes('production-fraud'), true);
      const told = ((status.conditions ?? []) as any[]).map(({ message }) => message).join('; ');
      match('conditions', told, /would|wipe|all resources/i);
      return told;
    },
  );
}
