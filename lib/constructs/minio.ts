import type { Construct } from 'constructs';
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { ConfigMap, Container, Probe, Service } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { minioPolicy } from '../core/minio-policy';
import type { BucketAccess } from '../core/bucket-users';
import { PlatformError } from '../core/platform-error';
import { checkedResources } from '../core/resources';
import { checkStoreImage } from '../core/store-image';
import { MINIO_SCRIPT, STORE_FILES } from '../core/store-scripts';
import { SyncWave } from '../core/sync-wave';
import { BucketJob } from './bucket-job';
import { KubeObject } from './kube-object';
import type { Metrics } from './metrics';
import { serviceName } from './object-name';
import type { Bucket, BucketProps, ObjectStore } from './object-store';
import { SecretSource } from './secret-source';
import { StoreBuckets } from './store-buckets';
import type { StoreProps } from './store-props';
import { mountRoot, mountUser } from './store-secrets';
import { DATA, serversOf, StoreServers } from './store-servers';
import type { Workload } from './workload';
import { WorkloadPeer } from './workload-peer';

export interface MinioProps extends StoreProps {
  /** Image of the server, pinned: MinIO's own is abandoned, so there is no default (docs/minio.md). */
  readonly image: string;
  /** Image with its client `mc` and a shell, pinned; it makes buckets and users. */
  readonly clientImage: string;
  /**
   * Number of servers: 1, or 4 to 16 that keep each object so that half of them may be lost for reading. It can never
   * be changed.
   *
   * @default 1
   */
  readonly servers?: number;
  /**
   * Region that requests are signed for.
   *
   * @default us-east-1
   */
  readonly region?: string;
}

