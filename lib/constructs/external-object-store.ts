import { Construct } from 'constructs';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { PlatformError } from '../core/platform-error';
import type { NetworkPeer, PeerPolicy } from './network-peer';
import type { Bucket, ObjectStore } from './object-store';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

export interface ExternalObjectStoreProps {
  /** URL of the S3 API, for example `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  /**
   * Where on the network it is: `Peer.hosts()`, or `Peer.pods()` if it runs in the same cluster. Its ports are those
   * on which it really listens; without any, the port of the endpoint.
   */
  readonly peer: NetworkPeer;
  /**
   * Credentials that may write: a Secret whose key `credentials` holds a file in the form of `~/.aws/credentials`.
   *
   * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
   */
  readonly credentials: SecretSource;
  /**
   * Credentials that may only read, in the same form.
   *
   * @default - those that may write
   */
  readonly readCredentials?: SecretSource;
  /**
   * Region that requests are signed for.
   *
   * @default us-east-1
   */
  readonly region?: string;
}

const DIRECTORY = '/etc/s3';

/** An S3 object store that somebody else runs: a cloud's, or one that the cluster has already. */
export class ExternalObjectStore extends Construct implements ObjectStore {
  public readonly endpoint: string;
  public readonly ports: readonly number[];
  public readonly region: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ExternalObjectStoreProps,
  ) {
    super(scope, id);
    const url = URL.canParse(props.endpoint) ? new URL(props.endpoint) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
      throw new PlatformError(
        this,
        `endpoint must be the URL of an S3 API, got "${props.endpoint}"`,
        'write scheme, host and, if needed, port: "https://s3.example.com"',
      );
    }
    this.endpoint = url.origin;
    this.region = props.region ?? 'us-east-1';
    this.ports =
      props.peer.ports.length > 0 ? props.peer.ports : [Number(url.port || (url.protocol === 'https:' ? 443 : 80))];
  }

  public get policy(): PeerPolicy | undefined {
    return this.props.peer.policy;
  }

  public networkPeers(scope: Construct): NetworkPolicyPeer[] {
    return this.props.peer.networkPeers(scope);
  }

  /**
   * A bucket that exists in the store.
   *
   * @throws PlatformError if no bucket can have that name
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   */
  public bucket(name: string): Bucket {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) {
      throw new PlatformError(
        this,
        `"${name}" cannot name a bucket`,
        'use 3 to 63 lower-case letters, digits, "-" and "."',
      );
    }
    const { credentials, readCredentials = credentials } = this.props;
    return {
      name,
      store: this,
      uri: `s3://${name}`,
      grantRead: workload => this.connect(workload, readCredentials),
      grantReadWrite: workload => this.connect(workload, credentials),
    };
  }

  private connect(workload: Workload, credentials: SecretSource): void {
    workload.mountSecret('s3', credentials, DIRECTORY, [{ key: 'credentials', path: 'credentials' }]);
    workload.addEnvironment(
      { name: 'AWS_SHARED_CREDENTIALS_FILE', value: `${DIRECTORY}/credentials` },
      { name: 'AWS_DEFAULT_REGION', value: this.region },
      { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' },
      { name: 'AWS_ENDPOINT_URL_S3', value: this.endpoint },
      { name: 'MLFLOW_S3_ENDPOINT_URL', value: this.endpoint },
    );
  }
}
