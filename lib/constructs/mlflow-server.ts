import { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1';
import type { Container, PersistentVolumeClaim, Probe, Service } from 'kubernetes-types/core/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { admitsHost, allowedHosts, isHostPattern } from '../core/allowed-hosts';
import { isPinnedImage } from '../core/container-image';
import { isHostName } from '../core/dns-label';
import { isSupportedMlflow, MLFLOW_FLOOR, mlflowVersionOf } from '../core/mlflow-version';
import { PlatformError } from '../core/platform-error';
import { checkedQuantity, checkedResources, type Resources } from '../core/resources';
import { CONFIRM_REMOVAL, SyncWave } from '../core/sync-wave';
import { ClusterNetwork } from './cluster-network';
import type { Database } from './database';
import { KubeObject } from './kube-object';
import { MlflowMigration, migrationContainers } from './mlflow-migration';
import type { NetworkPeer } from './network-peer';
import { serviceName } from './object-name';
import type { Bucket } from './object-store';
import { connectPostgres } from './postgres-client';
import { SecretSource } from './secret-source';
import { Workload } from './workload';
import type { WorkloadPolicy } from './workload-policy';

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
   * Host names of routes that lead to the server from outside of the cluster.
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
   * What the server's container may use. The limit for `ephemeral-storage` is also what uploads on their way to the
   * bucket may take.
   *
   * @default - requests 250m CPU, 1Gi memory, 256Mi disk; limits 1 CPU, 1Gi memory, 4Gi disk
   */
  readonly resources?: Resources;
}

const AUTH_DIRECTORY = '/etc/mlflow/auth';
const DATA_DIRECTORY = '/var/lib/mlflow';
const RESOURCES = {
  requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
  limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '4Gi' },
};

/**
 * The MLflow tracking server and model registry of one team: authentication always on, artifacts through the server's
 * proxy, no path on the network but those that are opened.
 *
 * The schema is migrated before the server starts: with PostgreSQL by an Argo CD PreSync Job, with SQLite by an init
 * container of the only pod that may write.
 *
 * @see https://mlflow.org/docs/latest/self-hosting/
 */
export class MlflowServer extends Construct implements NetworkPeer {
  /** Port on which the server listens. */
  public static readonly PORT = 5000;

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
  /** The migration Job; undefined with SQLite. */
  public readonly migration: MlflowMigration | undefined;
  /** The volume of the SQLite database; undefined with PostgreSQL. */
  public readonly volumeClaim: KubeObject<PersistentVolumeClaim> | undefined;
  public readonly ports: readonly number[] = [MlflowServer.PORT];
  private readonly auth: SecretSource;

