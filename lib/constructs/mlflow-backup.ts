import { Construct } from 'constructs';
import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type { Container } from 'kubernetes-types/core/v1';
import { checkPinnedImage } from '../core/container-image';
import { checkCounts } from '../core/counts';
import { PlatformError } from '../core/platform-error';
import { checkedResources, type Resources } from '../core/resources';
import { IN_SYNC, PRE_SYNC, SyncWave } from '../core/sync-wave';
import { onSchedule } from './cron-schedule';
import type { Database, PostgresProps } from './database';
import { grantAside } from './grant-aside';
import { annotate, KubeObject } from './kube-object';
import { postgresOf } from './mlflow-admin';
import type { MlflowServer } from './mlflow-server';
import { objectName } from './object-name';
import type { Bucket } from './object-store';
import { connectionContainers, connectPostgres } from './postgres-client';
import { MLFLOW_BACKUP, MLFLOW_DUMP, MLFLOW_LOAD } from './scripts/mlflow-backup';
import { Workload } from './workload';
import { mountScripts, SCRIPTS } from './workload-scripts';

export interface MlflowBackupProps {
  /** The server whose database and artifacts are saved. */
  readonly server: MlflowServer;
  /** Where the sets go: a bucket of another store, so that losing one store loses one of the two. */
  readonly to: Bucket;
  /** Image with `psql`, `pg_dump` and `pg_restore`, at least as new as the database, pinned: `postgres:17.6`. */
  readonly postgresImage: string;
  /**
   * When a set is made, in cron's five fields, by Universal Time.
   *
   * @default '0 2 * * *', every night at two
   */
  readonly schedule?: string;
  /**
   * Number of sets to keep. Artifacts are stored once, however many sets hold them.
   *
   * @default 14
   */
  readonly keep?: number;
  /**
   * Room for the dump and for the greatest artifact.
   *
   * @default 10Gi
   */
  readonly scratch?: string;
  /**
   * What each container may use.
   *
   * @default - requests 250m CPU, 512Mi memory; limits 1 CPU, 512Mi memory
   */
  readonly resources?: Resources;
}

export interface MlflowRestoreProps {
  /**
   * Name of the set, such as `20261121T020000Z`.
   *
   * @default latest
   */
  readonly set?: string;
}

export interface MlflowDrillProps extends MlflowRestoreProps {
  /** A PostgreSQL for the drill alone: whatever is in there is overwritten. */
  readonly database: Database;
  /**
   * When it runs, in cron's five fields, by Universal Time.
   *
   * @default '0 5 1 * *', on the first day of each month at five
   */
  readonly schedule?: string;
}

const SET = '/set';

/**
 * Saves an MLflow server's database and artifacts as one set, every night.
 *
 * The database is dumped first, at one moment; an artifact that it mentions was written before and stays until MlflowGc
 * finds it deleted for long enough, so the set holds all that the dump speaks of.
 */
