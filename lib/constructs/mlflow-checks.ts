import type { Construct } from 'constructs';
import { checkPinnedImage } from '../core/container-image';
import { checkCounts } from '../core/counts';
import { isSupportedMlflow, MLFLOW_FLOOR, mlflowVersionOf } from '../core/mlflow-version';
import { PlatformError } from '../core/platform-error';
import { checkedQuantity } from '../core/resources';
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
  checkedQuantity(where, 'database.size', size);
}
