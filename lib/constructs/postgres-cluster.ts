import { Construct } from 'constructs';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { checkPinnedImage } from '../core/container-image';
import { checkCounts } from '../core/counts';
import { isCron } from '../core/cron';
import { PlatformError } from '../core/platform-error';
import { postgresMajor } from '../core/postgres-version';
import { checkedResources, checkedSize, type Resources } from '../core/resources';
import { CONFIRM_REMOVAL, SyncWave } from '../core/sync-wave';
import type { Postgres, PostgresPool, PostgresTls } from './database';
import { pullSecrets } from './image-pull-secrets';
import { KubeObject, type Manifest } from './kube-object';
import { Peer, podsOf, type NetworkPeer } from './network-peer';
import { namespaceOf, serviceName } from './object-name';
import { SecretSource } from './secret-source';
import { WorkloadPolicy } from './workload-policy';

export interface PostgresClusterProps {
  /** Image of PostgreSQL that CloudNativePG can run, pinned: `ghcr.io/cloudnative-pg/postgresql:17.6`. */
  readonly image: string;
  /**
   * The API server, which every instance asks for its own Cluster: `Peer.nodes({ ports: [6443] })`, or
   * `Peer.hosts()` with its addresses and port where somebody else runs it.
   */
  readonly apiServer: NetworkPeer;
  /**
   * Number of instances: one writes, the others follow and take over.
   *
   * @default 2
   */
  readonly instances?: number;
  /**
   * Size of the volume of each instance.
   *
   * @default 10Gi
   */
  readonly size?: string;
  /**
   * Storage class of the volumes.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * What each instance may use.
   *
   * @default - requests 250m CPU, 512Mi memory; limits 1 CPU, 512Mi memory
   */
  readonly resources?: Resources;
  /**
   * Connections that each worker process of a server keeps.
   *
   * @default - SQLAlchemy's own: 5, and 10 more at need
   */
  readonly pool?: PostgresPool;
  /**
   * The pods of CloudNativePG's operator.
   *
   * @default - the namespace `cnpg-system`
   */
  readonly operator?: NetworkPeer;
  /**
   * Continuous backup by the Barman Cloud plugin, besides what MlflowBackup saves.
   *
   * @default - none
   */
  readonly backup?: PostgresClusterBackup;
}

/** @see https://cloudnative-pg.io/plugin-barman-cloud/ */
export interface PostgresClusterBackup {
  /** Name of the plugin's ObjectStore in the same namespace. */
  readonly objectStore: string;
  /** Where on the network the store is. */
  readonly peer: NetworkPeer;
  /**
   * When a base backup is taken, with seconds in front: CloudNativePG's cron has six fields.
   *
   * @default '0 0 1 * * *', every night at one
   */
  readonly schedule?: string;
}

/** A Cluster or a ScheduledBackup, by the part that we set. */
interface CnpgObject extends Manifest {
  readonly spec: Readonly<Record<string, unknown>>;
}

const PORT = 5432;
/** Where instances tell each other and the operator how they are. */
const STATUS_PORT = 8000;
const PLUGIN = 'barman-cloud.cloudnative-pg.io';
const RESOURCES = {
  requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '256Mi' },
  limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '1Gi' },
};

/**
 * A PostgreSQL of the team's own, which CloudNativePG runs: give it to a server as its database.
 *
 * The operator makes the password, the certificates and the Services; its pods meet Pod Security "restricted". Its
 * metrics are not collected, and no pod may connect but those whose database it is.
 *
 * @see https://cloudnative-pg.io/documentation/current/
 */
export class PostgresCluster extends Construct implements Postgres, NetworkPeer {
  public readonly kind = 'postgres';
  public readonly form = 'fields';
  public readonly sameSync = true;
  public readonly major: number | undefined;
  /** PostgreSQL takes 100; the rest is for the operator, backups and people. */
  public readonly connections = 90;
  public readonly name: string;
  /** The Secret with the application's login, which the operator makes. */
  public readonly connection: SecretSource;
  public readonly tls: PostgresTls;
  public readonly pool: PostgresPool | undefined;
  public readonly ports: readonly number[] = [PORT];
  public readonly policy: WorkloadPolicy;
  public readonly cluster: KubeObject<CnpgObject>;
  /** When base backups are taken; undefined without them. */
  public readonly scheduledBackup: KubeObject<CnpgObject> | undefined;
  private readonly namespace: string;

