{{- define "minio.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 35 | trimSuffix "-" }}
{{- else }}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- $release := .Release.Name | replace "." "-" }}
{{- if regexMatch "^[0-9]" $release }}
{{- printf "%s-%s" $name $release | trunc 35 | trimSuffix "-" }}
{{- else if contains $name $release }}
{{- $release | trunc 35 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" $release $name | trunc 35 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "minio.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "minio.selectorLabels" -}}
app.kubernetes.io/instance: {{ include "minio.fullname" . | quote }}
{{- end }}

{{- define "minio.buckets.selectorLabels" -}}
app.kubernetes.io/instance: "{{ include "minio.fullname" . }}-buckets"
{{- end }}

{{- define "minio.annotations" -}}
{{- range $key, $value := .Values.commonAnnotations }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "minio.s3.selectorLabels" -}}
{{ include "minio.selectorLabels" . }}
app.kubernetes.io/component: s3
{{- end }}

{{- define "minio.labels" -}}
app.kubernetes.io/managed-by: Helm
helm.sh/chart: {{ include "minio.chart" . | quote }}
{{- range $key, $value := .Values.commonLabels }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "minio.dns.to" -}}
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

{{- define "minio.root.secret" -}}
items:
  - key: user
    path: user
  - key: password
    path: password
{{- if and (eq .Values.root.kind "existing") .Values.root.name }}
secretName: {{ .Values.root.name | quote }}
{{- else }}
secretName: "{{ include "minio.fullname" . }}-root"
{{- end }}
{{- end }}

{{- define "minio.securityContext" -}}
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

{{- define "minio.to" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Release.Namespace | quote }}
  podSelector:
    matchLabels:
      {{- include "minio.selectorLabels" . | nindent 6 }}
{{- end }}
