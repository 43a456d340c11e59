{{- define "model-api.fullname" -}}
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

{{- define "model-api.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "model-api.selectorLabels" -}}
app.kubernetes.io/instance: {{ include "model-api.fullname" . | quote }}
{{- end }}

{{- define "model-api.annotations" -}}
{{- range $key, $value := .Values.commonAnnotations }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "model-api.labels" -}}
app.kubernetes.io/managed-by: Helm
helm.sh/chart: {{ include "model-api.chart" . | quote }}
{{- range $key, $value := .Values.commonLabels }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "model-api.runtime.port" -}}
{{- if eq .Values.runtime.kind "mlflow" }}
{{- 8080 }}
{{- else }}
{{- .Values.runtime.port }}
{{- end }}
{{- end }}

{{- define "model-api.securityContext" -}}
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

{{- define "model-api.source.objectStore.awsEndpointUrlS3" -}}
{{- if eq .Values.source.objectStore.kind "minio" }}
{{- printf "http://%s:9000" .Values.source.objectStore.minio.fullname }}
{{- else if .Values.source.objectStore.s3.tls }}
{{- printf "https://%s" .Values.source.objectStore.s3.host }}
{{- else }}
{{- printf "http://%s" .Values.source.objectStore.s3.host }}
{{- end }}
{{- end }}

{{- define "model-api.typed_per_filter_config" -}}
envoy.filters.http.buffer:
  "@type": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.BufferPerRoute
  disabled: true
mlops.bodies.large:
  "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig
  disabled: true
mlops.bodies.middle:
  "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig
  disabled: true
{{- end }}
