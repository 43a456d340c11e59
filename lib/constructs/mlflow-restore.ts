import { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import { IN_SYNC, PRE_SYNC, SyncWave } from '../core/sync-wave';
import type { Postgres } from './database';
import { annotate, KubeObject } from './kube-object';
import { MlflowBackupPods, type MlflowBackupParts } from './mlflow-backup-pods';

export interface MlflowRestoreProps {
  /**
   * Name of the set, such as `20261121T020000Z`; it is kept as long as it is named here.
   *
   * @default - the newest that holds anything
   */
  readonly set?: string;
}

/**
 * Fills an unused server's database and bucket from a set, before the server starts, and proves the result. What was
 * not proven is judged again by the next pod and the next sync, and stops them as long as it differs.
 */
export class MlflowRestore extends Construct {
  public readonly job: KubeObject<Job>;

  constructor(scope: Construct, id: string, parts: MlflowBackupParts, name: string, database: Postgres, set: string) {
    super(scope, id);
    const pods = new MlflowBackupPods(this, 'pods', {
      ...parts,
      name,
      database,
      artifacts: 'grantReadWrite',
      sets: 'grantRead',
    });
    const { workload, scripts } = pods;
    // A hook before the sync could only wait for what the sync makes.
    const before = ![database, parts.server.artifacts.store, parts.to.store].some(({ sameSync }) => sameSync);
    if (before) {
      workload.startBeforeSync();
      annotate([workload.serviceAccount, workload.policy.networkPolicy, scripts], {
        ...PRE_SYNC,
        ...SyncWave.NAMESPACE,
      });
    }
    this.job = new KubeObject<Job>(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        labels: workload.labels,
        // With the stores, for which it waits, and before any server.
        annotations: { ...SyncWave.STORES, ...(before ? PRE_SYNC : IN_SYNC) },
      },
      spec: {
        activeDeadlineSeconds: 6 * 3600,
        backoffLimit: 3,
        template: pods.template(
          pods.bucketStep(['fetch', set, 'restore']),
          pods.postgresStep('load'),
          pods.bucketStep(['compare', 'restore']),
        ),
      },
    });
  }
}
