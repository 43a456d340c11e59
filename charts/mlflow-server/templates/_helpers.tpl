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

{{- define "mlflow-server.text1" -}}
editable: false
panels:
  - datasource:
      type: prometheus
      uid: "${datasource}"
    fieldConfig:
      defaults:
        min: 0
        unit: short
      overrides: []
    gridPos:
      h: 7
      w: 8
      x: 0
      "y": 0
    id: 1
    targets:
      - expr: 'sum(kube_pod_status_ready{namespace="{{ .Release.Namespace }}",pod=~"{{ include "mlflow-server.fullname" . }}-[a-z0-9]+-[a-z0-9]{5}",condition="true"})'
        legendFormat: ready
        refId: A
    title: "{{ include "mlflow-server.fullname" . }}: pods ready"
    type: timeseries
  - datasource:
      type: prometheus
      uid: "${datasource}"
    fieldConfig:
      defaults:
        min: 0
        unit: short
      overrides: []
    gridPos:
      h: 7
      w: 8
      x: 8
      "y": 0
    id: 2
    targets:
      - expr: 'sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="{{ .Release.Namespace }}",pod=~"{{ include "mlflow-server.fullname" . }}-[a-z0-9]+-[a-z0-9]{5}",container!=""}[5m]))'
        legendFormat: "{{ "{{" }}pod}}"
        refId: A
    title: "{{ include "mlflow-server.fullname" . }}: CPU"
    type: timeseries
  - datasource:
      type: prometheus
      uid: "${datasource}"
    fieldConfig:
      defaults:
        min: 0
        unit: bytes
      overrides: []
    gridPos:
      h: 7
      w: 8
      x: 16
      "y": 0
    id: 3
    targets:
      - expr: 'sum by (pod) (container_memory_working_set_bytes{namespace="{{ .Release.Namespace }}",pod=~"{{ include "mlflow-server.fullname" . }}-[a-z0-9]+-[a-z0-9]{5}",container!=""})'
        legendFormat: "{{ "{{" }}pod}}"
        refId: A
    title: "{{ include "mlflow-server.fullname" . }}: memory"
    type: timeseries
  - datasource:
      type: prometheus
      uid: "${datasource}"
    fieldConfig:
      defaults:
        min: 0
        unit: s
      overrides: []
    gridPos:
      h: 7
      w: 24
      x: 0
      "y": 7
    id: 4
    targets:
      - expr: 'histogram_quantile(0.99, sum by (le) (rate(mlflow_http_request_duration_seconds_bucket{namespace="{{ .Release.Namespace }}",pod=~"{{ include "mlflow-server.fullname" . }}-[a-z0-9]+-[a-z0-9]{5}"}[5m])))'
        legendFormat: p99
        refId: A
    title: "{{ include "mlflow-server.fullname" . }}: 99th percentile of requests"
    type: timeseries
  - datasource:
      type: prometheus
      uid: "${datasource}"
    fieldConfig:
      defaults:
        min: 0
        unit: percentunit
      overrides: []
    gridPos:
      h: 7
      w: 24
      x: 0
      "y": 14
    id: 5
    targets:
      - expr: 'kubelet_volume_stats_used_bytes{namespace="{{ .Release.Namespace }}"} / kubelet_volume_stats_capacity_bytes{namespace="{{ .Release.Namespace }}"}'
        legendFormat: "{{ "{{" }}persistentvolumeclaim}}"
        refId: A
    title: "Volumes: used"
    type: timeseries
refresh: 1m
schemaVersion: 39
tags:
  - cdk8s-mlops
templating:
  list:
    - name: datasource
      label: Prometheus
      query: prometheus
      type: datasource
time:
  from: now-6h
  to: now
title: "{{ .Release.Namespace }}: {{ include "mlflow-server.fullname" . }}-watch"
uid: {{ printf "%s: %s-watch" .Release.Namespace (include "mlflow-server.fullname" .) | sha256sum | trunc 16 | quote }}
{{- end }}
