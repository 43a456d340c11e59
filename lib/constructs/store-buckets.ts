import type { Construct } from 'constructs';
import { BUCKET_NAME_RULE, isBucketName } from '../core/bucket-name';
import { withAccess, type BucketAccess, type BucketUser } from '../core/bucket-users';
import { isObjectName } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { STORE_USER_KEYS } from '../core/store-keys';
import { namespaceOf } from './object-name';
import type { Bucket, BucketProps, ObjectStore } from './object-store';
import { connectS3, type S3Grant } from './s3-client';
import { SecretSource } from './secret-source';
import type { Workload } from './workload';

export interface StoreBucketsProps {
  /** Name of the store, with which the Secrets of its buckets begin unless others are named. */
  readonly name: string;
  /** Secret of the administrator, which no workload may have. */
  readonly root: SecretSource;
  /** Names that the program uses for something else. */
  readonly reserved: readonly string[];
  /** Called for each user when it is first granted something. */
  readonly addUser: (secret: SecretSource, volume: string) => void;
}

/**
 * The buckets of a store that we run, and its users: one for each Secret, and only those that somebody was granted.
 */
export class StoreBuckets {
  private readonly declared = new Map<string, BucketProps>();
  private granted: readonly BucketUser[] = [];

  constructor(
    private readonly store: ObjectStore & Construct,
    private readonly props: StoreBucketsProps,
  ) {}

  /** Names of the buckets. */
  public get names(): string[] {
    return [...this.declared.keys()];
  }

  /** Users and what each may do. */
  public get users(): readonly BucketUser[] {
    return this.granted;
  }

  /**
   * A bucket of the store; the same one if it is asked for again.
   *
   * @throws PlatformError on a name that no bucket can have, and if it was declared with other Secrets
   */
  public bucket(name: string, props: BucketProps = {}): Bucket {
    checkBucketName(this.store, name);
    if (this.props.reserved.includes(name)) {
      throw new PlatformError(this.store, `the store keeps the name "${name}" for itself`, 'choose another one');
    }
    this.declare(name, props);
    return {
      name,
      store: this.store,
      uri: `s3://${name}`,
      grantRead: (workload, grant) => this.grant(workload, name, 'read', grant),
      grantReadWrite: (workload, grant) => this.grant(workload, name, 'readWrite', grant),
    };
  }

  private declare(bucket: string, props: BucketProps): void {
    const known = this.declared.get(bucket) ?? {};
    for (const prop of ['credentials', 'readCredentials'] as const) {
      const secret = props[prop]?.name;
      if (secret === this.props.root.name) {
        throw new PlatformError(
          this.store,
          `${prop} of bucket "${bucket}" may not be "${secret}", the Secret of the store's administrator`,
          'make a Secret for each user of a bucket',
        );
      }
      if (secret !== undefined && secret !== (known[prop]?.name ?? secret)) {
        throw new PlatformError(
          this.store,
          `${prop} of bucket "${bucket}" are "${known[prop]?.name}" and cannot be "${secret}" too`,
          'name them once',
        );
      }
    }
    this.declared.set(bucket, {
      credentials: props.credentials ?? known.credentials,
      readCredentials: props.readCredentials ?? known.readCredentials,
    });
  }

  private grant(workload: Workload, bucket: string, access: BucketAccess, grant?: S3Grant): void {
    const namespace = namespaceOf(this.store);
    if (workload.namespace !== namespace) {
      throw new PlatformError(
        workload,
        `the credentials of ${this.store.node.path} are in namespace "${namespace}", where pods of "${workload.namespace}" cannot mount them`,
        'put the workload into the namespace of its store, or call the store by an ExternalObjectStore with credentials of its own',
      );
    }
    const prop = access === 'read' ? 'readCredentials' : 'credentials';
    const secret = this.declared.get(bucket)![prop] ?? this.ownSecret(bucket, prop);
    this.declare(bucket, { [prop]: secret });
    const users = withAccess(this.granted, secret.name, bucket, access);
    if (users === undefined) {
      throw new PlatformError(
        this.store,
        `the keys in "${secret.name}" cannot be for reading only and for writing bucket "${bucket}"`,
        'name two Secrets: credentials and readCredentials',
      );
    }
    connectS3(
      workload,
      { endpoint: this.store.endpoint, region: this.store.region, userKeys: STORE_USER_KEYS },
      secret,
      grant,
    );
    if (users.length > this.granted.length) {
      this.props.addUser(secret, `user-${this.granted.length}`);
    }
    this.granted = users;
  }

  private ownSecret(bucket: string, prop: keyof BucketProps): SecretSource {
    const name = `${this.props.name}-${bucket}${prop === 'credentials' ? '' : '-read'}`;
    if (!isObjectName(name)) {
      throw new PlatformError(
        this.store,
        `no Secret can have the name "${name}"`,
        `name one of your own: bucket("${bucket}", { ${prop}: … })`,
      );
    }
    return SecretSource.existing(name);
  }
}

/** @throws PlatformError if no bucket can have that name */
export function checkBucketName(where: Construct, name: string): void {
  if (!isBucketName(name)) {
    throw new PlatformError(where, `"${name}" cannot name a bucket`, `use ${BUCKET_NAME_RULE}`);
  }
}
