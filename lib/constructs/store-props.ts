import type { Resources } from '../core/resources';
import type { Placement } from './placement';
import type { SecretSource } from './secret-source';

/** What a store that we run is told, whatever program it is. */
export interface StoreProps {
  /** Size of the volume of each server. */
  readonly size: string;
  /**
   * Secret of the administrator, whom no workload is given. Its keys: `user` and `password`, of 12 or more characters.
   *
   * @default - the existing Secret `<name>-root`
   */
  readonly root?: SecretSource;
  /**
   * Storage class of the volumes.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Tells Prometheus how the store is, without a token.
   *
   * @default false
   */
  readonly metrics?: boolean;
  /**
   * Where the servers may run.
   *
   * @default - anywhere, spread over nodes and zones if there are several
   */
  readonly placement?: Placement;
  /**
   * What each server may use.
   *
   * @default - requests 250m CPU, memory, 64Mi disk; limits 2 CPU, memory, 1Gi disk; memory is 2Gi for Minio, 1Gi for SeaweedFs
   */
  readonly resources?: Resources;
}
