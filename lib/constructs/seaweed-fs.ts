import type { Construct } from 'constructs';
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { Container, Probe, Service } from 'kubernetes-types/core/v1';
import type { BucketAccess } from '../core/bucket-users';
import { checkedQuantity, checkedResources } from '../core/resources';
import { seaweedFsActions } from '../core/seaweed-fs-actions';
import { checkStoreImage } from '../core/store-image';
import { S3_SCRIPT, SEAWEED_FS_SCRIPT, STORE_FILES } from '../core/store-scripts';
import { BucketJob } from './bucket-job';
import type { KubeObject } from './kube-object';
import type { Metrics } from './metrics';
import { serviceName } from './object-name';
import type { Bucket, BucketProps, ObjectStore } from './object-store';
import { SecretSource } from './secret-source';
import { StoreBuckets } from './store-buckets';
import type { StoreProps } from './store-props';
import { mountRoot, mountUser } from './store-secrets';
import { DATA, StoreServers } from './store-servers';
import type { Workload } from './workload';
import { WorkloadPeer } from './workload-peer';

export interface SeaweedFsProps extends StoreProps {
  /** Image of SeaweedFS 4 with a shell and curl, as its own image has them; pinned. */
  readonly image: string;
}

const RESOURCES = {
  requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi' },
};
const SETUP_RESOURCES = {
  requests: { cpu: '50m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
  limits: { cpu: '500m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
};
/** Opened by `workload.allowFrom(prometheus, [9327])`. */
const METRICS_PORT = 9327;
const VOLUME_BYTES = 2 ** 30;
/** Each bucket begins with seven volumes, whatever it holds. */
const SPARE_VOLUMES = 200;

/**
 * SeaweedFS on one node, as an S3 store with its buckets and a user for each purpose that may enter its own buckets
 * only. Of its parts (master, volumes, filer, S3 gateway) only the gateway asks who is calling, so only that listens
 * outside of the pod; its second port, 18333, is open to nobody.
 *
 * @see https://github.com/seaweedfs/seaweedfs/wiki
 */
export class SeaweedFs extends WorkloadPeer implements ObjectStore {
  /** Port of the S3 API. */
  public static readonly PORT = 8333;

  /** Name of the StatefulSet, the Service and the other objects. */
  public readonly name: string;
  public readonly endpoint: string;
  /** It takes any region. */
  public readonly region = 'us-east-1';
  public readonly ports: readonly number[] = [SeaweedFs.PORT];
  public readonly workload: Workload;
  public readonly statefulSet: KubeObject<StatefulSet>;
  public readonly service: KubeObject<Service>;
  /** Gives the server a name of its own. */
  public readonly headlessService: KubeObject<Service>;
  /** Makes the buckets. */
  public readonly bucketJob: BucketJob;
  public readonly sameSync = true;
  /** Undefined unless asked for. */
  public readonly metrics: Metrics | undefined;
  private readonly root: SecretSource;
  private readonly buckets: StoreBuckets;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SeaweedFsProps,
  ) {
    super(scope, id);
    const { image, size, storageClass, placement } = props;
    this.name = serviceName(this, 52);
    checkStoreImage(this, 'image', image, 'docker.io/chrislusf/seaweedfs:4.44');
    this.root = props.root ?? SecretSource.existing(`${this.name}-root`);
    this.metrics = props.metrics ? { path: '/metrics', port: METRICS_PORT } : undefined;

    const servers = new StoreServers(this, 'servers', {
      name: this.name,
      program: 'seaweedfs',
      port: SeaweedFs.PORT,
      otherPorts: props.metrics ? { metrics: METRICS_PORT } : {},
      servers: 1,
      size,
      storageClass,
      placement,
    });
    this.workload = servers.workload;
    this.service = servers.service;
    this.headlessService = servers.headlessService;
    this.endpoint = `http://${this.name}.${this.workload.namespace}.svc:${SeaweedFs.PORT}`;
    mountRoot(this.workload, this.root);
    // In memory: the file holds the keys of all users.
    this.workload.addVolume(
      { name: 'identities', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      { mountPath: STORE_FILES.identities.replace(/\/[^/]*$/, '') },
    );
    this.buckets = new StoreBuckets(this, {
      name: this.name,
      root: this.root,
      reserved: ['status', 'healthz'],
      // One Secret that nobody has made yet must not keep all others from their buckets.
      addUser: (secret, volume) => mountUser(this.workload, secret, volume, true),
    });
    this.statefulSet = servers.statefulSet({
      initContainers: [this.identities()],
      containers: [this.container(servers)],
    });
    this.bucketJob = new BucketJob(this, 'buckets', {
      name: `${this.name}-buckets`,
      store: this,
      image,
      script: S3_SCRIPT,
      args: () => this.buckets.names,
      root: this.root,
    });
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

  /** Writes down who may do what, before the server starts: a new right is a new pod template, so it takes effect. */
  private identities(): Container {
    const { buckets } = this;
    const container = this.workload.container({
      name: 'identities',
      image: this.props.image,
      command: ['sh', '-c', SEAWEED_FS_SCRIPT, 'identities'],
      resources: SETUP_RESOURCES,
    });
    return {
      ...container,
      get args() {
        return buckets.users.flatMap(user => [user.name, JSON.stringify(seaweedFsActions(user))]);
      },
    };
  }

  private container(servers: StoreServers): Container {
    const { image, size, metrics, resources = {} } = this.props;
    const health: Probe = { httpGet: { path: '/healthz', port: SeaweedFs.PORT }, timeoutSeconds: 5 };
    return servers.container({
      name: 'seaweedfs',
      image,
      command: ['weed'],
      workingDir: DATA,
      args: [
        '-logtostderr=true',
        'server',
        `-dir=${DATA}`,
        // The address under which the parts know each other outlives the pod and is nobody else's.
        '-ip=127.0.0.1',
        '-ip.bind=127.0.0.1',
        '-master.telemetry=false',
        '-master.volumeSizeLimitMB=1024',
        // There is no other server that could take over in the meantime.
        '-volume.preStopSeconds=0',
        `-volume.max=${Math.ceil(checkedQuantity(this, 'size', size) / VOLUME_BYTES) + SPARE_VOLUMES}`,
        '-s3',
        '-s3.ip.bind=0.0.0.0',
        `-s3.port=${SeaweedFs.PORT}`,
        `-s3.config=${STORE_FILES.identities}`,
        '-s3.iam=false',
        '-s3.port.iceberg=0',
        '-s3.port.lance=0',
        '-s3.autoCreateBucket=false',
        '-s3.allowDeleteBucketNotEmpty=false',
        ...(metrics ? [`-metricsPort=${METRICS_PORT}`, '-metricsIp=0.0.0.0'] : []),
      ],
      ports: [
        { name: 's3', containerPort: SeaweedFs.PORT, protocol: 'TCP' },
        ...(metrics ? [{ name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' }] : []),
      ],
      resources: checkedResources(this, resources, RESOURCES),
      startupProbe: { ...health, periodSeconds: 5, failureThreshold: 60 },
      readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: {
        tcpSocket: { port: SeaweedFs.PORT },
        periodSeconds: 20,
        failureThreshold: 3,
        timeoutSeconds: 5,
      },
    });
  }
}
