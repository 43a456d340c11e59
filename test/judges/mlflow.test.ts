import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import {
  ClusterNetwork,
  Database,
  ExternalObjectStore,
  MlflowBackup,
  MlflowGc,
  MlflowMigration,
  MlflowServer,
  MlflowUsers,
  Peer,
  SecretSource,
  Workload,
  type PostgresProps,
} from '../../lib';
import { mlflowClientKeys, mlflowServerKeys } from '../../lib/core/secret-keys';
import { chartIn } from '../support';
import { describeJudged } from './judge';
import { DOWNGRADE, INTRUDER, READER, WRITER } from './mlflow/programs';
import { ObjectServer, Postgres } from './mlflow/servers';
import { programs, RunningTeam, type Serving } from './mlflow/team';

jest.setTimeout(240_000);

const found = programs();
const image = 'ghcr.io/mlflow/mlflow:v3.17.2-full';
const SEARCH = '/api/2.0/mlflow/experiments/search?max_results=1';
const ADMIN = 'admin:the-password-of-the-judge';

/** What a person would hand in: the texts that they are shown, filled in. */
function logins(databaseUri: string, workspaces: boolean): Record<string, string> {
  const credentials = (user: string) =>
    mlflowClientKeys(user)[user]!.example.replace('<password of ' + user + '>', `password-of-${user}`);
  return {
    'basic_auth.ini': mlflowServerKeys(databaseUri, workspaces)['basic_auth.ini']!.example.replace(
      '<password of the administrator>',
      'the-password-of-the-judge',
    ),
    'flask-secret-key': 'f'.repeat(64),
    reader: credentials('reader'),
    writer: credentials('writer'),
  };
}

/** The chart of a team in a cluster whose pods have these addresses. */
function teamChart() {
  const app = new App();
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'] });
  return chartIn('fraud', app);
}

const storeIn = (chart: ReturnType<typeof chartIn>, id: string, server: ObjectServer) =>
  new ExternalObjectStore(chart, id, {
    endpoint: `http://127.0.0.1:${server.port}`,
    peer: Peer.pods({ namespace: 'storage', ports: [server.port] }),
    credentials: SecretSource.existing(id),
  });

/** Status of a search as administrator, by Host header. */
async function statuses(serving: Serving, hosts: readonly string[]): Promise<Record<string, number>> {
  const answers: Record<string, number> = {};
  for (const host of hosts) {
    answers[host] = (await serving.ask(SEARCH, { host, login: ADMIN })).status;
  }
  return answers;
}

const all = (hosts: readonly string[], status: number) => Object.fromEntries(hosts.map(host => [host, status]));
const seen = (output: string) => /^SEEN (.*)$/m.exec(output)?.[1];

