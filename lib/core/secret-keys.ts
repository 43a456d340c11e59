import { apiKeyFile } from './api-key-file';
import { basicAuthFile } from './basic-auth-file';

/** What a program needs under one key of a Secret. */
export interface SecretKey {
  /** What it holds and how to make it: a sentence for a person. */
  readonly how: string;
  /** The content with a `<placeholder>` for every value; never a value. */
  readonly example: string;
}

/** What a program needs in a Secret, by key. */
export type SecretKeys = Readonly<Record<string, SecretKey>>;

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Whether a Secret can have that key. */
export const isSecretKey = (text: string): boolean => KEY.test(text) && text !== '.' && !text.startsWith('..');

/** What a key may look like, in words that fit behind "use". */
export const SECRET_KEY_RULE = 'letters, digits, "-", "_" and ".", at most 253 of them';

/** The needed keys that are not present. */
export function missingKeys(needed: SecretKeys, present: readonly string[]): string[] {
  return Object.keys(needed).filter(key => !present.includes(key));
}

/** The connection to a PostgreSQL. */
export const POSTGRES_KEYS: SecretKeys = {
  'pg_service.conf': {
    how: 'a connection service file of libpq with a section [mlflow]: address, user and password of the database',
    example:
      '[mlflow]\nhost=<host name>\nport=5432\ndbname=mlflow\nuser=mlflow\npassword=<password>\nsslmode=verify-full\n',
  },
};

/** The same, in the keys that operators make. */
export const POSTGRES_FIELD_KEYS: SecretKeys = {
  host: { how: 'host name of the PostgreSQL', example: '<host name>' },
  port: { how: 'its port, usually 5432', example: '5432' },
  dbname: { how: 'name of the database', example: 'mlflow' },
  user: { how: 'user who owns the tables', example: 'mlflow' },
  password: { how: 'password of that user', example: '<password>' },
};

/** Credentials with which workloads call MLflow, under the name of the user. */
export function mlflowClientKeys(user: string): SecretKeys {
  return {
    [user]: {
      how: `name and password of MLflow's user "${user}", in the form of ~/.mlflow/credentials`,
      example: `[mlflow]\nmlflow_tracking_username = ${user}\nmlflow_tracking_password = <password of ${user}>\n`,
    },
  };
}

/** What an MLflow server and the proxy in front of it share. */
export const AUTH_PROXY_KEYS: SecretKeys = {
  secret: {
    how: 'at least 32 random characters that the proxy sends with each request: openssl rand -hex 32',
    example: '<random characters>',
  },
};

/**
 * What MLflow's own authentication needs. Without workspaces MLflow has no roles, so whoever has a password may read;
 * with them nobody may do anything that no role gives.
 *
 * @param authorization the function that tells who is asking
 */
export function mlflowServerKeys(
  databaseUri: string,
  workspaces: boolean,
  authorization = 'mlflow.server.auth:authenticate_request_basic_auth',
): SecretKeys {
  return {
    'basic_auth.ini': {
      how: "MLflow's authentication settings with the administrator's password: 12 or more characters, none of them %",
      example: [
        '[mlflow]',
        `default_permission = ${workspaces ? 'NO_PERMISSIONS' : 'READ'}`,
        `database_uri = ${databaseUri}`,
        'admin_username = admin',
        'admin_password = <password of the administrator>',
        `authorization_function = ${authorization}\n`,
      ].join('\n'),
    },
    'flask-secret-key': {
      how: 'at least 32 random characters that sign sessions: openssl rand -hex 32',
      example: '<random characters>',
    },
  };
}

/** The keys of an API's callers. */
export const API_KEY_KEYS: SecretKeys = {
  'clients.yaml': {
    how: 'the keys of the callers, as `mlops keys <client> …` makes them',
    example: apiKeyFile([{ key: '<key>', client: '<client>' }]),
  },
};

/** The users of an API and the hashes of their passwords. */
export const BASIC_AUTH_KEYS: SecretKeys = {
  'users.yaml': {
    how: 'the users and the SHA-1 hashes of their passwords, which must be random: a line for each, as `htpasswd -s` makes it',
    example: basicAuthFile(['<user>:{SHA}<hash>']),
  },
};

/** The public keys of whoever signs tokens. */
export const JWKS_KEYS: SecretKeys = {
  'jwks.json': {
    how: "the issuer's set of public keys, as it stands at its jwks_uri",
    example: '{"keys":[<public key>]}\n',
  },
};

/** Whom a client trusts: of PostgreSQL, or of a server that the proxy of an API asks. */
export const AUTHORITY_KEYS: SecretKeys = {
  'ca.crt': {
    how: "the certificate, in PEM, of the authority that signed the server's",
    example: '-----BEGIN CERTIFICATE-----\n<certificate>\n-----END CERTIFICATE-----\n',
  },
};

/** The certificate of a host, in a Secret of the type `kubernetes.io/tls`. */
export const TLS_KEYS: SecretKeys = {
  'tls.crt': {
    how: 'the certificate of the host and those that vouch for it, in PEM',
    example: '-----BEGIN CERTIFICATE-----\n<certificate>\n-----END CERTIFICATE-----\n',
  },
  'tls.key': {
    how: 'its private key, in PEM',
    example: '-----BEGIN PRIVATE KEY-----\n<key>\n-----END PRIVATE KEY-----\n',
  },
};

/** A client of an OpenID provider. */
export const OIDC_KEYS: SecretKeys = {
  'client-secret': { how: "the client's secret, as the OpenID provider gave it out", example: '<client secret>' },
};

/** What a Git server takes as the password of whoever pushes. */
export const GIT_TOKEN_KEYS: SecretKeys = {
  token: { how: 'a token of the Git server that may read the repository and push to the branch', example: '<token>' },
};

/** The same for ssh. */
export const GIT_SSH_KEYS: SecretKeys = {
  'ssh-key': {
    how: 'the private half of a deploy key that may push: ssh-keygen -t ed25519 -N ""',
    example: '-----BEGIN OPENSSH PRIVATE KEY-----\n<key>\n-----END OPENSSH PRIVATE KEY-----\n',
  },
  known_hosts: {
    how: 'the public keys of the Git server: ssh-keyscan, compared with what the server publishes',
    example: '<host> ssh-ed25519 <key>\n',
  },
};

/** A key that signs commits. */
export const GIT_SIGNING_KEYS: SecretKeys = {
  'signing-key': {
    how: 'a private key of OpenSSH whose public half the Git server knows as a signing key',
    example: '-----BEGIN OPENSSH PRIVATE KEY-----\n<key>\n-----END OPENSSH PRIVATE KEY-----\n',
  },
};

/** A user and the password, each a file. */
export const LOGIN_KEYS: SecretKeys = {
  username: { how: 'name of the user', example: '<user>' },
  password: { how: 'password of that user', example: '<password>' },
};

export const TOKEN_KEYS: SecretKeys = {
  token: { how: 'a token that the server takes as Bearer', example: '<token>' },
};

/** With which MLflow signs what its webhook sends. */
export const WEBHOOK_KEYS: SecretKeys = {
  secret: { how: "the secret of MLflow's webhook, at least 16 characters: openssl rand -hex 32", example: '<secret>' },
};
