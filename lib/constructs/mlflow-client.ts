import { mlflowClientKeys } from '../core/secret-keys';
import type { NetworkPeer } from './network-peer';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

/** An MLflow server, as those see it who load models from its registry. */
export interface ModelRegistry extends NetworkPeer {
  /** Gives a workload credentials that may read, and tells it where the server is. */
  grantRead(workload: Workload): void;
}

export interface MlflowClient {
  /** Where workloads find the server. */
  readonly trackingUri: string;
  /** Secret with the credentials of clients. */
  readonly auth: SecretSource;
}

/**
 * Gives a workload what an MLflow client needs; it opens no path.
 *
 * @param key key of the Secret, whose value has the form of `~/.mlflow/credentials`
 * @see https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/#using-credentials-file
 */
export function connectMlflow(workload: Workload, { trackingUri, auth }: MlflowClient, key: string): void {
  auth.mustHave?.(workload, mlflowClientKeys(key));
  workload.mountInHome('mlflow-credentials', auth, '.mlflow', { key, path: 'credentials' });
  workload.addEnvironment(
    { name: 'MLFLOW_TRACKING_URI', value: trackingUri },
    { name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' },
    // A server with S3 offers clients signed URLs of the store, to which they have no path on the network.
    { name: 'MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD', value: 'false' },
    { name: 'MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD', value: 'false' },
  );
}
