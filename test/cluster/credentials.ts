import { randomBytes } from 'node:crypto';
import type { Secret } from 'kubernetes-types/core/v1';
import { apiKeyFile } from '../../lib/core/api-key-file';

/** A user and the password of this run. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

const login = (user: string): Login => ({ user, password: randomBytes(18).toString('hex') });

/** Who may do what in this run; nobody knows a password before or after it. */
export const logins = {
  admin: login('admin'),
  writer: login('writer'),
  reader: login('reader'),
  postgres: login('mlflow'),
  s3: login('s3-writer'),
};

/** Who calls the APIs, with the key of this run: one of those that the reference platform lets in. */
export const caller = { client: 'web', key: randomBytes(32).toString('hex') };
export const withKey = { 'x-api-key': caller.key };

/** The Secret with the clients of an API; no other than our caller unless a file says so. */
export const clientsSecret = (namespace: string, api: string, file = apiKeyFile([caller])): Secret =>
  secret(namespace, `${api}-clients`, { 'clients.yaml': file });

/** A Secret of texts. */
export function secret(namespace: string, name: string, stringData: Record<string, string>): Secret {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
}

/** The Secrets that the team's owners hand in. */
export function teamSecrets(namespace: string, databaseUri: string): Secret[] {
  const { postgres, s3 } = logins;
  return [
    mlflowSecret(namespace, databaseUri, 'READ'),
    secret(namespace, 'mlflow-postgres', {
      'pg_service.conf': ini('mlflow', {
        host: 'postgres.databases.svc',
        port: '5432',
        dbname: 'postgres',
        user: postgres.user,
        password: postgres.password,
      }),
    }),
    s3Secret(namespace, 's3', s3),
    clientsSecret(namespace, 'churn'),
  ];
}

/** Keys of an object store, as every AWS library reads them. */
export const s3Secret = (namespace: string, name: string, { user, password }: Login): Secret =>
  secret(namespace, name, {
    credentials: ini('default', { aws_access_key_id: user, aws_secret_access_key: password }),
  });

/** The Secret of an MLflow server, with the logins of this run. */
export const mlflowSecret = (namespace: string, databaseUri: string, defaultPermission: string): Secret =>
  secret(namespace, 'mlflow-auth', {
    'basic_auth.ini': ini('mlflow', {
      default_permission: defaultPermission,
      database_uri: databaseUri,
      admin_username: logins.admin.user,
      admin_password: logins.admin.password,
      authorization_function: 'mlflow.server.auth:authenticate_request_basic_auth',
    }),
    'flask-secret-key': randomBytes(32).toString('hex'),
    reader: mlflowCredentials(logins.reader),
    writer: mlflowCredentials(logins.writer),
  });

/** A user's login, as MLflow's clients read it. */
export const mlflowCredentials = ({ user, password }: Login): string =>
  ini('mlflow', { mlflow_tracking_username: user, mlflow_tracking_password: password });

function ini(section: string, values: Record<string, string>): string {
  // The files of libpq may not have a space around "=".
  return [`[${section}]`, ...Object.entries(values).map(([key, value]) => `${key}=${value}`), ''].join('\n');
}
