import {
  Database,
  ExternalObjectStore,
  MlflowBackup,
  Peer,
  PostgresCluster,
  SeaweedFs,
  SecretSource,
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
const seaweed = (chart: ReturnType<typeof chartIn>) =>
  new SeaweedFs(chart, 'seaweed', { size: '1Gi', image: 'docker.io/chrislusf/seaweedfs:4.44' });
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

  it('has what it mounts made before the sync, where it restores then', () => {
    const chart = chartIn('fraud');
    const told: string[] = [];
    const secret = (name: string) => ({ name, beforeSync: () => void told.push(name) });
    const bucketOf = (id: string, certificateAuthority?: SecretSource) =>
      new ExternalObjectStore(chart, id, {
        endpoint: `https://${id}.example.com`,
        peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
        credentials: secret(id),
        certificateAuthority,
      }).bucket('sets');
    const database = Database.postgres({
      connection: secret('connection'),
      peer: Peer.pods({ namespace: 'databases', ports: [5432] }),
      tls: { mode: 'verify-full', ca: secret('ca') },
    });
    const server = serverIn(chart, { database, artifacts: bucketOf('artifacts') });
    const { made } = backup({ server, to: bucketOf('away', secret('company-ca')) }, chart);
    told.length = 0;
    made.addRestore('restore');
    expect(told).toEqual(['connection', 'ca', 'artifacts', 'away', 'company-ca']);
  });

  test.each<[string, (chart: ReturnType<typeof chartIn>) => Partial<MlflowBackupProps>]>([
    ['its artifacts’ store', chart => ({ server: serverIn(chart, { artifacts: seaweed(chart).bucket('models') }) })],
    ['the store of the sets', chart => ({ to: seaweed(chart).bucket('sets') })],
    [
      'what tells clients the addressing',
      chart => ({
        to: new ExternalObjectStore(chart, 'away', {
          endpoint: 'https://s3.example.com',
          peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
          credentials: SecretSource.existing('away'),
          addressing: 'virtual',
        }).bucket('sets'),
      }),
    ],
  ])('restores as part of the sync that makes %s', (_, props) => {
    const chart = chartIn('fraud');
    const { made } = backup(props(chart), chart);
    made.addRestore('restore');
    expect(find(chart, 'Job/backup-restore').metadata.annotations).toEqual({
      'argocd.argoproj.io/hook': 'Sync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      'argocd.argoproj.io/sync-wave': '-2',
    });
    expect(find(chart, 'Deployment/mlflow').metadata.annotations['argocd.argoproj.io/sync-wave']).toBe('-1');
  });

  it('lets a restore and a drill read the sets, and keeps the sets that they name', () => {
    const chart = chartIn('fraud');
    const to = storeIn(chart, 'vault').bucket('sets', { readCredentials: SecretSource.existing('vault-read') });
    const { made } = backup({ to }, chart);
    made.addRestore('restore', { set: '20261121T020000Z' });
    made.addDrill('drill', { database: postgres('drill-postgres'), set: '20261001T020000Z' });
    const pod = (name: string, spec = find(chart, name).spec) => (spec.jobTemplate?.spec ?? spec).template.spec;
    expect(secretsOf(pod('CronJob/backup'))).toEqual(['mlflow-postgres', 'store', 'vault']);
    expect(secretsOf(pod('Job/backup-restore'))).toEqual(['mlflow-postgres', 'store', 'vault-read']);
    expect(secretsOf(pod('CronJob/backup-drill'))).toEqual(['drill-postgres', 'vault-read']);
    const { args } = pod('CronJob/backup').containers[0];
    expect(args).toEqual(['save', '14', '20261121T020000Z', '20261001T020000Z']);
  });

  it('gives the image of PostgreSQL nothing but the database', () => {
    const { made, chart } = backup();
    made.addRestore('restore');
    const [dump] = find(chart, 'CronJob/backup').spec.jobTemplate.spec.template.spec.initContainers;
    const [, load] = find(chart, 'Job/backup-restore').spec.template.spec.initContainers;
    for (const { env, volumeMounts } of [dump, load]) {
      expect(env.map(({ name }: any) => name)).toEqual(['HOME', 'PGSERVICEFILE', 'SET_DIRECTORY']);
      expect(volumeMounts.map(({ name }: any) => name)).toEqual(['home', 'tmp', 'postgres', 'set', 'scripts']);
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

  it('refuses an image that is older than the database', () => {
    const chart = chartIn('fraud');
    const apiServer = Peer.pods({ namespace: 'kube-system', ports: [6443] });
    const database = new PostgresCluster(chart, 'db', { image: 'ghcr.io/cloudnative-pg/postgresql:17.6', apiServer });
    expectRefusal(
      () => backup({ server: serverIn(chart, { database }), postgresImage: 'postgres:16.10' }, chart),
      '[fraud/backup/pods] postgresImage is of PostgreSQL 16, which cannot dump or load a database of PostgreSQL 17; ' +
        'use an image of PostgreSQL 17 or newer',
    );
  });

  test.each(['../../x', 'latest', '', '20261121'])('refuses a set called %j', set => {
    const message =
      `[fraud/backup] "${set}" cannot name a set; ` +
      'write it as the backup printed it, such as "20261121T020000Z", or leave set out for the latest';
    expectRefusal(() => backup().made.addRestore('restore', { set }), message);
    expectRefusal(() => backup().made.addDrill('drill', { set, database: postgres('drill-postgres') }), message);
  });

  it('refuses scratch space that holds nothing', () => {
    expectRefusal(
      () => backup({ scratch: '0' }),
      '[fraud/backup] scratch must be at least 1Mi, got "0"; write it with its unit: "10Gi"',
    );
  });

  it('refuses a drill in the database of another drill', () => {
    const { made } = backup();
    made.addDrill('drill', { database: postgres('drill-postgres') });
    expectRefusal(
      () => made.addDrill('other', { database: postgres('drill-postgres') }),
      '[fraud/backup] the database of Secret "drill-postgres" is that of fraud/backup already; ' +
        'give the drill a PostgreSQL that holds nothing else',
    );
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
