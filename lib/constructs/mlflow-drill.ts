import { Construct } from 'constructs';
import type { CronJob } from 'kubernetes-types/batch/v1';
import { SyncWave } from '../core/sync-wave';
import { onSchedule } from './cron-schedule';
import type { Database, Postgres } from './database';
import { KubeObject } from './kube-object';
import { MlflowBackupPods, type MlflowBackupParts } from './mlflow-backup-pods';
import type { MlflowRestoreProps } from './mlflow-restore';

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

/** Restores a set into a database of its own, and proves the result. */
export class MlflowDrill extends Construct {
  public readonly cronJob: KubeObject<CronJob>;

  constructor(
    scope: Construct,
    id: string,
    parts: MlflowBackupParts,
    name: string,
    database: Postgres,
    { set = 'latest', schedule = '0 5 1 * *' }: MlflowDrillProps,
  ) {
    super(scope, id);
    const pods = new MlflowBackupPods(this, 'pods', { ...parts, name, database, sets: 'grantRead' });
    this.cronJob = new KubeObject<CronJob>(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, labels: pods.workload.labels, annotations: SyncWave.SERVICES },
      spec: onSchedule(this, schedule, {
        activeDeadlineSeconds: 6 * 3600,
        backoffLimit: 0,
        template: pods.template(
          pods.bucketStep(['fetch', set, 'drill']),
          pods.postgresStep('load', ['--clean', '--if-exists']),
          pods.bucketStep(['compare', 'drill']),
        ),
      }),
    });
  }
}
