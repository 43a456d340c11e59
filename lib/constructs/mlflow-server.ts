import type { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1';
import type { Container, PersistentVolumeClaim, Service } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { PlatformError } from '../core/platform-error';
import { checkedResources, type Resources } from '../core/resources';
import { mlflowServerKeys } from '../core/secret-keys';
import { CONFIRM_REMOVAL, SyncWave } from '../core/sync-wave';
import type { Database, PostgresProps } from './database';
import { defineDisruptionBudget } from './disruption-budget';
import type { Exposure } from './exposure';
import { KubeObject } from './kube-object';
import type { Metrics } from './metrics';
import { LOGINS } from './mlflow-admin';
import { AUTH_PROXY_FUNCTION, AUTH_PROXY_SCRIPTS, connectAuthProxy, type MlflowAuthProxy } from './mlflow-auth-proxy';
import { checkLoad, checkMlflow } from './mlflow-checks';
import { connectMlflow, type ModelRegistry } from './mlflow-client';
import { mlflowContainer } from './mlflow-container';
import { exposedHosts, mlflowHosts } from './mlflow-hosts';
import { MLFLOW_METRICS, metricsContainer } from './mlflow-metrics';
import { MlflowMigration, postgresMigration, sqliteMigration } from './mlflow-migration';
import { serviceName } from './object-name';
import type { Bucket } from './object-store';
import { apart, placed, type Placement } from './placement';
import { connectionContainers, connectPostgres, sizePool } from './postgres-client';
import { MLFLOW_MIGRATE } from './scripts/mlflow-migrate';
import { SecretSource } from './secret-source';
import { takeBucket, takeDatabase } from './sole-use';
import { Workload } from './workload';
import { WorkloadPeer } from './workload-peer';
import { mountScripts } from './workload-scripts';

export interface MlflowServerProps {
  /** Where models and other artifacts go. Only the server has credentials for it: clients go through its proxy. */
  readonly artifacts: Bucket;
  /** Where runs, models, versions and users go. */
  readonly database: Database;
  /** Image with MLflow 3.17 or newer, its `auth` extra, boto3 and, for PostgreSQL, psycopg2; pinned. */
  readonly image: string;
  /**
   * Version of MLflow in the image.
   *
   * @default - read from the image's tag
   */
  readonly version?: string;
  /**
   * Secret with the server's own credentials and those of its clients. Its keys, all of them files:
   * `basic_auth.ini` (MLflow's authentication settings), `flask-secret-key` (at least 32 random characters),
   * `reader` and `writer` (credentials that workloads of the team mount, in the form of `~/.mlflow/credentials`).
   *
   * @default - the existing Secret `<name>-auth`
   * @see https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/
   */
  readonly auth?: SecretSource;
  /**
   * A proxy that authenticates people and tells the server who is asking. Programs keep their passwords.
   *
   * @default - none: everybody has a password of MLflow's
   */
  readonly authProxy?: MlflowAuthProxy;
  /**
   * The way from outside of the cluster. MLflow is at the root of its host, which is added to `hosts` by itself.
   *
   * @default - there is none
   */
  readonly exposure?: Exposure;
  /**
   * Host names of other routes that lead to the server from outside of the cluster.
   *
   * @default - none
   */
  readonly hosts?: readonly string[];
  /**
   * Host headers that the server accepts. Replaces the computed list, and must admit everything on it.
   *
   * @default - every name of the Service and of the routes, with and without port
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Number of pods. With SQLite there can only be one.
   *
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Number of worker processes in each pod; each takes about 150 MiB.
   *
   * @default 2
   */
  readonly workers?: number;
  /**
   * Tells Prometheus, on a port of its own and without a login, how the server is; `Monitoring.scrape()` opens the path.
   * The image must hold prometheus_flask_exporter, as the `-full` images do.
   *
   * @default false
   */
  readonly metrics?: boolean;
  /**
   * Whether experiments and models live in workspaces: those that name none in the workspace `default`. Only then can
   * a user be kept from creating experiments and models of their own, which MlflowUsers needs.
   *
   * @default false
   * @see https://mlflow.org/docs/latest/self-hosting/workspaces/
   */
  readonly workspaces?: boolean;
  /**
   * Where the pods may run.
   *
   * @default - anywhere, apart from each other if there are several
   */
  readonly placement?: Placement;
  /**
   * What the server's container may use. The limit for `ephemeral-storage` is also what uploads on their way to the
   * bucket may take.
   *
   * @default - requests 250m CPU, 1Gi memory, 256Mi disk; limits 1 CPU, 1Gi memory, 4Gi disk
   */
  readonly resources?: Resources;
}

/** How long the artifact of a large model may take on its way through the server. */
const UPLOAD_SECONDS = 3600;
const DATA_VOLUME = 'data';
const DATA_DIRECTORY = '/var/lib/mlflow';
const RESOURCES = {
  requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
  limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '4Gi' },
};

