/** What may be done in a bucket: list and read, or also write and delete. */
export type BucketAccess = 'read' | 'readWrite';

/** A user of a store that we run, and the only buckets that it may enter. */
export interface BucketUser {
  /** The name of the Secret that holds its keys; it names the user's policy too. */
  readonly name: string;
  readonly access: Readonly<Record<string, BucketAccess>>;
}

/**
 * The users with one more right.
 *
 * @returns undefined if the user has the other right to that bucket already
 */
export function withAccess(
  users: readonly BucketUser[],
  name: string,
  bucket: string,
  access: BucketAccess,
): readonly BucketUser[] | undefined {
  const user = users.find(known => known.name === name) ?? { name, access: {} };
  if (Object.hasOwn(user.access, bucket) && user.access[bucket] !== access) {
    return undefined;
  }
  const granted = { name, access: { ...user.access, [bucket]: access } };
  return users.includes(user) ? users.map(known => (known === user ? granted : known)) : [...users, granted];
}