export class MlflowBackup extends Construct {
  public readonly workload: Workload;
  public readonly cronJob: KubeObject<CronJob>;
  private readonly name: string;
  private readonly database: PostgresProps;
  private readonly resources: Required<Resources>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MlflowBackupProps,
  ) {
    super(scope, id);
    const { server, keep = 14, scratch = '10Gi', schedule = '0 2 * * *' } = props;
    this.name = objectName(this, 44);
    this.database = postgresOf(this, server, 'back up');
    this.check(keep);
    // A dump and an artifact at a time, and what a container needs for itself.
    this.resources = checkedResources(this, props.resources ?? {}, {
      requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '256Mi' },
      limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': scratch },
    });
    this.workload = this.defineWorkload('workload', this.name, this.database, workload =>
      server.artifacts.grantRead(workload),
    );
    this.cronJob = new KubeObject<CronJob>(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: this.name, labels: this.workload.labels, annotations: SyncWave.SERVICES },
      spec: onSchedule(this, schedule, {
        activeDeadlineSeconds: 6 * 3600,
        backoffLimit: 1,
        template: this.workload.podTemplate({
          initContainers: [
            ...connectionContainers(this.workload, this.database, server.image),
            this.postgresStep(this.workload, 'dump'),
          ],
          containers: [this.bucketStep(this.workload, 'save', `${keep}`)],
          restartPolicy: 'Never',
        }),
      }),
    });
  }

  /**
   * Adds a Job that fills an empty database and the bucket from a set, before anything else of the sync starts, and
   * proves the result. On a database that is not empty it does nothing: it may stay in Git.
   */
  public addRestore(id: string, props: MlflowRestoreProps = {}): KubeObject<Job> {
    const { server } = this.props;
    const name = `${this.name}-${id}`;
    const { connection, sameSync, tls } = this.database;
    if (!sameSync) {
      [connection, tls?.ca].forEach(secret => secret?.beforeSync?.());
    }
    const workload = this.defineWorkload(
      id,
      name,
      this.database,
      one => server.artifacts.grantReadWrite(one),
      sameSync ? {} : { ...PRE_SYNC, ...SyncWave.NAMESPACE },
    );
    return new KubeObject<Job>(this, `${id}-job`, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      // Before the migration, which would make tables in the empty database.
      metadata: {
        name,
        labels: workload.labels,
        annotations: { ...SyncWave.GUARDS, ...(sameSync ? IN_SYNC : PRE_SYNC) },
      },
      spec: {
        activeDeadlineSeconds: 6 * 3600,
        backoffLimit: 3,
        template: this.restoring(workload, this.database, 'restore', props),
      },
    });
  }

  /**
   * Adds a CronJob that restores a set into a database of its own, reads every artifact of the set, and fails if
   * anything differs from what was counted and hashed when the set was made.
   */
  public addDrill(id: string, props: MlflowDrillProps): KubeObject<CronJob> {
    const { database, schedule = '0 5 1 * *' } = props;
    if (database.kind === 'sqlite' || database.connection.name === this.database.connection.name) {
      throw new PlatformError(
        this,
        database.kind === 'sqlite'
          ? 'a drill restores into a PostgreSQL, got a file on a volume'
          : `the drill would overwrite the database of ${this.props.server.node.path}`,
        'give it a PostgreSQL that holds nothing else',
      );
    }
    const name = `${this.name}-${id}`;
    const workload = this.defineWorkload(id, name, database);
    return new KubeObject<CronJob>(this, `${id}-cron-job`, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, labels: workload.labels, annotations: SyncWave.SERVICES },
      spec: onSchedule(this, schedule, {
        activeDeadlineSeconds: 6 * 3600,
        backoffLimit: 0,
        template: this.restoring(workload, database, 'drill', props),
      }),
    });
  }

  private restoring(
    workload: Workload,
    database: PostgresProps,
    purpose: 'restore' | 'drill',
    props: MlflowRestoreProps,
  ) {
    return workload.podTemplate({
      initContainers: [
        ...connectionContainers(workload, database, this.props.server.image),
        this.bucketStep(workload, 'fetch', props.set ?? 'latest', purpose),
        this.postgresStep(workload, 'load', ...(purpose === 'drill' ? ['--clean', '--if-exists'] : [])),
      ],
      containers: [this.bucketStep(workload, 'compare', purpose)],
      restartPolicy: 'Never',
    });
  }

  /**
   * Pods that reach the database, the backup and, if they are granted them, the artifacts.
   *
   * @param annotations of the objects that must be there before the pods
   */
  private defineWorkload(
    id: string,
    name: string,
    database: PostgresProps,
    grantArtifacts?: (workload: Workload) => void,
    annotations: Readonly<Record<string, string>> = {},
  ): Workload {
    const { server, to, scratch = '10Gi' } = this.props;
    const workload = new Workload(this, id, { name, program: 'mlflow-backup', scratch });
    connectPostgres(workload, database);
    if (grantArtifacts) {
      grantArtifacts(workload);
      workload.allowTo(server.artifacts.store);
    }
    grantAside(workload, 'backup', aside => to.grantReadWrite(aside));
    workload.allowTo(to.store);
    workload.addVolume({ name: 'set', emptyDir: { sizeLimit: scratch } }, { mountPath: SET });
    workload.addEnvironment(
      { name: 'SET_DIRECTORY', value: SET },
      { name: 'ARTIFACTS_BUCKET', value: server.artifacts.name },
      { name: 'BACKUP_BUCKET', value: to.name },
      { name: 'BACKUP_PREFIX', value: `${workload.namespace}/${server.name}` },
    );
    const scripts = mountScripts(workload, {
      'backup.py': MLFLOW_BACKUP,
      'dump.sh': MLFLOW_DUMP,
      'load.sh': MLFLOW_LOAD,
    });
    annotate([workload.serviceAccount, workload.policy.networkPolicy, scripts], annotations);
    return workload;
  }

  private bucketStep(workload: Workload, command: string, ...args: string[]): Container {
    return workload.container({
      name: command,
      image: this.props.server.image,
      command: ['python3', `${SCRIPTS}/backup.py`],
      args: [command, ...args],
      resources: this.resources,
    });
  }

  private postgresStep(workload: Workload, command: 'dump' | 'load', ...args: string[]): Container {
    return workload.container({
      name: command,
      image: this.props.postgresImage,
      command: ['sh', `${SCRIPTS}/${command}.sh`],
      args,
      resources: this.resources,
    });
  }

  private check(keep: number): void {
    const { postgresImage, server, to } = this.props;
    checkPinnedImage(this, postgresImage, 'postgres:17.6', 'postgresImage');
    checkCounts(this, { keep });
    if (to.name === server.artifacts.name && to.store.endpoint === server.artifacts.store.endpoint) {
      throw new PlatformError(
        this,
        `the backup would lie in "${to.name}", the bucket that it saves`,
        'name another bucket, best of another store',
      );
    }
  }
}