/**
 * The MLflow tracking server and model registry of one team: authentication always on, artifacts through the server's
 * proxy, no path on the network but those that are opened.
 *
 * The tables are migrated by init containers, once the last pod of another version has gone; with PostgreSQL an Argo CD
 * PreSync Job has made the tables of an empty database before.
 *
 * @see https://mlflow.org/docs/latest/self-hosting/
 */
export class MlflowServer extends WorkloadPeer implements ModelRegistry {
  /** Port on which the server listens. */
  public static readonly PORT = 5000;

  /** Image of the server. */
  public readonly image: string;
  public readonly database: Database;
  /** Where artifacts go. */
  public readonly artifacts: Bucket;
  /** Secret with the server's own credentials and those of its clients. */
  public readonly auth: SecretSource;
  /** Where it tells how it is; undefined unless asked for. */
  public readonly metrics: Metrics | undefined;
  /** Whether it has workspaces. */
  public readonly workspaces: boolean;
  /** Name of the Deployment, the Service and the other objects. */
  public readonly name: string;
  /** Where workloads of the cluster find the server. */
  public readonly trackingUri: string;
  /** URI of the database, without credentials: what `database_uri` in `basic_auth.ini` must say. */
  public readonly databaseUri: string;
  /** Host headers that the server accepts. */
  public readonly allowedHosts: readonly string[];
  public readonly workload: Workload;
  public readonly deployment: KubeObject<Deployment>;
  public readonly service: KubeObject<Service>;
  /** The Job that makes the tables; undefined with SQLite, and with a database that the same sync makes. */
  public readonly migration: MlflowMigration | undefined;
  /** The volume of the SQLite database; undefined with PostgreSQL. */
  public readonly volumeClaim: KubeObject<PersistentVolumeClaim> | undefined;
  /** Keeps the maintenance of nodes from taking all pods at once; undefined if there is only one. */
  public readonly disruptionBudget: KubeObject<PodDisruptionBudget> | undefined;
  public readonly ports: readonly number[] = [MlflowServer.PORT];

