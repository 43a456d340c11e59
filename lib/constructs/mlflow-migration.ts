import { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import type { Container } from 'kubernetes-types/core/v1';
import { PRE_SYNC, SyncWave } from '../core/sync-wave';
import type { PostgresProps } from './database';
import { KubeObject } from './kube-object';
import { connectPostgres } from './postgres-client';
import { Workload } from './workload';

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
 * Brings the tables of MLflow and of its authentication to the version of the image, before Argo CD changes anything
 * else. It may run again, and twice at once, without harm.
 *
 * On the very first sync its namespace must exist already: `ArgoApplication` has Argo CD create it.
 *
 * @see https://mlflow.org/docs/latest/self-hosting/migration/
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export class MlflowMigration extends Construct {
  public readonly workload: Workload;
  public readonly job: KubeObject<Job>;

  constructor(scope: Construct, id: string, props: MlflowMigrationProps) {
    super(scope, id);
    this.workload = new Workload(this, 'workload', { name: props.name, program: 'mlflow-migration' });
    const uri = connectPostgres(this.workload, props.database);
    const [tracking, auth] = migrationContainers(this.workload, props.image, uri);
    // Both belong to the hook: nothing else of the sync exists before it, and the namespace may be closed already.
    for (const { metadata } of [this.workload.serviceAccount, this.workload.policy.networkPolicy]) {
      Object.entries(PRE_SYNC).forEach(([key, value]) => metadata.addAnnotation(key, value));
    }
    this.job = new KubeObject<Job>(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: props.name, labels: this.workload.labels, annotations: { ...SyncWave.SERVICES, ...PRE_SYNC } },
      spec: {
        activeDeadlineSeconds: 900,
        backoffLimit: 3,
        template: this.workload.podTemplate({ initContainers: [tracking], containers: [auth], restartPolicy: 'Never' }),
      },
    });
  }
}

/** The steps of a migration: MLflow's own tables, then those of its authentication. */
export function migrationContainers(workload: Workload, image: string, uri: string): [Container, Container] {
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
