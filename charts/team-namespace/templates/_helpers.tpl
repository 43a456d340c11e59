{{- define "team-namespace.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "team-namespace.annotations" -}}
argocd.argoproj.io/sync-wave: "-2"
{{- range $key, $value := .Values.commonAnnotations }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "team-namespace.labels" -}}
app.kubernetes.io/managed-by: Helm
helm.sh/chart: {{ include "team-namespace.chart" . | quote }}
{{- range $key, $value := .Values.commonLabels }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