const RESOURCES = {
  requests: { cpu: '250m', memory: '2Gi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '2', memory: '2Gi', 'ephemeral-storage': '1Gi' },
};
const FEWEST = 4;
/** Size of MinIO's largest erasure set; several sets would ask for several volumes on each server. */
const MOST = 16;

/**
 * MinIO, or a continuation of it, with its buckets and a user for each purpose that may enter its own buckets only.
 *
 * @see https://docs.min.io/community/minio-object-store/
 */
export class Minio extends WorkloadPeer implements ObjectStore {
  /** Port of the S3 API; servers call each other there too. */
  public static readonly PORT = 9000;

  /** Name of the StatefulSet, the Service and the other objects. */
  public readonly name: string;
  public readonly endpoint: string;
  public readonly region: string;
  public readonly ports: readonly number[] = [Minio.PORT];
  public readonly workload: Workload;
  public readonly statefulSet: KubeObject<StatefulSet>;
  public readonly service: KubeObject<Service>;
  /** Gives each server a name of its own. */
  public readonly headlessService: KubeObject<Service>;
  /** Undefined with one server. */
  public readonly disruptionBudget: KubeObject<PodDisruptionBudget> | undefined;
  /** Makes the buckets, users and policies. */
  public readonly bucketJob: BucketJob;
  public readonly sameSync = true;
  /** Undefined unless asked for. */
  public readonly metrics: Metrics | undefined;
  private readonly root: SecretSource;
  private readonly buckets: StoreBuckets;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MinioProps,
  ) {
    super(scope, id);
    this.name = serviceName(this, 52);
    this.check();
    this.root = props.root ?? SecretSource.existing(`${this.name}-root`);
    this.region = props.region ?? 'us-east-1';
    this.metrics = props.metrics ? { path: '/minio/v2/metrics/cluster', port: Minio.PORT, shared: true } : undefined;

    const { size, storageClass, placement, servers: count = 1 } = props;
    const servers = new StoreServers(this, 'servers', {
      name: this.name,
      program: 'minio',
      port: Minio.PORT,
      servers: count,
      size,
      storageClass,
      placement,
    });
    this.workload = servers.workload;
    this.service = servers.service;
    this.headlessService = servers.headlessService;
    this.endpoint = `http://${this.name}.${this.workload.namespace}.svc:${Minio.PORT}`;
    if (count > 1) {
      this.workload.allowFrom(this.workload);
    }
    mountRoot(this.workload, this.root);
    this.setEnvironment();
    this.statefulSet = servers.statefulSet({ containers: [this.container(servers, count)] });
    this.disruptionBudget = servers.disruptionBudget();
    this.buckets = new StoreBuckets(this, {
      name: this.name,
      root: this.root,
      reserved: ['minio'],
      addUser: (secret, volume) => mountUser(this.bucketJob.workload, secret, volume),
    });
    this.bucketJob = this.defineJob();
  }

  /**
   * A bucket, which the store is made to have; the same one if it is asked for again.
   *
   * @throws PlatformError if no bucket can have that name, or if its Secrets contradict others
   */
  public bucket(name: string, props?: BucketProps): Bucket {
    return this.buckets.bucket(name, props);
  }

  /**
   * A user of a bucket for pods that something else defines: those of another release, or of a notebook.
   *
   * @returns the Secret that must hold the user's keys
   * @throws PlatformError if no bucket can have that name, or its Secrets contradict others
   */
  public addUser(bucket: string, access: BucketAccess): SecretSource {
    this.buckets.bucket(bucket);
    return this.buckets.addUser(bucket, access);
  }

  private check(): void {
    const { image, clientImage, servers = 1 } = this.props;
    checkStoreImage(this, 'image', image, 'registry.example.com/silo:2026.9.1');
    checkStoreImage(this, 'clientImage', clientImage, 'registry.example.com/mc:2026.9.1');
    if (servers !== 1 && (!Number.isInteger(servers) || servers < FEWEST || servers > MOST)) {
      throw new PlatformError(
        this,
        `servers must be 1, or a whole number from ${FEWEST} to ${MOST}, got ${servers}`,
        `fewer than ${FEWEST} could not lose one and still be written to`,
      );
    }
  }

  private setEnvironment(): void {
    this.workload.addEnvironment(
      { name: 'MINIO_ROOT_USER_FILE', value: `${STORE_FILES.root}/user` },
      { name: 'MINIO_ROOT_PASSWORD_FILE', value: `${STORE_FILES.root}/password` },
      { name: 'MINIO_BROWSER', value: 'off' },
      { name: 'MINIO_UPDATE', value: 'off' },
      { name: 'MINIO_REGION', value: this.region },
      ...(this.props.metrics ? [{ name: 'MINIO_PROMETHEUS_AUTH_TYPE', value: 'public' }] : []),
    );
  }

  private container(servers: StoreServers, count: number): Container {
    const { image, resources = {} } = this.props;
    const { namespace } = this.workload;
    const get = (check: string): Probe => ({
      httpGet: { path: `/minio/health/${check}`, port: Minio.PORT },
      timeoutSeconds: 5,
    });
    return servers.container({
      name: 'minio',
      image,
      args: [
        'server',
        `--address=:${Minio.PORT}`,
        count === 1
          ? DATA
          : `http://${this.name}-{0...${count - 1}}.${serversOf(this.name)}.${namespace}.svc:${Minio.PORT}${DATA}`,
      ],
      ports: [{ name: 's3', containerPort: Minio.PORT, protocol: 'TCP' }],
      resources: checkedResources(this, resources, RESOURCES),
      // Only this check tells whether enough servers have found each other to take an object.
      startupProbe: { ...get('cluster'), periodSeconds: 5, failureThreshold: 120 },
      readinessProbe: { ...get('ready'), periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...get('live'), periodSeconds: 20, failureThreshold: 3 },
    });
  }

  private defineJob(): BucketJob {
    const { buckets } = this;
    const job = new BucketJob(this, 'buckets', {
      name: `${this.name}-buckets`,
      store: this,
      image: this.props.clientImage,
      script: MINIO_SCRIPT,
      args: () => [...buckets.names, '--', ...buckets.users.map(user => user.name)],
      root: this.root,
    });
    const { workload } = job;
    workload.addVolume(
      { name: 'policies', configMap: { name: workload.name } },
      { mountPath: STORE_FILES.policies, readOnly: true },
    );
    new KubeObject<ConfigMap>(job, 'policies', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: workload.name, labels: workload.labels, annotations: SyncWave.STORES },
      get data() {
        return Object.fromEntries(buckets.users.map(user => [`${user.name}.json`, minioPolicy(user)]));
      },
    });
    return job;
  }
}
