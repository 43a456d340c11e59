import { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import type { ConfigMap, Container } from 'kubernetes-types/core/v1';
import { PRE_SYNC, SyncWave } from '../core/sync-wave';
import type { PostgresProps } from './database';
import { annotate, KubeObject } from './kube-object';
import { connectionContainers, connectPostgres, POSTGRES_NEEDS } from './postgres-client';
import { MLFLOW_MIGRATE } from './scripts/mlflow-migrate';
import { Workload } from './workload';
import { mountScripts, SCRIPTS } from './workload-scripts';

export interface MlflowMigrationProps {
  /** Name of the Job. */
  readonly name: string;
  /** The image of the server that is about to start. */
  readonly image: string;
  readonly database: PostgresProps;
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
    const { name, image, database } = props;
    this.workload = new Workload(this, 'workload', { name, program: 'mlflow-migration' });
    const uri = connectPostgres(this.workload, database);
    this.workload.startBeforeSync();
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
          containers: [postgresMigration(this.workload, image, uri, 'prepare')],
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
  return workload.sideContainer(
    {
      name: 'migrate',
      image,
      command: ['python3', `${SCRIPTS}/migrate.py`],
      args: [mode, uri],
      resources: RESOURCES,
    },
    {
      volumes: [...POSTGRES_NEEDS.volumes, 'scripts'],
      variables: [...POSTGRES_NEEDS.variables, 'MLFLOW_DISABLE_TELEMETRY'],
    },
  );
}

/**
 * The steps of a migration of SQLite: MLflow's own tables, then those of its authentication.
 *
 * @param volume where the file is
 */
export function sqliteMigration(workload: Workload, image: string, uri: string, volume: string): Container[] {
  const step = (name: string, command: string, args: string[]): Container =>
    workload.sideContainer(
      { name, image, command: [command], args, resources: RESOURCES },
      { volumes: [volume], variables: ['MLFLOW_DISABLE_TELEMETRY'] },
    );
  return [
    step('migrate-tracking', 'mlflow', ['db', 'upgrade', uri]),
    step('migrate-auth', 'python3', ['-m', 'mlflow.server.auth', 'db', 'upgrade', `--url=${uri}`]),
  ];
}
