import type { IConstruct } from 'constructs';
import { PlatformError } from '../core/platform-error';
import type { Postgres } from './database';
import { namespaceOf } from './object-name';
import type { Bucket } from './object-store';

const METADATA = 'cdk8s-mlops/sole-use';

/**
 * Takes a database for one user alone.
 *
 * @throws PlatformError if another construct of the tree has it
 */
export function takeDatabase(where: IConstruct, { connection }: Postgres, advice: string): void {
  take(where, `the database of Secret "${connection.name}"`, namespaceOf(where), advice);
}

/**
 * Takes a bucket for one server alone.
 *
 * @throws PlatformError if another construct of the tree has it
 */
export function takeBucket(where: IConstruct, { name, store }: Bucket, advice: string): void {
  take(where, `the bucket "${name}"`, store.endpoint, advice);
}

function take(where: IConstruct, what: string, place: string, advice: string): void {
  const { root } = where.node;
  const key = `${what} ${place}`;
  const known = root.node.metadata.find(({ type, data }) => type === METADATA && data.key === key);
  if (known) {
    throw new PlatformError(where, `${what} is that of ${known.data.path} already`, advice);
  }
  root.node.addMetadata(METADATA, { key, path: where.node.path });
}
