import type { Construct } from 'constructs';
import { checkPinnedImage } from '../core/container-image';
import { checkCounts } from '../core/counts';
import { isSupportedMlflow, MLFLOW_FLOOR, mlflowVersionOf } from '../core/mlflow-version';
import { PlatformError } from '../core/platform-error';
import { parseQuantity } from '../core/quantity';
import { checkedSize } from '../core/resources';
import type { Database } from './database';

export interface MlflowFacts {
  readonly image: string;
  readonly version?: string;
  readonly database: Database;
  readonly replicas?: number;
  readonly workers?: number;
}

/**
 * Checks what an MLflow server is made of.
 *
 * @throws PlatformError on an image that is not pinned or too old, a number that makes no sense, or a SQLite that is no
 * file or shared by several pods
 */
export function checkMlflow(where: Construct, facts: MlflowFacts): void {
  const { image, version = mlflowVersionOf(image), database, replicas = 1, workers = 2 } = facts;
  checkPinnedImage(where, image, 'ghcr.io/mlflow/mlflow:v3.17.2-full');
  const tagged = mlflowVersionOf(image) ?? version;
  if (tagged !== version) {
    throw new PlatformError(
      where,
      `version ${version} is not that of image "${image}"`,
      'leave version out, it is read from the tag',
    );
  }
  const supported = version === undefined ? undefined : isSupportedMlflow(version);
  if (supported === undefined) {
    throw new PlatformError(where, `the MLflow version of image "${image}" is unknown`, 'state it: version: "3.17.2"');
  }
  if (!supported) {
    throw new PlatformError(
      where,
      `MLflow ${version} is older than ${MLFLOW_FLOOR.version}: ${MLFLOW_FLOOR.advisory}`,
      'use a newer image',
    );
  }
  checkCounts(where, { replicas, workers });
  if (database.kind === 'sqlite') {
    checkSqlite(where, database, replicas);
  }
}

/** What a server is to do, and with what. */
export interface MlflowLoad {
  readonly workers: number;
  readonly replicas: number;
  /** Limit of its container. */
  readonly memory: string;
  readonly database: Database;
}

/** What a worker process takes as soon as it has started. */
const WORKER_MEMORY = '150Mi';
/** What SQLAlchemy keeps unless told otherwise. */
const POOL = { size: 5, overflow: 10 };

/** @throws PlatformError if the worker processes cannot have the memory or the connections that they take */
export function checkLoad(where: Construct, { workers, replicas, memory, database }: MlflowLoad): void {
  const most = Math.floor(parseQuantity(memory)! / parseQuantity(WORKER_MEMORY)!);
  if (workers > most) {
    throw new PlatformError(
      where,
      `${workers} workers take ${WORKER_MEMORY} each, but limits.memory is ${memory}`,
      `set resources: { limits: { memory: "…" } }, or workers to ${Math.max(most, 1)} at most`,
    );
  }
  if (database.kind === 'postgres' && database.connections !== undefined) {
    const { size, overflow } = database.pool ?? POOL;
    // One pool for runs and models, one for users.
    const pools = replicas * workers * 2;
    if (pools * (size + overflow) > database.connections) {
      throw new PlatformError(
        where,
        `${replicas} replicas of ${workers} workers may open ${pools * (size + overflow)} connections, ` +
          `the database takes ${database.connections}`,
        `set pool of the database so that size + overflow is ${Math.floor(database.connections / pools)} at most, ` +
          'or run fewer workers',
      );
    }
  }
}

function checkSqlite(where: Construct, { file, size }: Database & { kind: 'sqlite' }, replicas: number): void {
  if (!/^[\w-][\w.-]*$/.test(file)) {
    throw new PlatformError(
      where,
      `the database must be a file on the volume, got "${file}"`,
      'write a file name such as "mlflow.db"; a database in memory would be lost with the pod',
    );
  }
  if (replicas > 1) {
    throw new PlatformError(
      where,
      `SQLite allows one replica, got ${replicas}`,
      'use Database.postgres() or replicas: 1',
    );
  }
  checkedSize(where, 'database.size', size);
}
