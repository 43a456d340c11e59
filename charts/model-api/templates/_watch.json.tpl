{{- define "model-api.watch.json" -}}
{{- $fullname := include "model-api.fullname" . -}}
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
    fieldConfig: { defaults: { min: 0, unit: reqps }, overrides: [] }
    gridPos: { h: 7, w: 6, x: 0, "y": 7 }
    id: 4
    targets:
      - expr: 'sum by (envoy_response_code_class)(rate(envoy_http_downstream_rq_xx{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}",envoy_http_conn_manager_prefix="api"}[5m]))'
        legendFormat: "{{ "{{" }}envoy_response_code_class}}xx"
        refId: A
    title: "{{ $fullname }}: requests by status"
    type: timeseries
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: reqps }, overrides: [] }
    gridPos: { h: 7, w: 6, x: 6, "y": 7 }
    id: 5
    targets:
      - expr: >-
          sum by (client,
          envoy_response_code_class)(rate(envoy_vhost_vcluster_upstream_rq_xx{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m]))
        legendFormat: "{{ "{{" }}client}} {{ "{{" }}envoy_response_code_class}}xx"
        refId: A
    title: "{{ $fullname }}: requests by client"
    type: timeseries
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: reqps }, overrides: [] }
    gridPos: { h: 7, w: 6, x: 12, "y": 7 }
    id: 6
    targets:
      - expr: >-
          sum(rate(envoy_http_api_key_auth_unauthorized{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m]))
          or
          sum(rate(envoy_http_basic_auth_denied{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m]))
          or
          sum(rate(envoy_http_jwt_authn_denied{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m]))
          or
          sum(rate(envoy_http_ext_authz_denied{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m]))
        legendFormat: not authenticated (401)
        refId: A
      - expr: 'sum(rate(envoy_http_rbac_denied{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m]))'
        legendFormat: not allowed (403)
        refId: B
      - expr: 'sum(rate(envoy_http_local_rate_limit_rate_limited{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m]))'
        legendFormat: too often (429)
        refId: C
      - expr: 'sum(rate(envoy_http_adaptive_concurrency_gradient_controller_rq_blocked{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}"}[5m]))'
        legendFormat: too many at one time (503)
        refId: D
    title: "{{ $fullname }}: refused"
    type: timeseries
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: s }, overrides: [] }
    gridPos: { h: 7, w: 6, x: 18, "y": 7 }
    id: 7
    targets:
      - expr: >-
          histogram_quantile(0.99,
          sum by (le) (rate(envoy_cluster_upstream_rq_time_bucket{namespace="{{ .Release.Namespace }}",pod=~"{{ $fullname }}-[a-z0-9]+-[a-z0-9]{5}",envoy_cluster_name="model"}[5m])))
          / 1000
        legendFormat: p99
        refId: A
    title: "{{ $fullname }}: 99th percentile of requests"
    type: timeseries
  - datasource: { type: prometheus, uid: "${datasource}" }
    fieldConfig: { defaults: { min: 0, unit: percentunit }, overrides: [] }
    gridPos: { h: 7, w: 24, x: 0, "y": 14 }
    id: 8
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
