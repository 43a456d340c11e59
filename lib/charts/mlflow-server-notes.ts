import { secretInGo } from './go-text';
import { CLOSED, exposedAt, missingSecret, notes, tried } from './notes';

const DATABASE_URI =
  '{{ ternary "sqlite:////var/lib/mlflow/mlflow.db" "postgresql+psycopg2:///?service=mlflow" (eq .Values.database.kind "sqlite") }}';

/** NOTES.txt of the chart mlflow-server. */
export const MLFLOW_SERVER_NOTES = notes({
  variables: [
    '{{- $fullname := include "mlflow-server.fullname" . }}',
    secretInGo('mlflow-server', 'auth', 'auth', '.Values.auth.secret'),
    secretInGo('mlflow-server', 'postgres', 'postgres', '.Values.database.postgres.secret'),
    secretInGo('mlflow-server', 's3', 's3', '.Values.artifacts.s3.secret'),
  ],
  installed: `MLflow {{ .Values.image.tag }} in {{ .Release.Namespace }}: runs and models in {{ .Values.database.kind }}, artifacts in s3://{{ .Values.artifacts.bucket }}.`,
  reached: [
    'In the cluster: http://{{ $fullname }}.{{ .Release.Namespace }}.svc:5000 (MLFLOW_TRACKING_URI)',
    ...exposedAt('.Values.exposure'),
  ],
  next: [
    missingSecret('auth', "the server's logins", '.Values.auth.secret', [
      '--from-file=basic_auth.ini --from-file=reader --from-file=writer \\',
      '--from-literal=flask-secret-key="$(openssl rand -hex 32)"',
    ]),
    {
      when: 'eq .Values.auth.secret.kind "existing"',
      text: `basic_auth.ini says:
    [mlflow]
    default_permission = {{ ternary "NO_PERMISSIONS" "READ" .Values.workspaces }}
    database_uri = ${DATABASE_URI}
    admin_username = admin
    admin_password = <12 or more characters, none of them a percent sign>
    authorization_function = {{ ternary "mlflow_auth_proxy:authenticate" "mlflow.server.auth:authenticate_request_basic_auth" .Values.auth.proxy.enabled }}
  and reader (writer likewise), whose users an administrator creates in MLflow:
    [mlflow]
    mlflow_tracking_username = reader
    mlflow_tracking_password = <password>`,
    },
    {
      when: 'and .Values.auth.proxy.enabled (eq .Values.auth.proxy.secret.kind "existing")',
      text: 'The Secret {{ $fullname }}-auth-proxy must hold the key secret, the same as that of the proxy.',
    },
    {
      when: 'and (eq .Values.database.kind "postgres") (eq .Values.database.postgres.secret.kind "existing")',
      text: 'The Secret {{ $postgres }} must hold {{ ternary "pg_service.conf with a section [mlflow]" "host, port, dbname, user and password" (eq .Values.database.postgres.form "service-file") }}.',
    },
    {
      when: 'and (eq .Values.artifacts.kind "s3") (eq .Values.artifacts.s3.secret.kind "existing")',
      text: 'The Secret {{ $s3 }} must hold credentials, a file in the form of ~/.aws/credentials.',
    },
    {
      when: 'eq .Values.artifacts.kind "minio"',
      text: 'The release {{ .Values.artifacts.minio.fullname }} of the chart minio must have the bucket {{ .Values.artifacts.bucket }} and let this server in by its values:',
      commands: [
        'buckets: [{{ .Values.artifacts.bucket }}]',
        'allowFrom: [{podSelector: {matchLabels: {app.kubernetes.io/instance: {{ $fullname }}}}}]',
      ],
    },
    CLOSED,
    tried('ne .Values.exposure.kind "istio"'),
  ],
});
