import type { Manifest } from '../../lib';
import { equal, match, within } from '../cluster/checks';
import { live, nameOf, stateOf } from './objects';
import type { Story } from './story';

const APPLICATION = 'staging-search';
const IN_TEAM = '--namespace=search-staging';
const SEARCH = 'dist/staging/search.k8s.yaml';
const FRAUD = 'dist/staging/fraud.k8s.yaml';
const SECONDS = 90;

/** What is no longer declared goes; what holds data waits for a person. */
export async function prunes({ kubectl, checks, applications, repository }: Story): Promise<void> {
  const removed = (before: readonly Manifest[], after: readonly Manifest[]) => {
    const kept = after.map(nameOf);
    return before.filter(object => !kept.includes(nameOf(object)));
  };
  const operation = async () => (await applications.get(APPLICATION)).status.operationState;
  const publish = async (message: string) => {
    await repository.synth();
    return repository.push(message);
  };

  await checks.need('a model that main.ts no longer declares is gone, with all that was its own', async () => {
    const before = repository.objects(SEARCH);
    const others = [...repository.objects(FRAUD), ...before.filter(one => !/ranking/.test(one.metadata!.name!))];
    const states = (await live(kubectl, others)).map(stateOf);
    repository.edit('main.ts', /\n +const ranking = new ModelApi\([^]*?ranking\.allowFrom\(gateway\);/, '');
    for (const environment of ['staging', 'production']) {
      repository.write(`environments/${environment}/search.yaml`, 'models: {}\n');
    }
    const commit = await publish('no ranking');
    const gone = removed(before, repository.objects(SEARCH));
    equal('what Git no longer has', gone.map(nameOf).sort(), [
      'Deployment/ranking',
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
    repository.edit('main.ts', /\n +new MlflowServer\(team, 'mlflow', \{[^}]*?search-models[^]*?\n {6}\}\);/, '');
    await publish('no MLflow of search');
    await applications.refresh(APPLICATION);
    await within(SECONDS, 'the sync asks', async () => /confirm/i.test((await operation()).message));
    const { phase, message } = await operation();
    equal('phase', phase, 'Running');
    const { metadata } = await kubectl.get(...volume);
    equal('the volume is to be removed', metadata.deletionTimestamp, undefined);
    return message;
  });
}
