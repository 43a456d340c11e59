{{- define "mlflow-server.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- $release := .Release.Name | replace "." "-" }}
{{- if regexMatch "^[0-9]" $release }}
{{- printf "%s-%s" $name $release | trunc 46 | trimSuffix "-" }}
{{- else if contains $name $release }}
{{- $release | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" $release $name | trunc 46 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "mlflow-server.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "mlflow-server.selectorLabels" -}}
app.kubernetes.io/instance: {{ include "mlflow-server.fullname" . | quote }}
{{- end }}

{{- define "mlflow-server.migration.selectorLabels" -}}
app.kubernetes.io/instance: "{{ include "mlflow-server.fullname" . }}-migration"
{{- end }}

{{- define "mlflow-server.annotations" -}}
{{- range $key, $value := .Values.commonAnnotations }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "mlflow-server.labels" -}}
app.kubernetes.io/managed-by: Helm
helm.sh/chart: {{ include "mlflow-server.chart" . | quote }}
{{- range $key, $value := .Values.commonLabels }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "mlflow-server.hook.annotations" -}}
{{ include "mlflow-server.annotations" . }}
argocd.argoproj.io/hook: PreSync
argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
argocd.argoproj.io/sync-wave: "-2"
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-delete-policy: before-hook-creation
helm.sh/hook-weight: "-1"
{{- end }}

{{- define "mlflow-server.artifacts.awsEndpointUrlS3" -}}
{{- if eq .Values.artifacts.kind "minio" }}
{{- printf "http://%s:9000" .Values.artifacts.minio.fullname }}
{{- else if .Values.artifacts.s3.tls }}
{{- printf "https://%s" .Values.artifacts.s3.host }}
{{- else }}
{{- printf "http://%s" .Values.artifacts.s3.host }}
{{- end }}
{{- end }}

{{- define "mlflow-server.database.postgres.secret" -}}
items:
  - key: host
    path: host
  - key: port
    path: port
  - key: dbname
    path: dbname
  - key: user
    path: user
  - key: password
    path: password
secretName: {{ include "mlflow-server.database.postgres.secretName" . | quote }}
{{- end }}

{{- define "mlflow-server.database.postgres.secretName" -}}
{{- if and (eq .Values.database.postgres.secret.kind "existing") .Values.database.postgres.secret.name }}
{{- .Values.database.postgres.secret.name }}
{{- else }}
{{- printf "%s-postgres" (include "mlflow-server.fullname" .) }}
{{- end }}
{{- end }}

{{- define "mlflow-server.dns.to" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: kube-system
  podSelector:
    matchLabels:
      k8s-app: kube-dns
{{- with .Values.dns.nodeLocal }}
- ipBlock:
    cidr: "{{ . }}/32"
{{- end }}
{{- end }}

{{- define "mlflow-server.image" -}}
{{ with .Values.image.registry }}{{ . }}/{{ end }}{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "mlflow-server.migrate.resources" -}}
limits:
  cpu: "1"
  ephemeral-storage: 256Mi
  memory: 512Mi
requests:
  cpu: 250m
  ephemeral-storage: 64Mi
  memory: 512Mi
{{- end }}

{{- define "mlflow-server.postgresConnection.volumeMounts" -}}
- name: home
  mountPath: /home/app
- name: tmp
  mountPath: /tmp
- name: postgres-fields
  mountPath: /etc/postgres-fields
  readOnly: true
- name: postgres
  mountPath: /etc/postgres
{{- end }}

{{- define "mlflow-server.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsGroup: 10001
runAsNonRoot: true
runAsUser: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}