describeJudged('MLflow on PostgreSQL', 'missing' in found ? found.missing : undefined, () => {
  const { path, postgres: postgresFolder } = found as Exclude<typeof found, { missing: string }>;
  const postgres = new Postgres(postgresFolder);
  const artifacts = new ObjectServer('artifacts');
  const backups = new ObjectServer('backups');
  const team = new RunningTeam(path);
  let mlflow: MlflowServer;
  let reader: Workload;
  let writer: Workload;
  let objects: Record<string, any>;
  let serving: Serving[];

  const database = (name: string): PostgresProps & { kind: 'postgres' } => ({
    kind: 'postgres',
    connection: SecretSource.existing(`${name}-app`),
    form: 'fields',
    tls: { mode: 'verify-full', ca: SecretSource.existing('postgres-ca') },
    pool: { size: 2, overflow: 3 },
    peer: Peer.pods({ namespace: 'databases', ports: [5432] }),
  });
  const serve = async (copies: number) => {
    serving = [];
    for (let copy = 0; copy < copies; copy++) {
      serving.push(await team.serve(mlflow, objects['Deployment/mlflow'].spec.template));
    }
  };
  const migration = () => team.run(objects['Job/mlflow-migration']);

  beforeAll(async () => {
    await Promise.all([postgres.start(), artifacts.start('fraud', 'fresh'), backups.start('sets'), team.start()]);
    ['mlflow', 'drill', 'old'].forEach(name => postgres.query(`create database ${name}`));
    const chart = teamChart();
    mlflow = new MlflowServer(chart, 'mlflow', {
      image,
      artifacts: storeIn(chart, 'store', artifacts).bucket('fraud'),
      database: database('mlflow'),
      hosts: ['mlflow.example.com'],
      replicas: 2,
      workers: 1,
      workspaces: true,
    });
    new MlflowUsers(chart, 'users', { server: mlflow });
    new MlflowGc(chart, 'gc', { server: mlflow });
    new MlflowGc(chart, 'gc-at-once', { server: mlflow, olderThan: '0s' });
    const backup = new MlflowBackup(chart, 'backup', {
      server: mlflow,
      to: storeIn(chart, 'backups', backups).bucket('sets'),
      postgresImage: 'postgres:17.6',
      keep: 2,
    });
    backup.addRestore('restore');
    backup.addDrill('drill', { database: database('drill') });
    new MlflowMigration(chart, 'old', { name: 'old', image, database: database('old') });
    const fresh = new MlflowServer(chart, 'fresh', {
      image,
      artifacts: storeIn(chart, 'fresh-store', artifacts).bucket('fresh'),
      database: database('fresh'),
    });
    const first = new MlflowBackup(chart, 'first', {
      server: fresh,
      to: new ExternalObjectStore(chart, 'virtual', {
        endpoint: `http://localhost:${backups.port}`,
        peer: Peer.pods({ namespace: 'storage', ports: [backups.port] }),
        credentials: SecretSource.existing('backups'),
        addressing: 'virtual',
      }).bucket('sets'),
      postgresImage: 'postgres:17.6',
    });
    first.addRestore('virtual');
    const second = new MlflowBackup(chart, 'second', {
      server: fresh,
      to: storeIn(chart, 'sets', backups).bucket('sets'),
      postgresImage: 'postgres:17.6',
    });
    second.addRestore('restore');
    reader = new Workload(chart, 'reader', { program: 'reader' });
    mlflow.grantRead(reader);
    writer = new Workload(chart, 'writer', { program: 'writer' });
    mlflow.grantReadWrite(writer);
    objects = team.apply(chart);
    team.addSecrets({
      'mlflow-auth': logins(mlflow.databaseUri, true),
      'fresh-app': postgres.fields('fresh'),
      'fresh-store': artifacts.credentials(),
      sets: backups.credentials(),
      'mlflow-app': postgres.fields('mlflow'),
      'drill-app': postgres.fields('drill'),
      'old-app': postgres.fields('old'),
      'postgres-ca': { 'ca.crt': postgres.certificate },
      store: artifacts.credentials(),
      backups: backups.credentials(),
    });
  });
  afterAll(async () => {
    await team.stop();
    await Promise.all([postgres.stop(), artifacts.stop(), backups.stop()]);
  });

  test('makes its tables once, however many Jobs run at a time', async () => {
    const [first, second] = await Promise.all([migration(), migration()]);
    expect([first, second]).toMatchObject([{ code: 0 }, { code: 0 }]);
    const outputs = [first.output, second.output].sort();
    expect(outputs[0]).toMatch(/^tracking: current\nauth: current\n$/m);
    expect(outputs[1]).toMatch(/tracking: making tables[^]*auth: making tables/);
  });

  test('leaves old tables to the server’s pods, who migrate them one after the other', async () => {
    const downgrade = structuredClone(objects['Job/old']);
    Object.assign(downgrade.spec.template.spec.containers[0], { command: ['python3', '-c', DOWNGRADE], args: [] });
    expect(await team.run(downgrade)).toMatchObject({ code: 0 });
    const version = () => postgres.query('select version_num from alembic_version', 'old').trim();
    const before = version();

    const prepared = await team.run(objects['Job/old']);
    expect(prepared).toMatchObject({ code: 0, output: expect.stringContaining('tracking: older than this image') });
    expect(version()).toBe(before);

    const upgrade = structuredClone(objects['Job/old']);
    upgrade.spec.template.spec.containers[0].args[0] = 'upgrade';
    const [first, second] = await Promise.all([team.run(upgrade), team.run(upgrade)]);
    expect([first, second]).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(`${first.output}${second.output}`.match(/tracking: migrating/g)).toHaveLength(1);
    expect(version()).toBe(postgres.query('select version_num from alembic_version', 'mlflow').trim());

    postgres.query("update alembic_version set version_num = 'ffffffffffff'", 'old');
    expect(await team.run(objects['Job/old'])).toMatchObject({
      code: 1,
      output: expect.stringContaining('the tables of tracking are newer than this image'),
    });
  });

  test('starts two pods, which PostgreSQL knows over TLS only', async () => {
    await serve(2);
    expect((await serving[1]!.ask(SEARCH, { host: 'mlflow:5000', login: ADMIN })).status).toBe(200);
    const sessions = "select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where datname = 'mlflow'";
    expect(postgres.query(sessions).trim()).toBe('t');
  });

  test('lets in the administrator with the given password, and with no other', async () => {
    const ask = async (login?: string) => (await serving[0]!.ask(SEARCH, { host: 'mlflow:5000', login })).status;
    expect([await ask(ADMIN), await ask('admin:password1234'), await ask('admin:'), await ask()]).toEqual([
      200, 401, 401, 401,
    ]);
  });

  test('answers to every name that was emitted, and to no other', async () => {
    const [container] = objects['Deployment/mlflow'].spec.template.spec.containers;
    const hosts = container.args
      .find((text: string) => text.startsWith('--allowed-hosts='))
      .slice(16)
      .split(',');
    expect(hosts).toContain('mlflow.example.com');
    expect(await statuses(serving[0]!, hosts)).toEqual(all(hosts, 200));
    const foreign = [
      'evil.example.com',
      'mlflow:5001',
      'mlflow.fraud.svc.evil.example.com',
      '10.244.1.2:5000',
      '127.0.0.1',
    ];
    expect(await statuses(serving[0]!, foreign)).toEqual(all(foreign, 403));
  });

  test('believes no header of an identity, however it is spelled', async () => {
    const names = ['x-forwarded-user', 'x-remote-user', 'remote-user', 'x-auth-request-user', 'kubeflow-userid'];
    for (const name of names) {
      const answer = await serving[0]!.ask(SEARCH, { host: 'mlflow:5000', headers: { [name]: 'admin' } });
      expect([name, answer.status]).toEqual([name, 401]);
    }
  });

  test('has users who may read and write, made by a Job that may run again', async () => {
    const first = await team.run(objects['Job/users']);
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining('reader: created') });
    expect(await team.run(objects['Job/users'])).toEqual({ code: 0, output: 'users and roles are as wanted\n' });
  });

  test('gives a user the password that the Secret holds now, and takes away what was added to a role', async () => {
    const auth = team.world.secrets['mlflow-auth'] as Record<string, string>;
    auth['reader'] = auth['reader']!.replace('password-of-reader', 'new-password-of-reader');
    const extra =
      "insert into role_permissions (role_id, resource_type, resource_pattern, permission) select id, 'experiment', '7', 'MANAGE' from roles where name = 'reader'";
    postgres.query(extra, 'mlflow');
    const { output } = await team.run(objects['Job/users']);
    expect(output).toBe(
      'reader: new password\nreader in default: no longer MANAGE on experiment\nusers and roles are as wanted\n',
    );
  });

  test('takes from a user what somebody gave it besides, but not from the writer what it made', async () => {
    const give = (user: string, role: string) => {
      postgres.query(`insert into roles (name, workspace) values ('${role}', 'default')`, 'mlflow');
      const fields = "resource_type, resource_pattern, permission) select id, 'experiment', '7', 'MANAGE'";
      postgres.query(`insert into role_permissions (role_id, ${fields} from roles where name = '${role}'`, 'mlflow');
      const both = `from users, roles where username = '${user}' and name = '${role}'`;
      postgres.query(
        `insert into user_role_assignments (user_id, role_id) select users.id, roles.id ${both}`,
        'mlflow',
      );
    };
    const idOf = (user: string) => postgres.query(`select id from users where username = '${user}'`, 'mlflow').trim();
    give('reader', `__user_${idOf('reader')}__`);
    give('reader', 'helpers');
    give('writer', `__user_${idOf('writer')}__`);
    give('writer', 'masters');
    postgres.query("update users set is_admin = true where username = 'writer'", 'mlflow');
    const { output } = await team.run(objects['Job/users']);
    expect(output.trim().split('\n').sort()).toEqual([
      'reader: no longer given anything alone in default',
      'reader: no longer helpers in default',
      'users and roles are as wanted',
      'writer: no longer administrator',
      'writer: no longer masters in default',
    ]);
    expect(await team.run(objects['Job/users'])).toEqual({ code: 0, output: 'users and roles are as wanted\n' });
  });

  test('takes a model from the writer through its proxy to S3', async () => {
    expect(await team.runProgram(writer, WRITER)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^written$/m),
    });
    const reports = artifacts.keys('fraud').filter(key => key.endsWith('/report.txt'));
    expect(reports.map(key => readFileSync(join(artifacts.path('fraud'), key), 'utf8')).sort()).toEqual([
      'report 1',
      'report 2',
    ]);
    expect(artifacts.keys('fraud').filter(key => key.endsWith('/MLmodel'))).toHaveLength(2);
  });

  test('gives it to the reader', async () => {
    const { code, output } = await team.runProgram(reader, READER);
    expect({ code, text: seen(output) }).toMatchObject({ code: 0, text: expect.stringContaining('{"champion": "1"}') });
  });

  test('takes nothing from the reader', async () => {
    const { output } = await team.runProgram(reader, INTRUDER);
    expect(output.match(/^(ALLOWED|FAILED|TRIED).*/gm)).toEqual(['TRIED 13']);
  });

  test('removes for good what was deleted long enough ago, and no more', async () => {
    const program = `
from mlflow import MlflowClient
client = MlflowClient()
run = client.create_run(client.get_experiment_by_name("churn").experiment_id)
client.log_text(run.info.run_id, "rubbish", "rubbish.txt")
client.delete_run(run.info.run_id)
`;
    expect(await team.runProgram(writer, program)).toEqual({ code: 0, output: '' });
    const rubbish = () => artifacts.keys('fraud').filter(key => key.endsWith('/rubbish.txt')).length;
    const deleted = () =>
      postgres.query("select count(*) from runs where lifecycle_stage = 'deleted'", 'mlflow').trim();
    const before = artifacts.keys('fraud').length;
    expect(await team.run(objects['CronJob/gc'])).toMatchObject({ code: 0 });
    expect([rubbish(), deleted()]).toEqual([1, '1']);
    expect(await team.run(objects['CronJob/gc-at-once'])).toMatchObject({ code: 0 });
    expect([rubbish(), deleted(), artifacts.keys('fraud').length]).toEqual([0, '0', before - 1]);
  });

  test('restores nothing at the first install, once the database that it waits for is there', async () => {
    const restored = team.run(objects['Job/second-restore']);
    await new Promise(resolve => setTimeout(resolve, 3000));
    postgres.query('create database fresh');
    const { code, output } = await restored;
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('nothing to restore: no set in'),
    });
    expect(output).toMatch(/^waiting: .*database "fresh" does not exist/m);
  });

  test('calls each of two stores in its own style', async () => {
    const show = structuredClone(objects['CronJob/first']);
    const pod = show.spec.jobTemplate.spec.template.spec;
    pod.initContainers = pod.initContainers.slice(0, 1);
    const [, script] = pod.containers[0].command;
    const program = `
source = open("${script}").read()
exec(source[: source.rindex('{"save"')])
print("STYLES", client().meta.config.s3, client("BACKUP_").meta.config.s3)
`;
    pod.containers[0].command = ['python3', '-c', program];
    expect((await team.run(show)).output).toContain(
      "STYLES {'addressing_style': 'auto'} {'addressing_style': 'virtual'}",
    );
  });

  describe('after the loss of everything', () => {
    let before: string | undefined;

    const manifests = () => backups.keys('sets').filter(key => key.endsWith('manifest.json'));

    test('has a set of both, in which an artifact is stored once', async () => {
      before = seen((await team.runProgram(reader, READER)).output);
      expect(before).toBeDefined();
      const stored = () => backups.keys('sets').filter(key => key.includes('/objects/'));
      expect(await team.run(objects['CronJob/backup'])).toMatchObject({ code: 0 });
      const first = stored();
      expect(await team.run(objects['CronJob/backup'])).toMatchObject({
        code: 0,
        output: expect.stringContaining(' 0 of them new'),
      });
      expect(stored()).toEqual(first);
      expect(manifests()).toHaveLength(2);
      expect(await team.run(objects['CronJob/backup'])).toMatchObject({ code: 0 });
      expect(manifests()).toHaveLength(2);
    });

    test('proves in a drill that the set can be restored, and finds a damaged one', async () => {
      expect(await team.run(objects['CronJob/backup-drill'])).toMatchObject({
        code: 0,
        output: expect.stringMatching(/as the set says: .*'model_versions': 2.*'aliases': 1/),
      });
      const victim = backups.keys('sets').find(key => key.includes('/objects/'))!;
      const file = join(backups.path('sets'), victim);
      const content = readFileSync(file);
      // In place: the server keeps what it knows of an object with the file.
      writeFileSync(file, Buffer.from(content.map(byte => byte ^ 1)));
      try {
        expect(await team.run(objects['CronJob/backup-drill'])).toMatchObject({
          code: 1,
          output: expect.stringMatching(/not what the set says:\nartifact /),
        });
      } finally {
        writeFileSync(file, content);
      }
    });

    test('restores nothing over what is there', async () => {
      expect(await team.run(objects['Job/backup-restore'])).toMatchObject({
        code: 0,
        output: expect.stringContaining('nothing restored: the database is not empty'),
      });
    });

    const lose = () => {
      postgres.query('drop database mlflow with (force)');
      postgres.query('create database mlflow');
    };
    const restore = () => team.run(objects['Job/backup-restore']);

    test('is not believed to be restored as long as it differs from the set', async () => {
      await Promise.all(serving.map(one => one.stop()));
      lose();
      const damaging = structuredClone(objects['Job/backup-restore']);
      const { initContainers, containers } = damaging.spec.template.spec;
      const program =
        'import psycopg2\nwith psycopg2.connect("service=mlflow") as c: c.cursor().execute("delete from params")';
      initContainers.push({ ...containers[0], name: 'damage', command: ['python3', '-c', program], args: [] });
      const wrong = {
        code: 1,
        output: expect.stringMatching(/not what the set says:\nparams: 0, not 2[^]*stays unproven/),
      };
      expect(await team.run(damaging)).toMatchObject(wrong);
      expect(await restore()).toMatchObject(wrong);
      expect(await team.run(objects['CronJob/backup'])).toMatchObject({
        code: 1,
        output: expect.stringMatching(/no set made: the database holds set \w+, which was restored and never proven/),
      });
    });

    test('has all of it again after the loss of the database alone, which a new server hides', async () => {
      lose();
      expect(await migration()).toMatchObject({ code: 0, output: expect.stringContaining('making tables') });
      await serve(1);
      expect(await team.run(objects['Job/users'])).toMatchObject({ code: 0 });
      const kept = manifests();
      expect(await team.run(objects['CronJob/backup'])).toMatchObject({
        code: 1,
        output: expect.stringContaining('no set made and none removed: nothing is in the database, but much in set'),
      });
      expect(manifests()).toEqual(kept);

      const { code, output } = await restore();
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('as the set says:') });
      expect(postgres.query("select to_regclass('mlops_unproven') is null", 'mlflow').trim()).toBe('t');
      await Promise.all(serving.map(one => one.stop()));
      await serve(1);
      expect(seen((await team.runProgram(reader, READER)).output)).toBe(before);
      expect(await restore()).toMatchObject({ code: 0, output: expect.stringContaining('the database is not empty') });
    });

    test('has the same runs, versions, aliases and artifacts again', async () => {
      await Promise.all(serving.map(one => one.stop()));
      lose();
      artifacts.keys('fraud').forEach(key => rmSync(join(artifacts.path('fraud'), key)));
      expect(artifacts.keys('fraud')).toEqual([]);

      expect(await restore()).toMatchObject({ code: 0, output: expect.stringContaining('as the set says:') });
      expect(await migration()).toMatchObject({ code: 0, output: 'tracking: current\nauth: current\n' });
      await serve(1);
      expect(seen((await team.runProgram(reader, READER)).output)).toBe(before);
    });
  });
});

