import type { SecretKeys } from '../core/secret-keys';
import { CERTIFICATE_AUTHORITY_KEYS, S3_KEYS } from '../core/store-keys';
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
  /** What the Secret of its users must have, if the store did not give out the keys itself. */
  readonly userKeys?: SecretKeys;
}

/** How a workload is given credentials. */
export interface S3Grant {
  /**
   * Puts what is granted beside what the workload has already: variables get it in capitals in front, with "_", and
   * files lie below a folder of that name. The program takes it off where it uses them.
   *
   * @default - none: what is granted is found where every S3 client looks
   */
  readonly prefix?: string;
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
export function connectS3(
  workload: Workload,
  client: S3Client,
  credentials: SecretSource,
  { prefix }: S3Grant = {},
): void {
  const { endpoint, region, certificateAuthority, addressing, configMap, userKeys = S3_KEYS } = client;
  const volume = (name: string): string => (prefix ? `${prefix}-${name}` : name);
  const at = (path: string): string => (prefix ? `/${prefix}${path}` : path);
  const setVariables = (variables: Readonly<Record<string, string>>): void =>
    Object.entries(variables).forEach(([name, value]) =>
      workload.addEnvironment({ name: prefix ? `${prefix.toUpperCase()}_${name}` : name, value }),
    );

  credentials.mustHave?.(workload, userKeys);
  workload.mountSecret(volume('s3'), credentials, at(CREDENTIALS), [{ key: 'credentials', path: 'credentials' }]);
  setVariables({
    AWS_SHARED_CREDENTIALS_FILE: `${at(CREDENTIALS)}/credentials`,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: endpoint,
    MLFLOW_S3_ENDPOINT_URL: endpoint,
  });
  if (certificateAuthority) {
    certificateAuthority.mustHave?.(workload, CERTIFICATE_AUTHORITY_KEYS);
    workload.mountSecret(volume('s3-ca'), certificateAuthority, at(CERTIFICATES), [{ key: 'ca.crt', path: 'ca.crt' }]);
    setVariables({ AWS_CA_BUNDLE: `${at(CERTIFICATES)}/ca.crt` });
  }
  if (addressing && configMap) {
    workload.addVolume(
      { name: volume('s3-config'), configMap: { name: configMap } },
      { mountPath: at(CONFIG), readOnly: true },
    );
    // MLflow passes a style of its own, which the file would not change.
    setVariables({ AWS_CONFIG_FILE: `${at(CONFIG)}/config`, MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: addressing });
  }
}
