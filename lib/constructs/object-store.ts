import type { NetworkPeer } from './network-peer';
import type { Workload } from './workload';

/**
 * An S3 object store, whoever runs it. As a network peer it is what a workload calls: `workload.allowTo(store)`.
 */
export interface ObjectStore extends NetworkPeer {
  /** URL of the S3 API. */
  readonly endpoint: string;
  /** A bucket of the store. */
  bucket(name: string): Bucket;
}

/** A bucket and the credentials for it. Granting gives credentials; `allowTo(bucket.store)` opens the network. */
export interface Bucket {
  readonly name: string;
  readonly store: ObjectStore;
  /** Its address for S3 clients: `s3://<name>`. */
  readonly uri: string;
  /** Mounts credentials that may list and read. */
  grantRead(workload: Workload): void;
  /** Mounts credentials that may list, read, write and delete. */
  grantReadWrite(workload: Workload): void;
}
