{{- define "mlflow-server.watch.json" -}}
{{- $fullname := include "mlflow-server.fullname" . -}}
editable: false
panels:
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: short }, overrides: [] }
    gridPos: { h: 7, w: 8, x: 0, "y": 0 }
    id: 1
    targets:
      - expr: 'sum(kube_pod_status_ready{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}",condition="true"})'
        legendFormat: ready
        refId: A
    title: "{{ $fullname }}: pods ready"
    type: timeseries
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: short }, overrides: [] }
    gridPos: { h: 7, w: 8, x: 8, "y": 0 }
    id: 2
    targets:
      - expr: 'sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}",container!=""}[5m]))'
        legendFormat: "{{ "{{" }}pod}}"
        refId: A
    title: "{{ $fullname }}: CPU"
    type: timeseries
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: bytes }, overrides: [] }
    gridPos: { h: 7, w: 8, x: 16, "y": 0 }
    id: 3
    targets:
      - expr: 'sum by (pod) (container_memory_working_set_bytes{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}",container!=""})'
        legendFormat: "{{ "{{" }}pod}}"
        refId: A
    title: "{{ $fullname }}: memory"
    type: timeseries
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: s }, overrides: [] }
    gridPos: { h: 7, w: 24, x: 0, "y": 7 }
    id: 4
    targets:
      - expr: >-
          histogram_quantile(0.99,
          sum by (le) (rate(mlflow_http_request_duration_seconds_bucket{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m])))
        legendFormat: p99
        refId: A
    title: "{{ $fullname }}: 99th percentile of requests"
    type: timeseries
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: percentunit }, overrides: [] }
    gridPos: { h: 7, w: 24, x: 0, "y": 14 }
    id: 5
    targets:
      - expr: 'kubelet_volume_stats_used_bytes{namespace="{{ .Release.Namespace }}"} / kubelet_volume_stats_capacity_bytes{namespace="{{ .Release.Namespace }}"}'
        legendFormat: "{{ "{{" }}persistentvolumeclaim}}"
        refId: A
    title: "Volumes: used"
    type: timeseries
refresh: 1m
schemaVersion: 39
tags: [cdk8s-mlops]
templating: { list: [{ name: datasource, label: Prometheus, query: prometheus, type: datasource }] }
time: { from: now-6h, to: now }
title: "{{ .Release.Namespace }}: {{ $fullname }}-watch"
uid: {{ printf "%s: %s-watch" .Release.Namespace $fullname | sha256sum | trunc 16 | quote }}
{{- end }}
