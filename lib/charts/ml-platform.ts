import { HelmUmbrella } from '../helm/helm-umbrella';
import { ABOUT, onArtifactHub } from './about';
import { minioChart } from './minio';
import { ML_PLATFORM_CI } from './ml-platform-ci';
import { mlflowServerChart } from './mlflow-server';
import { teamNamespaceChart } from './team-namespace';

/** Names of the parts' objects: each part calls the others by them. */
const STORE = 'minio';
const REGISTRY = 'mlflow';
const BUCKET = 'mlflow';

/** The pods of a release, as a NetworkPolicy names them. */
const podsOf = (fullname: string) => [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': fullname } } }];

const { version, home, icon, sources, maintainers } = ABOUT;

/** What one team needs: its namespace, a store and an MLflow server on it, wired together by their values. */
export const mlPlatformChart = new HelmUmbrella({
  ...onArtifactHub('ai-machine-learning', 'charts/ml-platform/README.md'),
  version,
  home,
  icon,
  sources,
  maintainers,
  name: 'ml-platform',
  description: "A team's namespace with an object store and an MLflow server on it, each of which can be left out",
  keywords: ['mlops', 'mlflow', 'minio', 'multi-tenancy'],
  prerequisites: ['A namespace of its own: the parts have the same names in each'],
  parts: [
    // Room for the volumes of the others.
    { chart: teamNamespaceChart, values: { quota: { storage: '250Gi' } } },
    { chart: minioChart, values: { fullnameOverride: STORE, buckets: [BUCKET], allowFrom: podsOf(REGISTRY) } },
    {
      chart: mlflowServerChart,
      alias: 'mlflow',
      values: { fullnameOverride: REGISTRY, artifacts: { kind: 'minio', minio: { fullname: STORE }, bucket: BUCKET } },
    },
  ],
  ci: ML_PLATFORM_CI,
  notes: `
{{- if and .Values.minio.enabled .Values.mlflow.enabled }}
The store lets MLflow in if the names agree: minio.fullnameOverride with mlflow.artifacts.minio.fullname,
mlflow.fullnameOverride with minio.allowFrom, and minio.buckets with mlflow.artifacts.bucket.
{{- end }}

Next:
{{- if .Values.minio.enabled }}
- minio waits for the Secrets {{ .Values.minio.fullnameOverride }}-root (user, password)
  {{- range .Values.minio.buckets }} and {{ $.Values.minio.fullnameOverride }}-{{ . }} (credentials){{ end }}, unless it has others.
{{- end }}
{{- if .Values.mlflow.enabled }}
- mlflow waits for the Secret {{ .Values.mlflow.fullnameOverride }}-auth (basic_auth.ini, flask-secret-key, reader, writer), unless it has another.
{{- end }}
- What each part has to say: helm get notes {{ .Release.Name }} shows this; install with --render-subchart-notes for theirs.
- Once all runs, try it: helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}
`,
});
