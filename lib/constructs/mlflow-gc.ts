import { Construct } from 'constructs';
import type { CronJob } from 'kubernetes-types/batch/v1';
import { PlatformError } from '../core/platform-error';
import { checkedResources, type Resources } from '../core/resources';
import { SyncWave } from '../core/sync-wave';
import { onSchedule } from './cron-schedule';
import { KubeObject } from './kube-object';
import { administrate, LOGINS, postgresOf } from './mlflow-admin';
import type { MlflowServer } from './mlflow-server';
import { objectName } from './object-name';
import { connectionContainers, connectPostgres } from './postgres-client';
import { MLFLOW_GC } from './scripts/mlflow-gc';
import { Workload } from './workload';
import { mountScripts, SCRIPTS } from './workload-scripts';

export interface MlflowGcProps {
  readonly server: MlflowServer;
  /**
   * When it runs, in cron's five fields, by Universal Time.
   *
   * @default '0 4 * * 6', on Saturdays at four
   */
  readonly schedule?: string;
  /**
   * How long something must have been deleted, in MLflow's form: `30d`, `12h`.
   *
   * @default 30d
   */
  readonly olderThan?: string;
  /**
   * What its container may use.
   *
   * @default - requests 250m CPU, 512Mi memory; limits 1 CPU, 512Mi memory
   */
  readonly resources?: Resources;
}

const RESOURCES = {
  requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '256Mi' },
};

/**
 * Removes for good, with their artifacts, the runs, models and experiments that were deleted long enough ago.
 *
 * @see https://mlflow.org/docs/latest/cli/#mlflow-gc
 */
export class MlflowGc extends Construct {
  public readonly workload: Workload;
  public readonly cronJob: KubeObject<CronJob>;

  constructor(scope: Construct, id: string, props: MlflowGcProps) {
    super(scope, id);
    const { server, olderThan = '30d', schedule = '0 4 * * 6' } = props;
    if (!/^(?=\d)(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?$/.test(olderThan)) {
      throw new PlatformError(this, `olderThan must be a time, got "${olderThan}"`, 'write "30d", "12h" or "1d12h"');
    }
    const database = postgresOf(this, server, 'clean up');
    // A CronJob's name leaves room for what Kubernetes adds to it.
    this.workload = new Workload(this, 'workload', { name: objectName(this, 52), program: 'mlflow-gc' });
    const uri = connectPostgres(this.workload, database);
    administrate(this.workload, server);
    mountScripts(this.workload, { 'gc.py': MLFLOW_GC });
    const before = connectionContainers(this.workload, database, server.image);
    const container = this.workload.container({
      name: 'gc',
      image: server.image,
      command: ['python3', `${SCRIPTS}/gc.py`],
      args: [
        `${LOGINS}/basic_auth.ini`,
        `--older-than=${olderThan}`,
        `--backend-store-uri=${uri}`,
        ...(server.workspaces ? ['--all-workspaces'] : []),
      ],
      resources: checkedResources(this, props.resources ?? {}, RESOURCES),
    });
    this.cronJob = new KubeObject<CronJob>(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: this.workload.name, labels: this.workload.labels, annotations: SyncWave.SERVICES },
      spec: onSchedule(this, schedule, {
        activeDeadlineSeconds: 4 * 3600,
        backoffLimit: 1,
        template: this.workload.podTemplate({
          initContainers: before.length > 0 ? before : undefined,
          containers: [container],
          restartPolicy: 'Never',
        }),
      }),
    });
  }
}
