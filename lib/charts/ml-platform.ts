import { HelmUmbrella } from '../helm/helm-umbrella';
import { ABOUT, onArtifactHub } from './about';
import { minioChart } from './minio';
import { ML_PLATFORM_CI } from './ml-platform-ci';
import { mlflowServerChart } from './mlflow-server';
import { modelApiChart } from './model-api';
import { teamNamespaceChart } from './team-namespace';

/** Names of the parts' objects: each part calls the others by them. */
const STORE = 'minio';
const REGISTRY = 'mlflow';
const BUCKET = 'mlflow';
const MODEL = 'model';

/** The pods of a release, as a NetworkPolicy names them. */
const podsOf = (fullname: string) => [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': fullname } } }];

const { version, home, icon, sources, maintainers } = ABOUT;

/** What one team needs: its namespace, a store, an MLflow server on it and a model, wired together by their values. */
export const mlPlatformChart = new HelmUmbrella({
  ...onArtifactHub('ai-machine-learning', 'charts/ml-platform/README.md'),
  version,
  home,
  icon,
  sources,
  maintainers,
  name: 'ml-platform',
  description:
    "A team's namespace with an object store, an MLflow server on it and a model, each of which can be left out",
  keywords: ['mlops', 'mlflow', 'minio', 'model-serving', 'multi-tenancy'],
  prerequisites: ['A namespace of its own: the parts have the same names in each'],
  parts: [
    // Room for the volumes of the others.
    { chart: teamNamespaceChart, values: { quota: { storage: '250Gi' } } },
    { chart: minioChart, values: { fullnameOverride: STORE, buckets: [BUCKET], allowFrom: podsOf(REGISTRY) } },
    {
      chart: mlflowServerChart,
      alias: 'mlflow',
      values: {
        fullnameOverride: REGISTRY,
        artifacts: { kind: 'minio', minio: { fullname: STORE }, bucket: BUCKET },
        allowFrom: podsOf(MODEL),
      },
    },
    {
      chart: modelApiChart,
      alias: 'model',
      // There is no model until somebody has trained one.
      enabled: false,
      values: {
        fullnameOverride: MODEL,
        source: {
          kind: 'registry',
          registry: { host: REGISTRY, secret: { name: `${REGISTRY}-auth` }, peers: podsOf(REGISTRY) },
        },
      },
    },
  ],
  ci: ML_PLATFORM_CI,
  notes: `
{{- if and .Values.minio.enabled .Values.mlflow.enabled }}
The store lets MLflow in if the names agree: minio.fullnameOverride with mlflow.artifacts.minio.fullname,
mlflow.fullnameOverride with minio.allowFrom, and minio.buckets with mlflow.artifacts.bucket.
{{- end }}
{{- if and .Values.mlflow.enabled .Values.model.enabled (eq .Values.model.source.kind "registry") }}
MLflow lets the model in if the names agree: mlflow.fullnameOverride with model.source.registry (host, secret, peers),
and model.fullnameOverride with mlflow.allowFrom.
{{- end }}

Next:
{{- if .Values.minio.enabled }}
{{- $store := include "minio.fullname" .Subcharts.minio }}
- minio waits for the Secrets {{ .Values.minio.root.name | default (printf "%s-root" $store) }} (user, password)
  {{- range .Values.minio.buckets }} and {{ $store }}-{{ . }} (credentials){{ end }}, unless an ExternalSecret makes them.
{{- end }}
{{- if .Values.mlflow.enabled }}
{{- $server := include "mlflow-server.fullname" .Subcharts.mlflow }}
- mlflow waits for the Secret {{ .Values.mlflow.auth.secret.name | default (printf "%s-auth" $server) }} (basic_auth.ini, flask-secret-key,
  reader, writer), unless an ExternalSecret makes it.
{{- end }}
{{- if .Values.model.enabled }}
- model serves version {{ .Values.model.model.version }} of {{ .Values.model.model.name }}, and waits for what its callers are known by ({{ .Values.model.auth.kind }}).
{{- else }}
- Once a model is registered, serve it: model.enabled=true with model.image, model.model.name and model.model.version.
{{- end }}
- What each part has to say: helm get notes {{ .Release.Name }} shows this; install with --render-subchart-notes for theirs.
- Once all runs, try it: helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}
`,
});
