import { equal, match } from './checks';
import { logins, teamSecrets } from './credentials';
import { gateway, namespace as namespaceObject } from './fixtures';
import { send, type Story } from './story';
import { healthy, sync } from './sync';

/** The wave in which the tracking server comes; the endpoints that load from it come after. */
const SERVICES = -1;

/** From nothing to a team whose model is served, as Argo CD and the team's people would bring it there. */
export async function deploys({ kubectl, checks, team, namespace }: Story): Promise<void> {
  const { objects, mlflow } = team;

  await checks.need("server-side apply in Argo CD's order: hooks, then waves up to the tracking server", async () => {
    // Argo CD makes the namespace before the hooks; the team's owners hand in the Secrets.
    await kubectl.create(namespaceObject(namespace), ...teamSecrets(namespace, mlflow.databaseUri));
    return sync(kubectl, objects, SERVICES);
  });

  await checks.check('the migration Job made the tables in PostgreSQL', async () => {
    const { status } = await kubectl.get(`--namespace=${namespace}`, 'job/mlflow-migration');
    equal('status.succeeded', status.succeeded, 1);
    const query = 'select (select version_num from alembic_version), (select version_num from alembic_version_auth)';
    const psql = `PGPASSWORD="$POSTGRES_PASSWORD" psql --host=/tmp --username="$POSTGRES_USER" -Atc '${query}' postgres`;
    const postgres = ['--namespace=databases', 'deployment/postgres'];
    const versions = await kubectl.run(['exec', ...postgres, '--', 'sh', '-c', psql]);
    match('versions of the two schemas', versions, /^[0-9a-f]+\|[0-9a-f]+\n$/);
    return `schemas at ${versions.trim()}`;
  });

  await checks.need("the admin makes the team's reader and writer through the REST API", async () => {
    const users = [logins.reader, logins.writer].map(({ user, password }) => ({
      url: `${mlflow.trackingUri}/api/2.0/mlflow/users/create`,
      ...logins.admin,
      body: { username: user, password },
    }));
    const answers = await send(kubectl, gateway, ...users);
    answers.forEach(({ status, body }) => equal(`status of "${body}"`, status, 200));
  });

  await checks.need('the trainer logs and registers the model through the name of the Service', async () => {
    const trainer = objects.filter(
      ({ kind, metadata }) => metadata?.name === 'trainer' && ['ConfigMap', 'Job', 'Pod'].includes(kind!),
    );
    await kubectl.apply(...trainer);
    await Promise.all(trainer.map(object => healthy(kubectl, object)));
    const log = await kubectl.run(['logs', `--namespace=${namespace}`, 'job/trainer']);
    match('the log', log, /registered version 1\n[^]*registered version 2\n/);
  });

  await checks.check('the model is in the bucket', async () => {
    const server = { namespace, pod: 'deployment/mlflow' };
    const content: Record<string, number> = await kubectl.python(server, 'bucket', { bucket: 'fraud-staging' });
    const keys = Object.keys(content);
    for (const file of ['MLmodel', 'model.py', 'weights.json']) {
      equal(`number of ${file} in ${keys.join(' ')}`, keys.filter(key => key.endsWith(`/${file}`)).length, 2);
    }
    return `${keys.length} objects, such as ${keys[0]}`;
  });

  await checks.need('a second sync brings the rest, its migration Job behind the closed network', () =>
    sync(kubectl, objects),
  );
}
