import { equal, match, within } from '../cluster/checks';
import type { Story } from './story';

const IN_TEAM = '--namespace=fraud-staging';
const APPLICATION = 'staging-fraud';
const SECRET = 'externalsecret/mlflow-postgres';
/** Two attempts of a sync, with the pause between. */
const SECONDS = 60;

const EXTERNAL_SECRET = `new ExternalSecret(team, 'mlflow-postgres', {
          store: { kind: 'ClusterSecretStore', name: 'vault' },
          data: { 'pg_service.conf': { key: 'fraud/postgres' } },
        })`;

/** The password of the database comes from a vault: the migration, and all that follows, waits for it. */
export async function waitsForSecrets({ kubectl, checks, applications, repository }: Story): Promise<void> {
  const migration = async () => (await kubectl.get(IN_TEAM, 'job/mlflow-migration')).metadata.uid;
  const operation = () => applications.operation(APPLICATION);
  const migrated = await migration();

  repository.edit('main.ts', /ExternalObjectStore,\n/, 'ExternalObjectStore,\n  ExternalSecret,\n');
  repository.edit('main.ts', /SecretSource\.existing\('mlflow-postgres'\)/, EXTERNAL_SECRET);
  await repository.synth();
  const commit = await repository.push('the password comes from the vault');
  await applications.compare(APPLICATION);

  await checks.need('the ExternalSecret is applied first, and the sync waits for it', async () => {
    await within(SECONDS, 'the sync says what it waits for', async () =>
      /ExternalSecret/.test((await operation()).message),
    );
    await kubectl.get(IN_TEAM, SECRET);
    const { phase, message } = await operation();
    equal('phase', phase, 'Running');
    equal('uid of the migration', await migration(), migrated);
    return message;
  });

  await checks.check('what the operator cannot read stops the sync, and the message says what', async () => {
    const reason = 'could not get secret data from provider: no entry fraud/postgres';
    let told: string[] = [];
    await within(SECONDS, 'the sync fails', async () => {
      await report(kubectl, { status: 'False', reason: 'SecretSyncedError', message: reason });
      const { message, syncResult } = await operation();
      const hook = syncResult?.resources.find(({ kind }: any) => kind === 'ExternalSecret');
      told = [message, hook?.message];
      return hook?.hookPhase === 'Failed';
    });
    match('the message of the hook', told[1]!, /no entry fraud\/postgres/);
    equal('uid of the migration', await migration(), migrated);
    const { status } = await kubectl.get(IN_TEAM, 'deployment/mlflow');
    equal('the server runs on', status.availableReplicas, 1);
    return told.join('; ');
  });

  await checks.check('once it is there, the migration runs and everything follows', async () => {
    const ready = { status: 'True', reason: 'SecretSynced', message: 'secret synced' };
    await within(SECONDS * 2, 'the sync succeeds', async () => {
      await report(kubectl, ready);
      return (await operation()).phase === 'Succeeded';
    });
    await applications.settled([APPLICATION], commit, SECONDS);
    equal('another migration', (await migration()) !== migrated, true);
  });
}

/** Says of the ExternalSecret what its operator would say. */
async function report(kubectl: Story['kubectl'], condition: object): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const conditions = [{ type: 'Ready', lastTransitionTime: now, ...condition }];
  const patch = JSON.stringify({ status: { conditions } });
  // Argo CD removes it before each attempt and makes it again.
  await kubectl.attempt(['patch', IN_TEAM, SECRET, '--subresource=status', '--type=merge', `--patch=${patch}`]);
}