  constructor(scope: Construct, id: string, props: MlflowServerProps) {
    super(scope, id);
    this.name = serviceName(this, 53);
    this.auth = props.auth ?? SecretSource.existing(`${this.name}-auth`);
    this.check(props);

    const resources = checkedResources(this, props.resources ?? {}, RESOURCES);
    this.workload = new Workload(this, 'server', {
      name: this.name,
      program: 'mlflow',
      ports: this.ports,
      scratch: resources.limits['ephemeral-storage'],
    });
    this.allowedHosts = this.checkedHosts(props);
    this.trackingUri = `http://${this.name}.${this.workload.namespace}.svc:${MlflowServer.PORT}`;
    this.databaseUri = this.connect(this.workload, props);
    const sqlite = props.database.kind === 'sqlite';

    this.volumeClaim = props.database.kind === 'sqlite' ? this.defineVolume(props.database) : undefined;
    this.migration =
      props.database.kind === 'postgres'
        ? new MlflowMigration(this, 'migration', {
            name: `${this.name}-migration`,
            image: props.image,
            database: props.database,
          })
        : undefined;
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
        replicas: props.replicas ?? 1,
        // A new version never runs beside an old one: both would write to one schema.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: this.workload.selector },
        template: this.workload.podTemplate({
          initContainers: sqlite ? migrationContainers(this.workload, props.image, this.databaseUri) : undefined,
          containers: [this.container(props, resources)],
          terminationGracePeriodSeconds: 60,
        }),
      },
    });
  }

  /** Lets the peer call the server. */
  public allowFrom(peer: NetworkPeer): void {
    this.workload.allowFrom(peer);
  }

  public get policy(): WorkloadPolicy {
    return this.workload.policy;
  }

  public networkPeers(): NetworkPolicyPeer[] {
    return this.workload.networkPeers();
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
    workload.mountInHome('mlflow-credentials', this.auth, '.mlflow', { key, path: 'credentials' });
    workload.addEnvironment(
      { name: 'MLFLOW_TRACKING_URI', value: this.trackingUri },
      { name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' },
      // A server with S3 offers clients signed URLs of the store, to which they have no path on the network.
      { name: 'MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD', value: 'false' },
      { name: 'MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD', value: 'false' },
    );
  }

  private check(props: MlflowServerProps): void {
    const { image, version = mlflowVersionOf(image), database, replicas = 1, workers = 2 } = props;
    if (!isPinnedImage(image)) {
      throw new PlatformError(
        this,
        `image must be pinned, got "${image}"`,
        'use a version tag or a digest, for example "ghcr.io/mlflow/mlflow:v3.17.2-full"',
      );
    }
    const tagged = mlflowVersionOf(image) ?? version;
    if (tagged !== version) {
      throw new PlatformError(
        this,
        `version ${version} is not that of image "${image}"`,
        'leave version out, it is read from the tag',
      );
    }
    const supported = version === undefined ? undefined : isSupportedMlflow(version);
    if (supported === undefined) {
      throw new PlatformError(this, `the MLflow version of image "${image}" is unknown`, 'state it: version: "3.17.2"');
    }
    if (!supported) {
      throw new PlatformError(
        this,
        `MLflow ${version} is older than ${MLFLOW_FLOOR.version}: ${MLFLOW_FLOOR.advisory}`,
        'use a newer image',
      );
    }
    for (const [name, count] of Object.entries({ replicas, workers })) {
      if (!Number.isInteger(count) || count < 1) {
        throw new PlatformError(
          this,
          `${name} must be a whole number of at least 1, got ${count}`,
          'write 1 or a greater one',
        );
      }
    }
    if (database.kind === 'sqlite') {
      if (!/^[\w-][\w.-]*$/.test(database.file)) {
        throw new PlatformError(
          this,
          `the database must be a file on the volume, got "${database.file}"`,
          'write a file name such as "mlflow.db"; a database in memory would be lost with the pod',
        );
      }
      if (replicas > 1) {
        throw new PlatformError(
          this,
          `SQLite allows one replica, got ${replicas}`,
          'use Database.postgres() or replicas: 1',
        );
      }
      checkedQuantity(this, 'database.size', database.size);
    }
  }

  private checkedHosts(props: MlflowServerProps): readonly string[] {
    const routes = props.hosts ?? [];
    const wrong = routes.find(host => !isHostName(host));
    if (wrong !== undefined) {
      throw new PlatformError(this, `"${wrong}" is no host name`, 'write the name alone, without scheme, port or "*"');
    }
    const { namespace } = this.workload;
    const computed = allowedHosts({
      name: this.name,
      namespace,
      domain: ClusterNetwork.of(this).domain,
      port: MlflowServer.PORT,
      routes,
    });
    const { allowedHosts: given } = props;
    if (given === undefined) {
      return computed;
    }
    const open = given.find(entry => !isHostPattern(entry));
    if (open !== undefined) {
      throw new PlatformError(
        this,
        `allowedHosts may not be "${open}": any site could then call the server through a browser`,
        'leave allowedHosts out, it is computed',
      );
    }
    const missed = computed.filter(host => !admitsHost(given, host));
    if (missed.length > 0) {
      throw new PlatformError(
        this,
        `allowedHosts misses ${missed.join(', ')}: the server would answer 403 there`,
        'add them, or leave allowedHosts out',
      );
    }
    return given;
  }

  /** Gives the server's pods what they need to reach store and database; returns the database's URI. */
  private connect(workload: Workload, props: MlflowServerProps): string {
    props.artifacts.grantReadWrite(workload);
    workload.allowTo(props.artifacts.store);
    workload.mountSecret('auth', this.auth, AUTH_DIRECTORY, [{ key: 'basic_auth.ini', path: 'basic_auth.ini' }]);
    workload.addEnvironment(
      { name: 'MLFLOW_AUTH_CONFIG_PATH', value: `${AUTH_DIRECTORY}/basic_auth.ini` },
      // MLflow reads this one from the environment alone.
      {
        name: 'MLFLOW_FLASK_SERVER_SECRET_KEY',
        valueFrom: { secretKeyRef: { name: this.auth.name, key: 'flask-secret-key' } },
      },
      { name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' },
      { name: 'MLFLOW_SERVER_ENABLE_JOB_EXECUTION', value: 'false' },
    );
    if (props.database.kind === 'sqlite') {
      workload.addVolume(
        { name: 'data', persistentVolumeClaim: { claimName: this.name } },
        { mountPath: DATA_DIRECTORY },
      );
      return `sqlite:///${DATA_DIRECTORY}/${props.database.file}`;
    }
    return connectPostgres(workload, props.database);
  }

  private container(props: MlflowServerProps, resources: Required<Resources>): Container {
    const { hosts = [], workers = 2, artifacts, image } = props;
    const health: Probe = {
      httpGet: {
        path: '/health',
        port: MlflowServer.PORT,
        httpHeaders: [{ name: 'Host', value: `localhost:${MlflowServer.PORT}` }],
      },
      timeoutSeconds: 5,
    };
    return this.workload.container({
      name: 'mlflow',
      image,
      command: ['mlflow'],
      args: [
        'server',
        '--host=0.0.0.0',
        `--port=${MlflowServer.PORT}`,
        `--workers=${workers}`,
        '--app-name=basic-auth',
        `--backend-store-uri=${this.databaseUri}`,
        `--artifacts-destination=${artifacts.uri}`,
        `--allowed-hosts=${this.allowedHosts.join(',')}`,
        ...(hosts.length > 0 ? [`--cors-allowed-origins=${hosts.map(host => `https://${host}`).join(',')}`] : []),
      ],
      ports: [{ name: 'http', containerPort: MlflowServer.PORT, protocol: 'TCP' }],
      resources,
      startupProbe: { ...health, periodSeconds: 5, failureThreshold: 60 },
      readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: {
        tcpSocket: { port: MlflowServer.PORT },
        periodSeconds: 20,
        failureThreshold: 3,
        timeoutSeconds: 5,
      },
    });
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
