import { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { PlatformError } from '../core/platform-error';
import { SyncWave } from '../core/sync-wave';
import { KubeObject } from './kube-object';
import type { NetworkPeer, PeerPolicy } from './network-peer';
import { objectName } from './object-name';
import type { Bucket, BucketProps, ObjectStore } from './object-store';
import { connectS3, s3Config, type S3Addressing, type S3Client } from './s3-client';
import type { SecretSource } from './secret-source';
import { checkBucketName } from './store-buckets';

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
  /**
   * A Secret whose key `ca.crt` holds, in PEM, the certificates to trust instead of the public ones.
   *
   * @default - the public ones of the client's image
   */
  readonly certificateAuthority?: SecretSource;
  /**
   * Where clients write the bucket: `virtual` for `https://bucket.s3.example.com/`, `path` for
   * `https://s3.example.com/bucket/`.
   *
   * @default - what the client chooses: with boto3 and MLflow `virtual` for AWS, `path` for any other endpoint
   */
  readonly addressing?: S3Addressing;
}

/** An S3 object store that somebody else runs: a cloud's, or one that the cluster has already. */
export class ExternalObjectStore extends Construct implements ObjectStore {
  public readonly endpoint: string;
  public readonly ports: readonly number[];
  public readonly region: string;
  /** What clients are told in a file; undefined unless `addressing` is set. */
  public readonly clientConfig: KubeObject<ConfigMap> | undefined;
  /** With `addressing`, its clients need the ConfigMap. */
  public readonly sameSync: boolean;
  private readonly client: S3Client;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ExternalObjectStoreProps,
  ) {
    super(scope, id);
    const { certificateAuthority, addressing } = props;
    const url = this.checkedUrl();
    this.endpoint = url.origin;
    this.region = props.region ?? 'us-east-1';
    this.ports =
      props.peer.ports.length > 0 ? props.peer.ports : [Number(url.port || (url.protocol === 'https:' ? 443 : 80))];
    this.sameSync = addressing !== undefined;
    this.clientConfig = addressing && this.defineConfig(addressing);
    this.client = {
      endpoint: this.endpoint,
      region: this.region,
      certificateAuthority,
      addressing,
      configMap: this.clientConfig?.name,
    };
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
  public bucket(name: string, props: BucketProps = {}): Bucket {
    checkBucketName(this, name);
    const { credentials = this.props.credentials } = props;
    const { readCredentials = props.credentials ?? this.props.readCredentials ?? credentials } = props;
    return {
      name,
      store: this,
      uri: `s3://${name}`,
      grantRead: (workload, grant) => connectS3(workload, this.client, readCredentials, grant),
      grantReadWrite: (workload, grant) => connectS3(workload, this.client, credentials, grant),
    };
  }

  private checkedUrl(): URL {
    const { endpoint, certificateAuthority, addressing, region } = this.props;
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
      throw new PlatformError(
        this,
        `endpoint must be the URL of an S3 API, got "${endpoint}"`,
        'write scheme, host and, if needed, port: "https://s3.example.com"',
      );
    }
    if (certificateAuthority && url.protocol === 'http:') {
      throw new PlatformError(
        this,
        `certificateAuthority is of no use at ${url.origin}: nothing is encrypted there`,
        'write "https://" in front of the endpoint, or leave certificateAuthority out',
      );
    }
    if (addressing === 'virtual' && /^[\d.]+$|^\[/.test(url.hostname)) {
      throw new PlatformError(
        this,
        `the address ${url.hostname} cannot have the name of a bucket in front of it`,
        'use a host name as endpoint, or addressing: "path"',
      );
    }
    if (region !== undefined && !/^[a-z0-9-]+$/i.test(region)) {
      throw new PlatformError(this, `"${region}" is no region`, 'write its name, for example "eu-central-1"');
    }
    return url;
  }

  private defineConfig(addressing: S3Addressing): KubeObject<ConfigMap> {
    return new KubeObject<ConfigMap>(this, 'client-config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${objectName(this, 60)}-s3`, annotations: SyncWave.GUARDS },
      data: { config: s3Config(addressing) },
    });
  }
}
