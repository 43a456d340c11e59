import type { SecretKeys } from './secret-keys';

const S3_EXAMPLE = '[default]\naws_access_key_id = <access key>\naws_secret_access_key = <secret key>\n';

/** Credentials for an object store that somebody else runs. */
export const S3_KEYS: SecretKeys = {
  credentials: {
    how: 'the keys that the object store gave out, in the form of ~/.aws/credentials',
    example: S3_EXAMPLE,
  },
};

/** Credentials of a user of a store that we run. */
export const STORE_USER_KEYS: SecretKeys = {
  credentials: {
    how: 'keys that you choose, as openssl rand -hex 10 and -hex 20 make them, in the form of ~/.aws/credentials: the store takes them over',
    example: S3_EXAMPLE,
  },
};

/** The administrator of a store that we run. */
export const STORE_ROOT_KEYS: SecretKeys = {
  user: { how: "the name of the store's administrator, not minioadmin", example: '<name>' },
  password: { how: '12 or more random characters: openssl rand -hex 24', example: '<random characters>' },
};

/** The certificates by which an object store is known. */
export const CERTIFICATE_AUTHORITY_KEYS: SecretKeys = {
  'ca.crt': {
    how: 'the certificates, in PEM, of the authorities that sign those of the object store',
    example: '-----BEGIN CERTIFICATE-----\n<certificate>\n-----END CERTIFICATE-----\n',
  },
};
