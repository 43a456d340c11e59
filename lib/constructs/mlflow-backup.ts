import { Construct } from 'constructs';
import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import { checkSetName } from '../core/backup-set';
import { checkPinnedImage } from '../core/container-image';
import { checkCounts } from '../core/counts';
import { PlatformError } from '../core/platform-error';
import { checkedResources, checkedSize, type Resources } from '../core/resources';
import { SyncWave } from '../core/sync-wave';
import { onSchedule } from './cron-schedule';
import type { Postgres } from './database';
import { KubeObject } from './kube-object';
import { postgresOf } from './mlflow-admin';
import { MlflowBackupPods, type MlflowBackupParts } from './mlflow-backup-pods';
import { MlflowDrill, type MlflowDrillProps } from './mlflow-drill';
import { MlflowRestore, type MlflowRestoreProps } from './mlflow-restore';
import type { MlflowServer } from './mlflow-server';
import { objectName } from './object-name';
import type { Bucket } from './object-store';
import { takeDatabase } from './sole-use';
import type { Workload } from './workload';

export type { MlflowDrillProps, MlflowRestoreProps };

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
  private readonly database: Postgres;
  private readonly parts: MlflowBackupParts;
  /** Arguments of the step that saves: how many sets to keep, and which besides. */
  private readonly save: ['save', ...string[]];

  constructor(scope: Construct, id: string, props: MlflowBackupProps) {
    super(scope, id);
    const { server, to, postgresImage, keep = 14, scratch = '10Gi', schedule = '0 2 * * *' } = props;
    this.name = objectName(this, 44);
    this.database = postgresOf(this, server, 'back up');
    this.check(props, keep, scratch);
    // A dump and an artifact at a time, and what a container needs for itself.
    const resources = checkedResources(this, props.resources ?? {}, {
      requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '256Mi' },
      limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': scratch },
    });
    this.parts = { server, to, postgresImage, scratch, resources };
    this.save = ['save', `${keep}`];
    const pods = new MlflowBackupPods(this, 'pods', {
      ...this.parts,
      name: this.name,
      database: this.database,
      artifacts: 'grantRead',
      sets: 'grantReadWrite',
    });
    this.workload = pods.workload;
    this.cronJob = new KubeObject<CronJob>(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: this.name, labels: this.workload.labels, annotations: SyncWave.SERVICES },
      spec: onSchedule(this, schedule, {
        activeDeadlineSeconds: 6 * 3600,
        backoffLimit: 1,
        template: pods.template(pods.postgresStep('dump'), pods.bucketStep(this.save)),
      }),
    });
  }

  /**
   * Adds a Job that fills an unused server's database and bucket from a set, before the server starts, and proves the
   * result. Where there is anything in the database, or no set yet, it does nothing: it may stay in Git.
   */
  public addRestore(id: string, props: MlflowRestoreProps = {}): KubeObject<Job> {
    this.keep(props);
    const name = `${this.name}-${id}`;
    return new MlflowRestore(this, id, this.parts, name, this.database, props.set ?? 'latest').job;
  }

  /**
   * Adds a CronJob that restores a set into a database of its own, reads every artifact of the set, and fails if
   * anything differs from what was counted and hashed when the set was made.
   */
  public addDrill(id: string, props: MlflowDrillProps): KubeObject<CronJob> {
    const { database } = props;
    if (database.kind === 'sqlite' || database.connection.name === this.database.connection.name) {
      throw new PlatformError(
        this,
        database.kind === 'sqlite'
          ? 'a drill restores into a PostgreSQL, got a file on a volume'
          : `the drill would overwrite the database of ${this.parts.server.node.path}`,
        'give it a PostgreSQL that holds nothing else',
      );
    }
    takeDatabase(this, database, 'give the drill a PostgreSQL that holds nothing else');
    this.keep(props);
    return new MlflowDrill(this, id, this.parts, `${this.name}-${id}`, database, props).cronJob;
  }

  /** Keeps a set that is named from being removed with the old ones. */
  private keep({ set }: MlflowRestoreProps): void {
    if (set !== undefined) {
      checkSetName(this, set);
      this.save.push(set);
    }
  }

  private check({ postgresImage, server, to }: MlflowBackupProps, keep: number, scratch: string): void {
    checkPinnedImage(this, postgresImage, 'postgres:17.6', 'postgresImage');
    checkCounts(this, { keep });
    checkedSize(this, 'scratch', scratch);
    if (to.name === server.artifacts.name && to.store.endpoint === server.artifacts.store.endpoint) {
      throw new PlatformError(
        this,
        `the backup would lie in "${to.name}", the bucket that it saves`,
        'name another bucket, best of another store',
      );
    }
  }
}