  constructor(scope: Construct, id: string, props: MlflowServerProps) {
    super(scope, id);
    this.name = serviceName(this, 53);
    this.auth = props.auth ?? SecretSource.existing(`${this.name}-auth`);
    checkMlflow(this, props);
    const { artifacts, database, image, metrics = false, replicas = 1, workers = 2, workspaces = false } = props;
    const hosts = exposedHosts(this, props.exposure, props.hosts);
    this.image = image;
    this.database = database;
    this.artifacts = artifacts;
    this.metrics = metrics ? MLFLOW_METRICS : undefined;
    this.workspaces = workspaces;

    const resources = checkedResources(this, props.resources ?? {}, RESOURCES);
    checkLoad(this, { workers, replicas, memory: resources.limits['memory']!, database });
    takeBucket(this, artifacts, 'give each server a bucket of its own: a backup holds and restores the whole bucket');
    if (database.kind === 'postgres') {
      takeDatabase(this, database, 'give each server a database of its own, or use one server with workspaces');
    }
    this.workload = new Workload(this, 'server', {
      name: this.name,
      program: 'mlflow',
      ports: this.ports,
      scratch: resources.limits['ephemeral-storage'],
    });
    this.allowedHosts = mlflowHosts(this, {
      name: this.name,
      namespace: this.workload.namespace,
      port: MlflowServer.PORT,
      routes: hosts,
      given: props.allowedHosts,
    });
    this.trackingUri = `http://${this.name}.${this.workload.namespace}.svc:${MlflowServer.PORT}`;
    this.databaseUri = this.connect(this.workload, props);
    this.auth.mustHave?.(this, mlflowServerKeys(this.databaseUri, workspaces, props.authProxy && AUTH_PROXY_FUNCTION));

    this.volumeClaim = database.kind === 'sqlite' ? this.defineVolume(database) : undefined;
    this.migration = database.kind === 'postgres' && !database.sameSync ? this.defineMigration(database) : undefined;
    this.service = new KubeObject<Service>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata(),
      spec: {
        selector: this.workload.selector,
        ports: [{ name: 'http', port: MlflowServer.PORT, targetPort: MlflowServer.PORT, protocol: 'TCP' }],
      },
    });
    this.deployment = new KubeObject<Deployment>(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: this.metadata(),
      spec: {
        replicas,
        // A new version never runs beside an old one: both would write to one schema.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: this.workload.selector },
        template: this.workload.podTemplate({
          initContainers: this.initContainers(),
          containers: [
            mlflowContainer(this.workload, {
              image,
              port: MlflowServer.PORT,
              workers,
              databaseUri: this.databaseUri,
              artifactsUri: artifacts.uri,
              allowedHosts: this.allowedHosts,
              routes: hosts,
              metrics,
              workspaces,
              resources,
            }),
            ...(metrics ? [metricsContainer(this.workload, image)] : []),
          ],
          terminationGracePeriodSeconds: 60,
          ...placed(this, props.placement),
          affinity: props.placement?.affinity ?? (replicas > 1 ? apart(this.workload.selector) : undefined),
        }),
      },
    });
    this.disruptionBudget = replicas > 1 ? defineDisruptionBudget(this, this.workload) : undefined;
    props.exposure?.connect({
      scope: this,
      name: this.name,
      labels: this.workload.labels,
      backends: [{ service: this.name, port: MlflowServer.PORT, workload: this.workload }],
      timeoutSeconds: UPLOAD_SECONDS,
      probePorts: metrics ? [MLFLOW_METRICS.port] : [],
    });
  }

  /** Gives a workload the credentials of the team's reader, and tells it where the server is. */
  public grantRead(workload: Workload): void {
    this.grant(workload, 'reader');
  }

  /** Gives a workload the credentials of the team's writer, and tells it where the server is. */
  public grantReadWrite(workload: Workload): void {
    this.grant(workload, 'writer');
  }

  private grant(workload: Workload, key: string): void {
    if (workload.namespace !== this.workload.namespace) {
      throw new PlatformError(
        workload,
        `the credentials of ${this.node.path} are in namespace "${this.workload.namespace}", where pods of "${workload.namespace}" cannot mount them`,
        'put the workload into the namespace of its MLflow server',
      );
    }
    connectMlflow(workload, this, key);
  }

  /** Gives the server's pods what they need to reach store and database; returns the database's URI. */
  private connect(workload: Workload, props: MlflowServerProps): string {
    props.artifacts.grantReadWrite(workload);
    workload.allowTo(props.artifacts.store);
    workload.mountSecret('auth', this.auth, LOGINS, [{ key: 'basic_auth.ini', path: 'basic_auth.ini' }]);
    workload.addEnvironment(
      { name: 'MLFLOW_AUTH_CONFIG_PATH', value: `${LOGINS}/basic_auth.ini` },
      // MLflow reads this one from the environment alone.
      {
        name: 'MLFLOW_FLASK_SERVER_SECRET_KEY',
        valueFrom: { secretKeyRef: { name: this.auth.name, key: 'flask-secret-key' } },
      },
      { name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' },
      { name: 'MLFLOW_SERVER_ENABLE_JOB_EXECUTION', value: 'false' },
      // It keeps models and loads none: whatever would make it load one must not run what lies in there.
      { name: 'MLFLOW_ALLOW_PICKLE_DESERIALIZATION', value: 'false' },
    );
    if (props.authProxy) {
      connectAuthProxy(this, workload, props.authProxy, this.auth);
    }
    const scripts = {
      ...(props.database.kind === 'postgres' && { 'migrate.py': MLFLOW_MIGRATE }),
      ...(props.authProxy && AUTH_PROXY_SCRIPTS),
    };
    if (Object.keys(scripts).length > 0) {
      mountScripts(workload, scripts);
    }
    if (props.database.kind === 'sqlite') {
      workload.addVolume(
        { name: DATA_VOLUME, persistentVolumeClaim: { claimName: this.name } },
        { mountPath: DATA_DIRECTORY },
      );
      return `sqlite:///${DATA_DIRECTORY}/${props.database.file}`;
    }
    sizePool(workload, props.database);
    return connectPostgres(workload, props.database);
  }

  /** What runs before the server: nobody else writes to its database then. */
  private initContainers(): Container[] {
    const { database, image } = this;
    if (database.kind === 'sqlite') {
      return sqliteMigration(this.workload, image, this.databaseUri, DATA_VOLUME);
    }
    return [
      ...connectionContainers(this.workload, database, image),
      postgresMigration(this.workload, image, this.databaseUri, 'upgrade'),
    ];
  }

  private defineMigration(database: PostgresProps): MlflowMigration {
    return new MlflowMigration(this, 'migration', { name: `${this.name}-migration`, image: this.image, database });
  }

  private defineVolume(database: Database & { kind: 'sqlite' }): KubeObject<PersistentVolumeClaim> {
    return new KubeObject<PersistentVolumeClaim>(this, 'volume', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { ...this.metadata(), annotations: { ...SyncWave.SERVICES, ...CONFIRM_REMOVAL } },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: database.storageClass,
        resources: { requests: { storage: database.size } },
      },
    });
  }

  private metadata() {
    return { name: this.name, labels: this.workload.labels, annotations: SyncWave.SERVICES };
  }
}
