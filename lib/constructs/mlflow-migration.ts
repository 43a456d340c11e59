import { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import type { ConfigMap, Container } from 'kubernetes-types/core/v1';
import { PRE_SYNC, SyncWave } from '../core/sync-wave';
import type { PostgresProps } from './database';
import { annotate, KubeObject } from './kube-object';
import { connectionContainers, connectPostgres } from './postgres-client';
import { MLFLOW_MIGRATE } from './scripts/mlflow-migrate';
import { Workload } from './workload';
import { mountScripts, SCRIPTS } from './workload-scripts';

export interface MlflowMigrationProps {
  /** Name of the Job. */
  readonly name: string;
  /** The image of the server that is about to start. */
  readonly image: string;
  readonly database: PostgresProps;
  /**
   * Whether no server is at work while the Job is. Only then may it change tables that are in use; otherwise it makes
   * those of an empty database, and leaves older ones to the pods of the server.
   *
   * @default false
   */
  readonly writersStopped?: boolean;
}

const RESOURCES = {
  requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '256Mi' },
};

/**
 * Makes the tables of MLflow and of its authentication in an empty PostgreSQL, and stops the sync if the database is
 * out of reach or newer than the image, before Argo CD changes anything else. It may run again, and twice at once,
 * without harm.
 *
 * On the very first sync its namespace must exist already: `ArgoApplication` has Argo CD create it.
 *
 * @see https://mlflow.org/docs/latest/self-hosting/migration/
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export class MlflowMigration extends Construct {
  public readonly workload: Workload;
  public readonly scripts: KubeObject<ConfigMap>;
  public readonly job: KubeObject<Job>;

  constructor(scope: Construct, id: string, props: MlflowMigrationProps) {
    super(scope, id);
    const { name, image, database, writersStopped = false } = props;
    this.workload = new Workload(this, 'workload', { name, program: 'mlflow-migration' });
    const uri = connectPostgres(this.workload, database);
    [database.connection, database.tls?.ca].forEach(secret => secret?.beforeSync?.());
    this.scripts = mountScripts(this.workload, { 'migrate.py': MLFLOW_MIGRATE });
    // All belong to the hook: nothing else of the sync exists before it, and the namespace may be closed already.
    annotate([this.workload.serviceAccount, this.workload.policy.networkPolicy, this.scripts], PRE_SYNC);
    const before = connectionContainers(this.workload, database, image);
    this.job = new KubeObject<Job>(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, labels: this.workload.labels, annotations: { ...SyncWave.SERVICES, ...PRE_SYNC } },
      spec: {
        activeDeadlineSeconds: 900,
        backoffLimit: 3,
        template: this.workload.podTemplate({
          initContainers: before.length > 0 ? before : undefined,
          containers: [postgresMigration(this.workload, image, uri, writersStopped ? 'upgrade' : 'prepare')],
          restartPolicy: 'Never',
        }),
      },
    });
  }
}

/**
 * The migration of a PostgreSQL, in a workload that has its script. Processes take turns, by a lock in the database.
 *
 * @param mode `upgrade` only where no server of another version can be at work
 */
export function postgresMigration(
  workload: Workload,
  image: string,
  uri: string,
  mode: 'prepare' | 'upgrade',
): Container {
  return workload.container({
    name: 'migrate',
    image,
    command: ['python3', `${SCRIPTS}/migrate.py`],
    args: [mode, uri],
    resources: RESOURCES,
  });
}

/** The steps of a migration of SQLite: MLflow's own tables, then those of its authentication. */
export function sqliteMigration(workload: Workload, image: string, uri: string): Container[] {
  return [
    workload.container({
      name: 'migrate-tracking',
      image,
      command: ['mlflow'],
      args: ['db', 'upgrade', uri],
      resources: RESOURCES,
    }),
    workload.container({
      name: 'migrate-auth',
      image,
      command: ['python3'],
      args: ['-m', 'mlflow.server.auth', 'db', 'upgrade', `--url=${uri}`],
      resources: RESOURCES,
    }),
  ];
}