  constructor(scope: Construct, id: string, props: PostgresClusterProps) {
    super(scope, id);
    // The operator adds to the name and refuses a longer one.
    this.name = serviceName(this, 50);
    this.namespace = namespaceOf(this);
    this.check(props);
    const { instances = 2, size = '10Gi', backup } = props;
    this.connection = SecretSource.existing(`${this.name}-app`);
    this.tls = { mode: 'verify-full', ca: SecretSource.existing(`${this.name}-ca`) };
    this.pool = props.pool;
    this.major = postgresMajor(props.image);

    const labels = { 'app.kubernetes.io/name': 'postgresql', 'app.kubernetes.io/instance': this.name };
    const metadata = { name: this.name, labels, annotations: SyncWave.STORES };
    this.policy = new WorkloadPolicy(this, 'policy', {
      name: this.name,
      namespace: this.namespace,
      labels,
      selector: this.selector,
    });
    this.openPaths(props);
    this.cluster = new KubeObject<CnpgObject>(this, 'cluster', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      // With a Cluster go the volumes of its instances.
      metadata: { ...metadata, annotations: { ...SyncWave.STORES, ...CONFIRM_REMOVAL } },
      spec: {
        imageName: props.image,
        imagePullSecrets: pullSecrets(this),
        instances,
        storage: { size, storageClass: props.storageClass },
        resources: checkedResources(this, props.resources ?? {}, RESOURCES),
        bootstrap: { initdb: { database: 'mlflow', owner: 'mlflow', dataChecksums: true } },
        enableSuperuserAccess: false,
        // With one instance it would keep every node from being drained.
        enablePDB: instances > 1,
        seccompProfile: { type: 'RuntimeDefault' },
        monitoring: { enablePodMonitor: false },
        inheritedMetadata: { labels },
        plugins: backup && [
          { name: PLUGIN, isWALArchiver: true, parameters: { barmanObjectName: backup.objectStore } },
        ],
      },
    });
    this.scheduledBackup = backup && this.defineBackup(backup, metadata);
  }

  /** Where the other end of a path finds the database. */
  public get peer(): NetworkPeer {
    return this;
  }

  public networkPeers(): NetworkPolicyPeer[] {
    return [podsOf(this.namespace, this.selector)];
  }

  /** The label that the operator gives all pods of one Cluster, those of its Jobs too. */
  private get selector(): Record<string, string> {
    return { 'cnpg.io/cluster': this.name };
  }

  private openPaths({ apiServer, operator, backup }: PostgresClusterProps): void {
    const itself: NetworkPeer = { ports: [PORT, STATUS_PORT], networkPeers: () => this.networkPeers() };
    this.policy.openIngress(itself, itself.ports);
    this.policy.openEgress(itself, itself.ports);
    this.policy.openIngress(operator ?? Peer.pods({ namespace: 'cnpg-system' }), itself.ports);
    this.policy.openEgress(apiServer, apiServer.ports);
    if (backup) {
      this.policy.openEgress(backup.peer, backup.peer.ports);
    }
  }

  private defineBackup(backup: PostgresClusterBackup, metadata: Manifest['metadata'] & object): KubeObject<CnpgObject> {
    return new KubeObject<CnpgObject>(this, 'backup', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'ScheduledBackup',
      metadata: { ...metadata, annotations: SyncWave.SERVICES },
      spec: {
        schedule: backup.schedule ?? '0 0 1 * * *',
        backupOwnerReference: 'self',
        cluster: { name: this.name },
        method: 'plugin',
        pluginConfiguration: { name: PLUGIN },
      },
    });
  }

  private check({ image, instances = 2, size = '10Gi', backup }: PostgresClusterProps): void {
    checkPinnedImage(this, image, 'ghcr.io/cloudnative-pg/postgresql:17.6');
    checkCounts(this, { instances });
    checkedSize(this, 'size', size);
    if (backup?.schedule !== undefined && !isCron(backup.schedule, true)) {
      throw new PlatformError(
        this,
        `backup.schedule must be six fields of cron, seconds first, got "${backup.schedule}"`,
        "write '0 0 1 * * *' for every night at one",
      );
    }
  }
}
