import { S3_KEYS } from '../core/secret-keys';
import { CERTIFICATE_AUTHORITY_KEYS } from '../core/store-keys';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

/** Where S3 clients write the bucket: before the host name, or behind it. */
export type S3Addressing = 'path' | 'virtual';

/** What a program needs to know of an S3 store. */
export interface S3Client {
  /** URL of the S3 API. */
  readonly endpoint: string;
  /** Region that requests are signed for. */
  readonly region: string;
  /** A Secret whose key `ca.crt` holds the certificates to trust, if not the public ones. */
  readonly certificateAuthority?: SecretSource;
  readonly addressing?: S3Addressing;
  /** Name of a ConfigMap with a file `config` in the form of `~/.aws/config`; there if `addressing` is. */
  readonly configMap?: string;
}

const CREDENTIALS = '/etc/s3';
const CONFIG = '/etc/s3-config';
const CERTIFICATES = '/etc/s3-ca';

/** Text of the file that tells every AWS library what no variable can. */
export const s3Config = (addressing: S3Addressing): string => `[default]\ns3 =\n  addressing_style = ${addressing}\n`;

/**
 * Gives a workload what the AWS libraries and MLflow need to use a store; it opens no path.
 *
 * @param credentials a Secret whose key `credentials` holds a file in the form of `~/.aws/credentials`
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
export function connectS3(workload: Workload, client: S3Client, credentials: SecretSource): void {
  const { endpoint, region, certificateAuthority, addressing, configMap } = client;
  credentials.mustHave?.(workload, S3_KEYS);
  workload.mountSecret('s3', credentials, CREDENTIALS, [{ key: 'credentials', path: 'credentials' }]);
  workload.addEnvironment(
    { name: 'AWS_SHARED_CREDENTIALS_FILE', value: `${CREDENTIALS}/credentials` },
    { name: 'AWS_DEFAULT_REGION', value: region },
    { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' },
    { name: 'AWS_ENDPOINT_URL_S3', value: endpoint },
    { name: 'MLFLOW_S3_ENDPOINT_URL', value: endpoint },
  );
  if (certificateAuthority) {
    certificateAuthority.mustHave?.(workload, CERTIFICATE_AUTHORITY_KEYS);
    workload.mountSecret('s3-ca', certificateAuthority, CERTIFICATES, [{ key: 'ca.crt', path: 'ca.crt' }]);
    workload.addEnvironment({ name: 'AWS_CA_BUNDLE', value: `${CERTIFICATES}/ca.crt` });
  }
  if (addressing && configMap) {
    workload.addVolume({ name: 's3-config', configMap: { name: configMap } }, { mountPath: CONFIG, readOnly: true });
    workload.addEnvironment(
      { name: 'AWS_CONFIG_FILE', value: `${CONFIG}/config` },
      // MLflow passes a style of its own, which the file would not change.
      { name: 'MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE', value: addressing },
    );
  }
}
