import type { NetworkPeer } from './network-peer';
import type { S3Grant } from './s3-client';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

/**
 * An S3 object store, whoever runs it. As a network peer it is what a workload calls: `workload.allowTo(store)`.
 */
export interface ObjectStore extends NetworkPeer {
  /** URL of the S3 API. */
  readonly endpoint: string;
  /** Region that requests are signed for. */
  readonly region: string;
  /** Whether the sync that makes its clients makes the store, or something that its clients need: then not before it. */
  readonly sameSync?: boolean;
  /** A bucket of the store. */
  bucket(name: string, props?: BucketProps): Bucket;
}

/** Credentials for one bucket. A workload can have one Secret of a store: buckets that it uses together share it. */
export interface BucketProps {
  /**
   * Credentials that may write: a Secret whose key `credentials` holds a file in the form of `~/.aws/credentials`.
   *
   * @default - those of the store; where we run it, the existing Secret `<store>-<bucket>`
   * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
   */
  readonly credentials?: SecretSource;
  /**
   * Credentials that may only read, in the same form.
   *
   * @default - those of the store; where we run it, the existing Secret `<store>-<bucket>-read`
   */
  readonly readCredentials?: SecretSource;
}

/** A bucket and the credentials for it. Granting gives credentials; `allowTo(bucket.store)` opens the network. */
export interface Bucket {
  readonly name: string;
  readonly store: ObjectStore;
  /** Its address for S3 clients: `s3://<name>`. */
  readonly uri: string;
  /** Mounts credentials that may list and read. */
  grantRead(workload: Workload, grant?: S3Grant): void;
  /** Mounts credentials that may list, read, write and delete. */
  grantReadWrite(workload: Workload, grant?: S3Grant): void;
}
