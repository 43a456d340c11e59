{{- define "model-api.bootstrap.json" -}}
admin: { address: { pipe: { mode: 384, path: /run/envoy/admin.sock } } }
node:
  cluster: {{ .Release.Namespace | quote }}
  id: {{ include "model-api.fullname" . | quote }}
overload_manager:
  actions:
    - name: envoy.overload_actions.shrink_heap
      triggers: [{ name: envoy.resource_monitors.fixed_heap, threshold: { value: 0.8 } }]
    - name: envoy.overload_actions.reduce_timeouts
      triggers:
        - name: envoy.resource_monitors.fixed_heap
          scaled: { saturation_threshold: 0.85, scaling_threshold: 0.7 }
      typed_config:
        "@type": type.googleapis.com/envoy.config.overload.v3.ScaleTimersOverloadActionConfig
        timer_scale_factors: [{ min_timeout: 3s, timer: HTTP_DOWNSTREAM_STREAM_IDLE }]
    - name: envoy.overload_actions.stop_accepting_requests
      triggers: [{ name: envoy.resource_monitors.fixed_heap, threshold: { value: 0.95 } }]
  loadshed_points:
    - name: envoy.load_shed_points.http1_server_abort_dispatch
      triggers: [{ name: envoy.resource_monitors.fixed_heap, threshold: { value: 0.9 } }]
  refresh_interval: "0.1s"
  resource_monitors:
    - name: envoy.resource_monitors.fixed_heap
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig
        max_heap_size_bytes: {{ mul .Values.limits.requestMebibytes 12582912 }}
    - name: envoy.resource_monitors.global_downstream_max_connections
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
        max_active_downstream_connections: {{ mul .Values.limits.requestMebibytes 64 }}