describeJudged('MLflow on SQLite', 'missing' in found ? found.missing : undefined, () => {
  const { path } = found as Exclude<typeof found, { missing: string }>;
  const artifacts = new ObjectServer('artifacts');
  const team = new RunningTeam(path);
  const volume = mkdtempSync(join(tmpdir(), 'judge-volume-'));
  let mlflow: MlflowServer;
  let serving: Serving;
  let template: any;

  beforeAll(async () => {
    await Promise.all([artifacts.start('fraud'), team.start()]);
    const chart = teamChart();
    mlflow = new MlflowServer(chart, 'mlflow', {
      image,
      artifacts: storeIn(chart, 'store', artifacts).bucket('fraud'),
      database: Database.sqlite(),
      workers: 1,
    });
    team.addSecrets({ 'mlflow-auth': logins(mlflow.databaseUri, false), store: artifacts.credentials() });
    template = team.apply(chart)['Deployment/mlflow'].spec.template;
    serving = await team.serve(mlflow, template, { data: volume });
  });
  afterAll(async () => {
    await team.stop();
    await artifacts.stop();
    rmSync(volume, { recursive: true, force: true });
  });

  test('answers to every name that was emitted, and to no other', async () => {
    expect(await statuses(serving, mlflow.allowedHosts)).toEqual(all(mlflow.allowedHosts, 200));
    expect(await statuses(serving, ['evil.example.com'])).toEqual({ 'evil.example.com': 403 });
  });

  test('lets in the administrator with the given password only', async () => {
    const ask = async (login: string) => (await serving.ask(SEARCH, { host: 'mlflow', login })).status;
    expect([await ask(ADMIN), await ask('admin:password1234')]).toEqual([200, 401]);
  });

  test('keeps what it has when its pod is replaced', async () => {
    const administrator = new Workload(teamChart(), 'administrator', { program: 'administrator' });
    team.addSecrets({
      'mlflow-auth': {
        ...logins(mlflow.databaseUri, false),
        writer: '[mlflow]\nmlflow_tracking_username = admin\nmlflow_tracking_password = the-password-of-the-judge\n',
      },
    });
    mlflow.grantReadWrite(administrator);
    expect(await team.runProgram(administrator, WRITER)).toMatchObject({ code: 0 });
    await serving.stop();
    serving = await team.serve(mlflow, template, { data: volume });
    const { code, output } = await team.runProgram(administrator, READER);
    expect({ code, text: seen(output) }).toMatchObject({ code: 0, text: expect.stringContaining('{"champion": "1"}') });
    expect(artifacts.keys('fraud').filter(key => key.endsWith('/report.txt'))).toHaveLength(2);

    // Without workspaces there are no roles: by the settings that a person is shown, whoever has a password may read.
    const create = `
import os
from mlflow.server import get_app_client
get_app_client("basic-auth", os.environ["MLFLOW_TRACKING_URI"]).create_user("reader", "password-of-reader")
`;
    expect(await team.runProgram(administrator, create)).toMatchObject({ code: 0 });
    const endpoint = new Workload(teamChart(), 'endpoint', { program: 'endpoint' });
    mlflow.grantRead(endpoint);
    expect(seen((await team.runProgram(endpoint, READER)).output)).toContain('{"champion": "1"}');
  });
});

