import {
  Database,
  MlflowBackup,
  Peer,
  PostgresCluster,
  type MlflowBackupProps,
  type MlflowDrillProps,
} from '../../lib';
import { chartIn, expectRefusal, find, objectsOf } from '../support';
import { postgres, serverIn, storeIn } from './mlflow-parts';

function backup(props: Partial<MlflowBackupProps> = {}, chart = chartIn('fraud')) {
  const { server = serverIn(chart), to = storeIn(chart, 'vault').bucket('sets') } = props;
  const made = new MlflowBackup(chart, 'backup', { postgresImage: 'postgres:17.6', ...props, server, to });
  const { spec } = find(chart, 'CronJob/backup');
  return { chart, made, spec, pod: spec.jobTemplate.spec.template.spec };
}

const steps = ({ initContainers, containers }: any) =>
  [...initContainers, ...containers].map(({ image, command, args }) => [image, command[1], ...args].join(' '));
const mlflowImage = 'ghcr.io/mlflow/mlflow:v3.17.2-full';
const secretsOf = ({ volumes }: any) => volumes.flatMap(({ secret }: any) => secret?.secretName ?? []);

describe('MlflowBackup', () => {
  it('takes all the props', () => {
    const chart = chartIn('fraud');
    const allProps: Required<MlflowBackupProps> = {
      server: serverIn(chart),
      to: storeIn(chart, 'vault').bucket('sets'),
      postgresImage: 'registry.example.com/postgres:16.9',
      schedule: '30 23 * * 0',
      keep: 4,
      scratch: '50Gi',
      resources: { limits: { 'ephemeral-storage': '60Gi' } },
    };
    const { spec, pod } = backup(allProps, chart);
    expect(spec).toMatchObject({ schedule: '30 23 * * 0', concurrencyPolicy: 'Forbid' });
    expect(steps(pod)).toEqual([
      'registry.example.com/postgres:16.9 /opt/mlops/dump.sh',
      `${mlflowImage} /opt/mlops/backup.py save 4`,
    ]);
    expect(pod.volumes).toContainEqual({ name: 'set', emptyDir: { sizeLimit: '50Gi' } });
    expect(pod.volumes).toContainEqual({ name: 'tmp', emptyDir: { sizeLimit: '50Gi' } });
    expect(pod.containers[0].resources.limits['ephemeral-storage']).toBe('60Gi');
  });

  it('makes a set every night and keeps 14, of up to 10Gi', () => {
    const { spec, pod } = backup();
    expect(spec.schedule).toBe('0 2 * * *');
    expect(pod.containers[0].args).toEqual(['save', '14']);
    expect(pod.volumes).toContainEqual({ name: 'set', emptyDir: { sizeLimit: '10Gi' } });
  });

  it('reads one store and writes the other, each with its own credentials', () => {
    const { chart, pod } = backup();
    const { env, volumeMounts } = pod.containers[0];
    const value = (name: string) => env.find((one: any) => one.name === name)?.value;
    expect(value('AWS_ENDPOINT_URL_S3')).toBe('http://store.storage.svc:7070');
    expect(value('AWS_SHARED_CREDENTIALS_FILE')).toBe('/etc/s3/credentials');
    expect(value('BACKUP_AWS_ENDPOINT_URL_S3')).toBe('http://vault.storage.svc:7070');
    expect(value('BACKUP_AWS_SHARED_CREDENTIALS_FILE')).toBe('/backup/etc/s3/credentials');
    expect(volumeMounts).toContainEqual({ name: 'backup-s3', mountPath: '/backup/etc/s3', readOnly: true });
    expect(secretsOf(pod)).toEqual(['mlflow-postgres', 'store', 'vault']);
    expect(value('HOME')).toBe('/home/app');
    expect(value('BACKUP_HOME')).toBeUndefined();
    const callees = find(chart, 'NetworkPolicy/backup').spec.egress.slice(1);
    expect(callees.map(({ to }: any) => to[0].podSelector.matchLabels.app)).toEqual(['postgres', 'store', 'vault']);
  });

  it('restores nothing and drills nothing unless asked for', () => {
    expect(objectsOf(backup().chart).filter(name => /backup-|aside/.test(name))).toEqual([]);
  });

  it('restores a set before the migration makes tables in the empty database', () => {
    const { chart, made } = backup();
    made.addRestore('restore', { set: '20261121T020000Z' });
    const job = find(chart, 'Job/backup-restore');
    expect(steps(job.spec.template.spec)).toEqual([
      `${mlflowImage} /opt/mlops/backup.py fetch 20261121T020000Z restore`,
      'postgres:17.6 /opt/mlops/load.sh',
      `${mlflowImage} /opt/mlops/backup.py compare restore`,
    ]);
    const wave = (name: string) => Number(find(chart, name).metadata.annotations['argocd.argoproj.io/sync-wave']);
    expect(wave('Job/backup-restore')).toBeLessThan(wave('Job/mlflow-migration'));
    for (const kind of ['ServiceAccount', 'NetworkPolicy', 'ConfigMap']) {
      expect(find(chart, `${kind}/backup-restore`).metadata.annotations).toMatchObject({
        'argocd.argoproj.io/hook': 'PreSync',
      });
      expect(wave(`${kind}/backup-restore`)).toBeLessThan(wave('Job/backup-restore'));
    }
  });

  it('restores the latest set, into a database of the same sync as part of that sync', () => {
    const chart = chartIn('fraud');
    const apiServer = Peer.pods({ namespace: 'kube-system', ports: [6443] });
    const database = new PostgresCluster(chart, 'db', { image: 'ghcr.io/cloudnative-pg/postgresql:17.6', apiServer });
    const { made } = backup({ server: serverIn(chart, { database }) }, chart);
    made.addRestore('restore');
    const { metadata, spec } = find(chart, 'Job/backup-restore');
    expect(metadata.annotations['argocd.argoproj.io/hook']).toBe('Sync');
    expect(spec.template.spec.initContainers.map(({ name }: any) => name)).toEqual([
      'postgres-connection',
      'fetch',
      'load',
    ]);
    expect(spec.template.spec.initContainers[1].args).toEqual(['fetch', 'latest', 'restore']);
    expect(
      find(chart, 'ServiceAccount/backup-restore').metadata.annotations['argocd.argoproj.io/hook'],
    ).toBeUndefined();
  });

  it('drills in a database of its own, with all the props, and without the credentials of the artifacts', () => {
    const { chart, made } = backup();
    const allProps: Required<MlflowDrillProps> = {
      set: '20261121T020000Z',
      database: postgres('drill-postgres'),
      schedule: '0 6 * * 1',
    };
    made.addDrill('drill', allProps);
    const { spec } = find(chart, 'CronJob/backup-drill');
    const pod = spec.jobTemplate.spec.template.spec;
    expect(spec.schedule).toBe('0 6 * * 1');
    expect(steps(pod)).toEqual([
      `${mlflowImage} /opt/mlops/backup.py fetch 20261121T020000Z drill`,
      'postgres:17.6 /opt/mlops/load.sh --clean --if-exists',
      `${mlflowImage} /opt/mlops/backup.py compare drill`,
    ]);
    expect(secretsOf(pod)).toEqual(['drill-postgres', 'vault']);
  });

  it('drills with the latest set on the first day of each month unless told otherwise', () => {
    const { chart, made } = backup();
    made.addDrill('drill', { database: postgres('drill-postgres') });
    const { spec } = find(chart, 'CronJob/backup-drill');
    expect(spec.schedule).toBe('0 5 1 * *');
    expect(spec.jobTemplate.spec.template.spec.initContainers[0].args).toEqual(['fetch', 'latest', 'drill']);
  });

  test.each<[string, (chart: ReturnType<typeof chartIn>) => Partial<MlflowBackupProps>, string]>([
    [
      'an image that is not pinned',
      () => ({ postgresImage: 'postgres:latest' }),
      'postgresImage must be pinned, got "postgres:latest"; ' +
        'use a version tag or a digest, for example "postgres:17.6"',
    ],
    [
      'to keep nothing',
      () => ({ keep: 0 }),
      'keep must be a whole number of at least 1, got 0; write 1 or a greater one',
    ],
    [
      'a file on a volume',
      chart => ({ server: serverIn(chart, { database: Database.sqlite() }) }),
      "the database of fraud/mlflow is a file on a volume, which no pod but the server's can back up; " +
        'use Database.postgres() or a PostgresCluster',
    ],
  ])('refuses %s', (_, props, message) => {
    const chart = chartIn('fraud');
    expectRefusal(() => backup(props(chart), chart), `[fraud/backup] ${message}`);
  });

  it('refuses to save a bucket into itself', () => {
    const chart = chartIn('fraud');
    const server = serverIn(chart);
    expectRefusal(
      () => backup({ server, to: server.artifacts }, chart),
      '[fraud/backup] the backup would lie in "fraud", the bucket that it saves; ' +
        'name another bucket, best of another store',
    );
  });

  test.each<[string, Database, string]>([
    [
      'that would overwrite the server’s database',
      postgres(),
      'the drill would overwrite the database of fraud/mlflow; give it a PostgreSQL that holds nothing else',
    ],
    [
      'in a file',
      Database.sqlite(),
      'a drill restores into a PostgreSQL, got a file on a volume; give it a PostgreSQL that holds nothing else',
    ],
  ])('refuses a drill %s', (_, database, message) => {
    expectRefusal(() => backup().made.addDrill('drill', { database }), `[fraud/backup] ${message}`);
  });
});
