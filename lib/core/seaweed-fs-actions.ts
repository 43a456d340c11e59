import type { BucketUser } from './bucket-users';

/**
 * What a user of SeaweedFS may do, as its configuration says it: only in its own buckets, and never to a bucket itself.
 *
 * @see https://github.com/seaweedfs/seaweedfs/wiki/Amazon-S3-API#static-configuration
 */
export function seaweedFsActions(user: BucketUser): string[] {
  return Object.entries(user.access).flatMap(([bucket, access]) =>
    (access === 'read' ? ['Read', 'List'] : ['Read', 'List', 'Write']).map(action => `${action}:${bucket}`),
  );
}
