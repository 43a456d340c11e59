import { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import { PlatformError } from '../core/platform-error';
import { IN_SYNC, SyncWave } from '../core/sync-wave';
import { KubeObject } from './kube-object';
import { administrate, LOGINS } from './mlflow-admin';
import type { MlflowServer } from './mlflow-server';
import { objectName } from './object-name';
import { MLFLOW_USERS } from './scripts/mlflow-users';
import { Workload } from './workload';
import { mountScripts, SCRIPTS } from './workload-scripts';

export interface MlflowUsersProps {
  /** The server, which must have workspaces. */
  readonly server: MlflowServer;
  /**
   * Workspaces in which both users have their role.
   *
   * @default ['default']
   */
  readonly workspaces?: readonly string[];
}

const RESOURCES = {
  requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '16Mi' },
  limits: { cpu: '500m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
};

/**
 * The users whose credentials `grantRead()` and `grantReadWrite()` mount: a reader, for model endpoints, who may read
 * everything and write nothing, and a writer, for training, who may create and edit everything, and delete no experiment.
 *
 * A Job makes them in each sync, beside the server and before any model endpoint, by MLflow's own API, from the Secret of
 * the server. A new password in the Secret becomes theirs. Other roles are taken away, and so is what was added to theirs;
 * but what the writer made in MLflow stays its own.
 *
 * @see https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/
 */
export class MlflowUsers extends Construct {
  public readonly workload: Workload;
  public readonly job: KubeObject<Job>;

  constructor(scope: Construct, id: string, props: MlflowUsersProps) {
    super(scope, id);
    const { server, workspaces = ['default'] } = props;
    if (!server.workspaces) {
      throw new PlatformError(
        this,
        `${server.node.path} has no workspaces: MLflow then lets every user create experiments and models`,
        'set workspaces: true of the server; what exists stays where it is, in the workspace "default"',
      );
    }
    const wrong = workspaces.find(name => !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name));
    if (workspaces.length === 0 || wrong !== undefined) {
      throw new PlatformError(
        this,
        wrong === undefined ? 'the users need a workspace' : `"${wrong}" cannot name a workspace`,
        'name workspaces of the server, or leave workspaces out for the one that always exists',
      );
    }
    this.workload = new Workload(this, 'workload', { name: objectName(this), program: 'mlflow-users' });
    administrate(this.workload, server, ['reader', 'writer']);
    mountScripts(this.workload, { 'users.py': MLFLOW_USERS });
    this.job = new KubeObject<Job>(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      // Beside the server, which the Job waits for, and before the endpoints: they load their models as the reader.
      metadata: {
        name: this.workload.name,
        labels: this.workload.labels,
        annotations: { ...SyncWave.SERVICES, ...IN_SYNC },
      },
      spec: {
        activeDeadlineSeconds: 900,
        backoffLimit: 3,
        template: this.workload.podTemplate({
          containers: [
            this.workload.container({
              name: 'users',
              image: server.image,
              command: ['python3', `${SCRIPTS}/users.py`],
              args: [LOGINS, ...workspaces],
              resources: RESOURCES,
            }),
          ],
          restartPolicy: 'Never',
        }),
      },
    });
  }
}