static_resources:
  clusters:
    - name: model
      circuit_breakers:
        thresholds:
          - max_connections: {{ .Values.limits.concurrency }}
            max_pending_requests: {{ add .Values.limits.concurrency .Values.limits.waiting }}
            max_requests: {{ add .Values.limits.concurrency .Values.limits.waiting }}
            max_retries: {{ .Values.limits.concurrency }}
      connect_timeout: 1s
      load_assignment:
        cluster_name: model
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address:
                    socket_address:
                      address: "127.0.0.1"
                      port_value: {{ ternary 8080 .Values.runtime.port (eq .Values.runtime.kind "mlflow") }}
      per_connection_buffer_limit_bytes: 32768
      type: STATIC
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          common_http_protocol_options: { idle_timeout: 1s }
          explicit_http_config: { http_protocol_options: {} }
    {{- if and (eq .Values.runtime.kind "container") .Values.runtime.metricsPath }}
    - name: model-metrics
      connect_timeout: 1s
      load_assignment:
        cluster_name: model-metrics
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address: { socket_address: { address: "127.0.0.1", port_value: {{ .Values.runtime.port }} } }
      type: STATIC
    {{- end }}
    - name: admin
      connect_timeout: 1s
      load_assignment:
        cluster_name: admin
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: /run/envoy/admin.sock } } } }] }]
      type: STATIC
    {{- if eq .Values.auth.kind "jwt" }}
    - name: jwks
      connect_timeout: 1s
      load_assignment:
        cluster_name: jwks
        endpoints:
          - lb_endpoints: [{ endpoint: { address: { pipe: { mode: 384, path: /run/envoy/jwks.sock } } } }]
      type: STATIC
    {{- end }}
  listeners:
    - name: api
      address: { socket_address: { address: "0.0.0.0", port_value: 10000 } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                access_log:
                  - name: envoy.access_loggers.stdout
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
                      log_format:
                        json_format:
                          client: "%REQ(x-client-name)%"
                          flags: "%RESPONSE_FLAGS%"
                          from: "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"
                          method: "%REQ(:METHOD)%"
                          milliseconds: "%DURATION%"
                          path: "%PATH(NQ)%"
                          reason: "%RESPONSE_CODE_DETAILS%"
                          received: "%BYTES_RECEIVED%"
                          request: "%REQ(X-REQUEST-ID)%"
                          sent: "%BYTES_SENT%"
                          status: "%RESPONSE_CODE%"
                          time: "%START_TIME%"
                codec_type: HTTP1
                common_http_protocol_options: { headers_with_underscores_action: DROP_HEADER, max_connection_duration: 4s }
                delayed_close_timeout: "0.005s"
                drain_timeout: 7s
                early_header_mutation_extensions:
                  - name: envoy.http.early_header_mutation.header_mutation
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation
                      mutations:
                        - remove: x-client-name
                        - remove: cf-access-authenticated-user-email
                        - remove: forwarded-user
                        - remove: kubeflow-userid
                        - remove: remote-user
                        - remove: ssl-client-s-dn
                        - remove: x-amzn-oidc-accesstoken
                        - remove: x-amzn-oidc-data
                        - remove: x-amzn-oidc-identity
                        - remove: x-auth-request-email
                        - remove: x-auth-request-groups
                        - remove: x-auth-request-preferred-username
                        - remove: x-auth-request-user
                        - remove: x-authenticated-user
                        - remove: x-authenticated-userid
                        - remove: x-client-id
                        - remove: x-consumer-custom-id
                        - remove: x-consumer-id
                        - remove: x-consumer-username
                        - remove: x-forwarded-client-cert
                        - remove: x-forwarded-email
                        - remove: x-forwarded-groups
                        - remove: x-forwarded-preferred-username
                        - remove: x-forwarded-user
                        - remove: x-goog-authenticated-user-email
                        - remove: x-goog-authenticated-user-id
                        - remove: x-goog-iap-jwt-assertion
                        - remove: x-jwt-payload
                        - remove: x-ms-client-principal
                        - remove: x-ms-client-principal-id
                        - remove: x-ms-client-principal-name
                        - remove: x-remote-user
                        - remove: x-user
                        - remove: x-user-id
                        - remove: x-username
                        - remove: x-webauth-user
                        - remove: x-mlops-chunked
                        - append: { header: { key: x-mlops-chunked, value: "%REQ(TRANSFER-ENCODING)%" } }
                http_filters:
                  {{- if eq .Values.auth.kind "jwt" }}
                  - name: tokens
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
                      providers:
                        issuer:
                          audiences: [{{ .Values.auth.jwt.audience | quote }}]
                          claim_to_headers: [{ claim_name: {{ .Values.auth.jwt.clientClaim | quote }}, header_name: x-client-name }]
                          from_headers: [{ name: authorization, value_prefix: "Bearer " }]
                          issuer: {{ .Values.auth.jwt.issuer | quote }}
                          remote_jwks:
                            async_fetch: {}
                            cache_duration: 3s
                            http_uri: { cluster: jwks, timeout: 1s, uri: "http://jwks/" }
                          require_expiration: true
                      rules: [{ match: { prefix: / }, requires: { provider_name: issuer } }]
                  {{- else if eq .Values.auth.kind "apiKeys" }}
                  - name: api-keys
                    config_discovery:
                      config_source:
                        path_config_source: { path: /etc/envoy-auth/clients.yaml, watched_directory: { path: /etc/envoy-auth } }
                        resource_api_version: V3
                      type_urls: [type.googleapis.com/envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth]
                  {{- else if eq .Values.auth.kind "basic" }}
                  - name: users
                    config_discovery:
                      config_source:
                        path_config_source: { path: /etc/envoy-auth/users.yaml, watched_directory: { path: /etc/envoy-auth } }
                        resource_api_version: V3
                      type_urls: [type.googleapis.com/envoy.extensions.filters.http.basic_auth.v3.BasicAuth]
                  {{- end }}
                  {{- if ne .Values.auth.kind "none" }}
                  - name: named-clients
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
                      rules:
                        policies:
                          named-clients:
                            permissions: [{ any: true }]
                            principals:
                              - and_ids:
                                  ids:
                                    - header:
                                        name: x-client-name
                                        string_match: { safe_regex: { regex: "[A-Za-z0-9][A-Za-z0-9._@:|/+=~-]*" } }
                                    {{- if .Values.auth.clients }}
                                    - or_ids:
                                        ids:
                                          {{- range $client := .Values.auth.clients }}
                                          - header: { name: x-client-name, string_match: { exact: {{ $client | quote }} } }
                                          {{- end }}
                                    {{- end }}
                  {{- end }}
                  {{- if .Values.limits.rate.enabled }}
                  - name: envoy.filters.http.local_ratelimit
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
                      always_consume_default_token_bucket: false
                      descriptors:
                        - entries: [{ key: client }]
                          token_bucket:
                            fill_interval: 1s
                            max_tokens: {{ .Values.limits.rate.burst }}
                            tokens_per_fill: {{ .Values.limits.rate.perSecond }}
                      filter_enabled: { default_value: { denominator: HUNDRED, numerator: 100 } }
                      filter_enforced: { default_value: { denominator: HUNDRED, numerator: 100 } }
                      max_dynamic_descriptors: 1000
                      rate_limits:
                        - actions: [{ request_headers: { descriptor_key: client, header_name: x-client-name } }]
                      stat_prefix: clients
                      token_bucket:
                        fill_interval: 1s
                        max_tokens: {{ .Values.limits.rate.burst }}
                        tokens_per_fill: {{ .Values.limits.rate.perSecond }}
                  {{- end }}
                  - name: mlops.bodies.middle
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency
                      gradient_controller_config:
                        concurrency_limit_params:
                          concurrency_update_interval: 60s
                          max_concurrency_limit: {{ mul .Values.limits.requestMebibytes 2 }}
                        min_rtt_calc_params: { fixed_value: 1s, min_concurrency: {{ mul .Values.limits.requestMebibytes 2 }} }
                  - name: mlops.bodies.large
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency
                      gradient_controller_config:
                        concurrency_limit_params: { concurrency_update_interval: 60s, max_concurrency_limit: 6 }
                        min_rtt_calc_params: { fixed_value: 1s, min_concurrency: 6 }
                  - name: envoy.filters.http.buffer
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer
                      max_request_bytes: {{ mul .Values.limits.requestMebibytes 1048576 }}
                  - name: envoy.filters.http.adaptive_concurrency
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency
                      gradient_controller_config:
                        concurrency_limit_params:
                          concurrency_update_interval: 60s
                          max_concurrency_limit: {{ add .Values.limits.concurrency .Values.limits.waiting }}
                        min_rtt_calc_params:
                          fixed_value: 1s
                          min_concurrency: {{ add .Values.limits.concurrency .Values.limits.waiting }}
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                      suppress_envoy_headers: true
                internal_address_config: { cidr_ranges: [{ address_prefix: "255.255.255.255", prefix_len: 32 }] }
                merge_slashes: true
                normalize_path: true
                path_with_escaped_slashes_action: REJECT_REQUEST
                preserve_external_request_id: true
                request_headers_timeout: 10s
                request_timeout: "{{ .Values.limits.timeoutSeconds }}s"
                route_config:
                  virtual_hosts:
                    - name: model
                      domains: ["*"]
                      request_headers_to_remove:
                        {{- if and (ne .Values.auth.kind "apiKeys") (ne .Values.auth.kind "none") }}
                        - authorization
                        {{- end }}
                        {{- if eq .Values.auth.kind "apiKeys" }}
                        - x-api-key
                        {{- end }}
                        - x-mlops-chunked
                      routes:
                        - direct_response:
                            body:
                              inline_string: |
                                a request may have {{ mul .Values.limits.requestMebibytes 1048576 }} bytes
                            status: 413
                          match:
                            headers:
                              - name: content-length
                                range_match:
                                  end: 9007199254740992
                                  start: {{ add (mul .Values.limits.requestMebibytes 1048576) 1 }}
                            prefix: /
                          typed_per_filter_config:
                            {{- include "model-api.typed_per_filter_config" . | nindent 28 }}
                        - direct_response:
                            body:
                              inline_string: |
                                not for callers
                            status: 404
                          match:
                            safe_regex:
                              {{- if eq .Values.runtime.kind "mlflow" }}
                              regex: "(?i)/ping/*(?:;.*)?"
                              {{- else }}
                              regex: "(?i){{ .Values.runtime.readinessPath }}/*(?:;.*)?"
                              {{- end }}
                          typed_per_filter_config:
                            {{- include "model-api.typed_per_filter_config" . | nindent 28 }}
                        - direct_response:
                            body:
                              inline_string: |
                                not for callers
                            status: 404
                          match:
                            safe_regex:
                              {{- if eq .Values.runtime.kind "mlflow" }}
                              regex: "(?i)/health/*(?:;.*)?"
                              {{- else }}
                              regex: "(?i){{ .Values.runtime.livenessPath }}/*(?:;.*)?"
                              {{- end }}
                          typed_per_filter_config:
                            {{- include "model-api.typed_per_filter_config" . | nindent 28 }}
                        {{- if and (eq .Values.runtime.kind "container") .Values.runtime.metricsPath }}
                        - direct_response:
                            body:
                              inline_string: |
                                not for callers
                            status: 404
                          match: { safe_regex: { regex: "(?i){{ .Values.runtime.metricsPath }}/*(?:;.*)?" } }
                          typed_per_filter_config:
                            {{- include "model-api.typed_per_filter_config" . | nindent 28 }}
                        {{- end }}
                        - direct_response:
                            body:
                              inline_string: |
                                not for callers
                            status: 404
                          match:
                            safe_regex:
                              regex: '.*/\.\.?;.*'
                          typed_per_filter_config:
                            {{- include "model-api.typed_per_filter_config" . | nindent 28 }}
                        - match:
                            headers:
                              - name: content-length
                                present_match: false
                              - name: x-mlops-chunked
                                present_match: false
                            prefix: /
                          route:
                            cluster: model
                            retry_policy: { num_retries: 2, retry_on: connect-failure }
                            timeout: "{{ .Values.limits.timeoutSeconds }}s"
                          typed_per_filter_config:
                            mlops.bodies.large: { "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true }
                            mlops.bodies.middle: { "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true }
                        - match: { headers: [{ name: content-length, range_match: { end: 32769, start: 0 } }], prefix: / }
                          route:
                            cluster: model
                            retry_policy: { num_retries: 2, retry_on: connect-failure }
                            timeout: "{{ .Values.limits.timeoutSeconds }}s"
                          typed_per_filter_config:
                            mlops.bodies.large: { "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true }
                            mlops.bodies.middle: { "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true }
                        - match:
                            headers: [{ name: content-length, range_match: { end: 1048577, start: 0 } }]
                            prefix: /
                          route: { cluster: model, timeout: "{{ .Values.limits.timeoutSeconds }}s" }
                          typed_per_filter_config:
                            mlops.bodies.large: { "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true }
                        - match: { prefix: / }
                          route: { cluster: model, timeout: "{{ .Values.limits.timeoutSeconds }}s" }
                          typed_per_filter_config:
                            mlops.bodies.middle: { "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true }
                      {{- if eq .Values.auth.kind "apiKeys" }}
                      typed_per_filter_config:
                        api-keys:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuthPerRoute
                          forwarding: { header: x-client-name, hide_credentials: true }
                          key_sources: [{ header: x-api-key }]
                      {{- end }}
                      {{- if and (ne .Values.auth.kind "none") .Values.auth.clients }}
                      virtual_clusters:
                        {{- range $client := .Values.auth.clients }}
                        - name: {{ $client | quote }}
                          headers: [{ name: x-client-name, string_match: { exact: {{ $client | quote }} } }]
                        {{- end }}
                      {{- end }}
                stat_prefix: api
                stream_idle_timeout: "{{ add .Values.limits.timeoutSeconds 5 }}s"
                use_remote_address: true
      per_connection_buffer_limit_bytes: 32768
    - name: status
      address: { socket_address: { address: "0.0.0.0", port_value: 10001 } }
      bypass_overload_manager: true
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                      suppress_envoy_headers: true
                route_config:
                  virtual_hosts:
                    - name: status
                      domains: ["*"]
                      routes:
                        - match: { path: /ready }
                          route: { cluster: admin }
                        - match: { path: /metrics }
                          route: { cluster: admin, prefix_rewrite: /stats/prometheus }
                        {{- if and (eq .Values.runtime.kind "container") .Values.runtime.metricsPath }}
                        - match: { path: /model/metrics }
                          route: { cluster: model-metrics, prefix_rewrite: {{ .Values.runtime.metricsPath | quote }} }
                        {{- end }}
                stat_prefix: status
      ignore_global_conn_limit: true
      per_connection_buffer_limit_bytes: 32768
    {{- if eq .Values.auth.kind "jwt" }}
    - name: jwks
      address: { pipe: { mode: 384, path: /run/envoy/jwks.sock } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                      suppress_envoy_headers: true
                route_config:
                  max_direct_response_body_size_bytes: 1048576
                  virtual_hosts:
                    - name: jwks
                      domains: ["*"]
                      routes:
                        - direct_response:
                            body: { filename: /etc/envoy-auth/jwks.json, watched_directory: { path: /etc/envoy-auth } }
                            status: 200
                          match: { path: / }
                stat_prefix: jwks
      per_connection_buffer_limit_bytes: 32768
    {{- end }}
stats_config:
  histogram_bucket_settings:
    - buckets: [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000]
      match: { suffix: upstream_rq_time }
  stats_matcher:
    inclusion_list:
      patterns:
        - safe_regex:
            regex: 'http\.api\.downstream_rq_([1-5]xx|active|overload_close)'
        - safe_regex:
            regex: 'http\.api\.(api_key_auth\.unauthorized|basic_auth\.denied|ext_authz\.(denied|error)|rbac\.denied)'
        - safe_regex:
            regex: 'http\.api\.adaptive_concurrency\.gradient_controller\.rq_blocked'
        - safe_regex:
            regex: 'http\.api\.jwt_authn\.(denied|jwks_fetch_failed)'
        - safe_regex:
            regex: 'clients\.http_local_rate_limit\.rate_limited'
        - safe_regex:
            regex: 'cluster\.model\.upstream_rq_([1-5]xx|time|active|pending_active|timeout)'
        - safe_regex:
            regex: 'cluster\.model\.upstream_cx_connect_fail'
        - safe_regex:
            regex: 'vhost\.model\.vcluster\..+\.upstream_rq_[1-5]xx'
        - safe_regex:
            regex: 'extension_config_discovery\.http_filter\.[^.]+\.config_(fail|reload)'
        - safe_regex:
            regex: 'server\.(live|memory_allocated|uptime)'
  stats_tags:
    - tag_name: envoy.http_conn_manager_prefix
    - tag_name: envoy.cluster_name
    - tag_name: envoy.virtual_host
    - tag_name: envoy.response_code_class
    - tag_name: envoy.local_http_ratelimit_prefix
    - regex: '^vhost\.model\.vcluster\.((.+)\.)upstream_rq_'
      tag_name: client
    - regex: '^extension_config_discovery\.http_filter\.(([^.]+)\.)config_'
      tag_name: filter
  use_all_default_tags: false
{{- end }}