const exporter =
  'missing' in found
    ? found.missing
    : spawnSync('python3', ['-c', 'import prometheus_flask_exporter'], { env: { ...process.env, PATH: found.path } })
          .status === 0
      ? undefined
      : 'prometheus_flask_exporter is not installed beside MLflow';

describeJudged('the metrics of MLflow', exporter, () => {
  const team = new RunningTeam((found as Exclude<typeof found, { missing: string }>).path);
  let serving: Serving;

  beforeAll(async () => {
    await team.start();
    const chart = teamChart();
    const artifacts = new ExternalObjectStore(chart, 'store', {
      endpoint: 'http://127.0.0.1:9',
      peer: Peer.pods({ namespace: 'storage' }),
      credentials: SecretSource.existing('store'),
    });
    const mlflow = new MlflowServer(chart, 'mlflow', {
      image,
      artifacts: artifacts.bucket('fraud'),
      database: Database.sqlite(),
      metrics: true,
    });
    team.addSecrets({ 'mlflow-auth': logins(mlflow.databaseUri, false), store: { credentials: '' } });
    serving = await team.serve(mlflow, team.apply(chart)['Deployment/mlflow'].spec.template);
  });
  afterAll(() => team.stop());

  test('are the sum of its worker processes, for whoever reaches their port', async () => {
    for (let count = 0; count < 10; count++) {
      await serving.ask(SEARCH, { host: 'mlflow', login: ADMIN });
    }
    const text = await (await fetch(`http://127.0.0.1:${serving.metricsPort}/metrics`)).text();
    const total = /^mlflow_http_request_total\{method="GET",status="200"\} (\d+)/m.exec(text)?.[1];
    expect(Number(total)).toBe(10);
    expect(text).toContain('mlflow_http_request_duration_seconds_bucket');
  });

  test('are refused on the port of the server to all but the administrator', async () => {
    const ask = async (login?: string) => (await serving.ask('/metrics', { host: 'mlflow', login })).status;
    expect([await ask(), await ask(ADMIN)]).toEqual([401, 200]);
  });
});
