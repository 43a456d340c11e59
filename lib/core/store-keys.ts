import type { SecretKeys } from './secret-keys';

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
