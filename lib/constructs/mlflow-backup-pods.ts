import { Construct } from 'constructs';
import type { ConfigMap, Container, PodTemplateSpec } from 'kubernetes-types/core/v1';
import { PlatformError } from '../core/platform-error';
import { postgresMajor } from '../core/postgres-version';
import type { Resources } from '../core/resources';
import type { Postgres } from './database';
import type { KubeObject } from './kube-object';
import type { MlflowServer } from './mlflow-server';
import type { Bucket } from './object-store';
import { connectionContainers, connectPostgres, POSTGRES_NEEDS } from './postgres-client';
import { MLFLOW_BACKUP, MLFLOW_DUMP, MLFLOW_LOAD } from './scripts/mlflow-backup';
import { Workload } from './workload';
import { mountScripts, SCRIPTS } from './workload-scripts';

/** What a backup, its restores and its drills have in common. */
export interface MlflowBackupParts {
  readonly server: MlflowServer;
  readonly to: Bucket;
  readonly postgresImage: string;
  readonly scratch: string;
  readonly resources: Required<Resources>;
}

export interface MlflowBackupPodsProps extends MlflowBackupParts {
  readonly name: string;
  readonly database: Postgres;
  /** What the pods may do with the artifacts of the server; nothing if left out. */
  readonly artifacts?: 'grantRead' | 'grantReadWrite';
  /** What they may do with the sets. */
  readonly sets: 'grantRead' | 'grantReadWrite';
}

/** Word of our scripts for the store of the sets. */
const ASIDE = { prefix: 'backup' };
const SET = '/set';

/** Pods that reach a database, the sets and, if they are to, the artifacts, in steps that leave files to each other. */
export class MlflowBackupPods extends Construct {
  public readonly workload: Workload;
  public readonly scripts: KubeObject<ConfigMap>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MlflowBackupPodsProps,
  ) {
    super(scope, id);
    const { name, server, to, database, artifacts, sets, scratch } = props;
    this.checkVersion();
    this.workload = new Workload(this, 'workload', { name, program: 'mlflow-backup', scratch });
    const { workload } = this;
    connectPostgres(workload, database);
    if (artifacts) {
      server.artifacts[artifacts](workload);
      workload.allowTo(server.artifacts.store);
    }
    to[sets](workload, ASIDE);
    workload.allowTo(to.store);
    workload.addVolume({ name: 'set', emptyDir: { sizeLimit: scratch } }, { mountPath: SET });
    workload.addEnvironment(
      { name: 'SET_DIRECTORY', value: SET },
      { name: 'ARTIFACTS_BUCKET', value: server.artifacts.name },
      { name: 'BACKUP_BUCKET', value: to.name },
      { name: 'BACKUP_PREFIX', value: `${workload.namespace}/${server.name}` },
    );
    this.scripts = mountScripts(workload, {
      'backup.py': MLFLOW_BACKUP,
      'dump.sh': MLFLOW_DUMP,
      'load.sh': MLFLOW_LOAD,
    });
  }

  /** The steps, one after the other. */
  public template(...steps: Container[]): PodTemplateSpec {
    const { server, database } = this.props;
    return this.workload.podTemplate({
      initContainers: [...connectionContainers(this.workload, database, server.image), ...steps.slice(0, -1)],
      containers: steps.slice(-1),
      restartPolicy: 'Never',
    });
  }

  /** A step with the buckets and the database. Its arguments, of which the first is its name, may become more. */
  public bucketStep(args: readonly ['save' | 'fetch' | 'compare', ...string[]]): Container {
    return this.workload.container({
      name: args[0],
      image: this.props.server.image,
      command: ['python3', `${SCRIPTS}/backup.py`],
      args: args as unknown as string[],
      resources: this.props.resources,
    });
  }

  /** A step with the database alone. */
  public postgresStep(command: 'dump' | 'load', args: string[] = []): Container {
    return this.workload.sideContainer(
      {
        name: command,
        image: this.props.postgresImage,
        command: ['sh', `${SCRIPTS}/${command}.sh`],
        args,
        resources: this.props.resources,
      },
      {
        volumes: [...POSTGRES_NEEDS.volumes, 'scripts', 'set'],
        variables: [...POSTGRES_NEEDS.variables, 'SET_DIRECTORY'],
      },
    );
  }

  private checkVersion(): void {
    const { postgresImage, database } = this.props;
    const client = postgresMajor(postgresImage);
    if (client !== undefined && database.major !== undefined && client < database.major) {
      throw new PlatformError(
        this,
        `postgresImage is of PostgreSQL ${client}, which cannot dump or load a database of PostgreSQL ${database.major}`,
        `use an image of PostgreSQL ${database.major} or newer`,
      );
    }
  }
}
