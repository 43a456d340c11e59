import { ModelApi, ModelRuntime, Peer, type ApiLimits, type ModelApiProps } from '../../lib';
import { chartIn, expectRefusal, find } from '../support';

function api(props: Partial<ModelApiProps> = {}) {
  const chart = chartIn('fraud');
  const churn = new ModelApi(chart, 'churn', {
    model: { name: 'churn', version: 7 },
    runtime: ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2', port: 8000 }),
    ...props,
  });
  const template = () => find(chart, 'Deployment/churn').spec.template;
  const proxy = () => template().spec.initContainers.at(-1);
  const bootstrap = () => JSON.parse(find(chart, 'ConfigMap/churn-proxy').data['bootstrap.json']);
  const listener = (name: string) =>
    bootstrap().static_resources.listeners.find((one: any) => one.name === name).filter_chains[0].filters[0]
      .typed_config;
  const cluster = (name: string) => bootstrap().static_resources.clusters.find((one: any) => one.name === name);
  return { chart, churn, template, proxy, bootstrap, listener, cluster };
}

describe('the proxy before a model', () => {
  it('starts before the model, stops after it, and takes requests in its place', () => {
    const { proxy, template, cluster, chart } = api();
    expect(proxy()).toMatchObject({
      name: 'proxy',
      restartPolicy: 'Always',
      image: 'docker.io/envoyproxy/envoy:distroless-v1.40.0',
      ports: [{ containerPort: 10000 }, { containerPort: 10001 }],
    });
    expect(template().spec.containers).toHaveLength(1);
    expect(cluster('model').load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address).toEqual({
      address: '127.0.0.1',
      port_value: 8000,
    });
    expect(find(chart, 'Service/churn').spec.ports[0].targetPort).toBe(10000);
  });

  it('is as closed and as limited as every container', () => {
    const { proxy } = api();
    expect(proxy().securityContext).toMatchObject({ readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(proxy().resources).toEqual({
      requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '32Mi' },
      limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '128Mi' },
    });
  });

  it('is not restarted while it drains', () => {
    const { readinessProbe, livenessProbe } = api().proxy();
    expect([readinessProbe.httpGet.path, readinessProbe.httpGet.port]).toEqual(['/ready', 10001]);
    expect(livenessProbe.tcpSocket).toEqual({ port: 10001 });
    expect(livenessProbe.httpGet).toBeUndefined();
  });

  it('leads Prometheus to the metrics of the model, and callers nowhere near', () => {
    const metered = (port?: number) =>
      api({ runtime: ModelRuntime.container({ image: 'churn:1', port: 8000, metrics: { path: '/stats', port } }) });
    const { listener, cluster } = metered(9090);
    const { routes } = listener('status').route_config.virtual_hosts[0];
    expect(routes.at(-1)).toEqual({
      match: { path: '/model/metrics' },
      route: { cluster: 'model-metrics', prefix_rewrite: '/stats' },
    });
    const [{ lb_endpoints }] = cluster('model-metrics').load_assignment.endpoints;
    expect(lb_endpoints[0].endpoint.address.socket_address.port_value).toBe(9090);
    const refused = ({ listener }: ReturnType<typeof api>) =>
      JSON.stringify(listener('api').route_config.virtual_hosts[0].routes).includes('/stats');
    expect([refused(metered()), refused(metered(9090))]).toEqual([true, false]);
    expect(api().cluster('model-metrics')).toBeUndefined();
  });

  it('alone sees the keys, and nobody reaches its administration', () => {
    const { proxy, template, bootstrap } = api();
    const mounts = (container: any) => container.volumeMounts.map(({ name }: any) => name);
    expect(mounts(proxy())).toEqual(['proxy', 'proxy-run', 'proxy-auth']);
    expect(mounts(template().spec.containers[0])).toEqual(['home', 'tmp']);
    expect(template().spec.volumes).toContainEqual({
      name: 'proxy-auth',
      secret: { secretName: 'churn-clients', items: [{ key: 'clients.yaml', path: 'clients.yaml' }] },
    });
    expect(bootstrap().admin.address).toEqual({ pipe: { path: '/run/envoy/admin.sock', mode: 0o600 } });
  });

  it('says nothing of the files that it reads, for they hold keys', () => {
    const { args } = api().proxy();
    expect(args.slice(args.indexOf('--component-log-level'))).toEqual(['--component-log-level', 'config:critical']);
  });

  it('opens no path but that of callers', () => {
    const { chart, churn } = api();
    churn.allowFrom(Peer.pods({ namespace: 'gateway' }));
    const { ingress } = find(chart, 'NetworkPolicy/churn').spec;
    expect(ingress.flatMap(({ ports }: any) => ports)).toEqual([{ port: 10000, protocol: 'TCP' }]);
  });

  it('removes what callers say about themselves before it asks who they are', () => {
    const { early_header_mutation_extensions: early, common_http_protocol_options: options } = api().listener('api');
    const removed = early[0].typed_config.mutations.map(({ remove }: any) => remove);
    expect(removed).toEqual(expect.arrayContaining(['x-client-name', 'x-forwarded-user', 'x-remote-user']));
    expect(options.headers_with_underscores_action).toBe('DROP_HEADER');
  });

  it('keeps the paths of health checks from callers', () => {
    const { routes } = api().listener('api').route_config.virtual_hosts[0];
    const refused = routes.filter(({ direct_response: answer }: any) => answer?.status === 404);
    const refuses = (path: string) =>
      refused.some(({ match }: any) =>
        new RegExp(`^(?:${match.safe_regex.regex.replace('(?i)', '')})$`, 'i').test(path),
      );
    expect(['/ready', '/health', '/health/', '/health;x', '/x/..;/health'].filter(refuses)).toHaveLength(5);
    expect(['/', '/healthy', '/score/health', '/invocations'].filter(refuses)).toEqual([]);
  });

  it.each(['/', '/?probe=1'])('keeps the probe path %s from callers, and nothing below it', readiness => {
    const runtime = ModelRuntime.container({ image: 'churn:1', probes: { readiness, liveness: readiness } });
    const { routes } = api({ runtime }).listener('api').route_config.virtual_hosts[0];
    const patterns: string[] = routes.flatMap(({ match }: any) => match.safe_regex?.regex ?? []);
    const refuses = (path: string) =>
      patterns.some(regex => new RegExp(`^(?:${regex.replace('(?i)', '')})$`, 'i').test(path));
    expect(['/', '//', '/;x', '/..;/'].filter(refuses)).toHaveLength(4);
    expect(['/score', '/v1/score', '/score;x', '/ready'].filter(refuses)).toEqual([]);
  });

  it.each(['/health?full=1', '/health/', '/health/?full=1', '/health#now', '/Health'])(
    'keeps the probe path %s from callers in every spelling',
    liveness => {
      const runtime = ModelRuntime.container({ image: 'churn:1', probes: { readiness: '/ready', liveness } });
      const { routes } = api({ runtime }).listener('api').route_config.virtual_hosts[0];
      const patterns = routes.flatMap(({ match }: any) => match.safe_regex?.regex ?? []);
      expect(patterns.slice(0, -1).every((regex: string) => regex.startsWith('(?i)'))).toBe(true);
      const refuses = (path: string) =>
        patterns.some((regex: string) => new RegExp(`^(?:${regex.replace('(?i)', '')})$`, 'i').test(path));
      expect(['/health', '/HEALTH', '/Health/', '/health;x', '/READY'].filter(refuses)).toHaveLength(5);
      expect(['/', '/healthy', '/score', '/health/score'].filter(refuses)).toEqual([]);
    },
  );

  it('has limits by default, and those that are asked for', () => {
    const limitsOf = ({ listener, cluster }: ReturnType<typeof api>) => {
      const { routes } = listener('api').route_config.virtual_hosts[0];
      const [tooLarge, model] = [routes[0], routes.at(-1)];
      return [
        cluster('model').circuit_breakers.thresholds[0].max_connections,
        listener('api').http_filters.find(({ name }: any) => name === 'envoy.filters.http.adaptive_concurrency')
          .typed_config.gradient_controller_config,
        model.route.timeout,
        tooLarge.match.headers[0].range_match.start,
      ];
    };
    const admitted = (requests: number) => ({
      concurrency_limit_params: { max_concurrency_limit: requests, concurrency_update_interval: '60s' },
      min_rtt_calc_params: { min_concurrency: requests, fixed_value: '1s' },
    });
    expect(limitsOf(api())).toEqual([16, admitted(24), '60s', 16 * 2 ** 20 + 1]);
    const limits: Required<ApiLimits> = {
      concurrency: 4,
      waiting: 7,
      timeoutSeconds: 20,
      requestSize: '1Mi',
      rate: { perSecond: 5, burst: 9 },
    };
    expect(limitsOf(api({ limits }))).toEqual([4, admitted(11), '20s', 2 ** 20 + 1]);
  });

  it('takes the greatest limits that Envoy and routes can be told', () => {
    const rate = { perSecond: 2 ** 32 - 1, burst: 2 ** 32 - 1 };
    const limits = { concurrency: 10_000, timeoutSeconds: 86_400, requestSize: '4294967295', rate };
    const proxy = { resources: { limits: { memory: '12Gi' } } };
    expect(() => api({ limits, proxy })).not.toThrow();
    expect(() => api({ limits: { requestSize: '1', rate: { perSecond: 1 } } })).not.toThrow();
  });

  it('takes as many bodies at one time as its memory has room for', () => {
    const roomOf = (props: Partial<ModelApiProps>) => {
      const { listener, bootstrap } = api(props);
      const places = listener('api')
        .http_filters.filter(({ name }: any) => name.startsWith('mlops.bodies.'))
        .map(({ name, typed_config: { gradient_controller_config: limit } }: any) => [
          name,
          limit.concurrency_limit_params.max_concurrency_limit,
        ]);
      const [heap, connections] = bootstrap().overload_manager.resource_monitors;
      return {
        ...Object.fromEntries(places),
        heap: heap.typed_config.max_heap_size_bytes,
        connections: connections.typed_config.max_active_downstream_connections,
      };
    };
    expect(roomOf({})).toEqual({
      'mlops.bodies.middle': 32,
      'mlops.bodies.large': 6,
      heap: 192 * 2 ** 20,
      connections: 1024,
    });
    const proxy = { resources: { limits: { memory: '1Gi' } } };
    expect(roomOf({ proxy, limits: { requestSize: '64Mi' } })).toMatchObject({
      'mlops.bodies.middle': 128,
      'mlops.bodies.large': 6,
      connections: 4096,
    });
    expect(roomOf({ limits: { requestSize: '512Ki' } })).toMatchObject({ 'mlops.bodies.large': 192 });
    expect(roomOf({ limits: { requestSize: '1' } })).toMatchObject({ 'mlops.bodies.large': 1024 });
  });

  it('counts each body by its size, and those of unknown size among the largest', () => {
    const { routes } = api().listener('api').route_config.virtual_hosts[0];
    const counted = (headers: Record<string, string | undefined>) => {
      const matches = ({ name, range_match: range, present_match: present }: any) =>
        range
          ? Number(headers[name]) >= range.start && Number(headers[name]) < range.end
          : (headers[name] !== undefined) === present;
      const route = routes.find(({ match }: any) => match.prefix && (match.headers ?? []).every(matches));
      const off = Object.keys(route.typed_per_filter_config).filter(name => name.startsWith('mlops.'));
      return ['middle', 'large'].filter(name => !off.includes(`mlops.bodies.${name}`));
    };
    const ofLength = (bytes: number) => counted({ 'content-length': `${bytes}` });
    expect(counted({})).toEqual([]);
    expect([0, 32_768].map(ofLength)).toEqual([[], []]);
    expect([32_769, 2 ** 20].map(ofLength)).toEqual([['middle'], ['middle']]);
    expect([2 ** 20 + 1, 16 * 2 ** 20].map(ofLength)).toEqual([['large'], ['large']]);
    expect(counted({ 'x-mlops-chunked': 'chunked' })).toEqual(['large']);
    expect(counted({ 'content-length': 'odd' })).toEqual(['large']);
    // Refused by a route of its own, which holds nothing.
    expect(ofLength(16 * 2 ** 20 + 1)).toEqual([]);
  });

  it('ends each connection before the model that it leads to', () => {
    const { common_http_protocol_options, drain_timeout } = api().listener('api');
    expect([common_http_protocol_options.max_connection_duration, drain_timeout]).toEqual(['4s', '7s']);
  });

  it('answers the kubelet whatever the load', () => {
    const { listeners } = api().bootstrap().static_resources;
    const bypass = listeners.map((one: any) => [one.name, one.bypass_overload_manager, one.ignore_global_conn_limit]);
    expect(bypass).toContainEqual(['status', true, true]);
    expect(bypass).toContainEqual(['api', undefined, undefined]);
  });

  it('counts the requests of each client apart, if there is a rate', () => {
    const rate = (limits?: ApiLimits) =>
      api({ limits })
        .listener('api')
        .http_filters.find(({ name }: any) => name === 'envoy.filters.http.local_ratelimit')?.typed_config;
    expect(rate()).toBeUndefined();
    expect(rate({ rate: { perSecond: 5 } }).descriptors).toEqual([
      { entries: [{ key: 'client' }], token_bucket: { max_tokens: 5, tokens_per_fill: 5, fill_interval: '1s' } },
    ]);
    expect(rate({ rate: { perSecond: 5, burst: 9 } }).descriptors[0].token_bucket.max_tokens).toBe(9);
  });

  it('makes new pods when it is told something else', () => {
    const checksum = (props: Partial<ModelApiProps>) => api(props).template().metadata.annotations['checksum/proxy'];
    expect(checksum({})).toBe(checksum({}));
    expect(checksum({})).not.toBe(checksum({ limits: { concurrency: 4 } }));
  });

  test.each<[string, Partial<ModelApiProps>, string]>([
    [
      'a model on its port',
      { runtime: ModelRuntime.container({ image: 'churn:1', port: 10000 }) },
      '[fraud/churn/proxy] the model cannot listen on port 10000, which belongs to the proxy in its pods; choose a ' +
        'port other than 10000 and 10001',
    ],
    [
      'metrics on its port',
      { runtime: ModelRuntime.container({ image: 'churn:1', metrics: { path: '/metrics', port: 10001 } }) },
      '[fraud/churn/proxy] the model cannot listen on port 10001, which belongs to the proxy in its pods; choose a ' +
        'port other than 10000 and 10001',
    ],
    [
      'an image that is not pinned',
      { proxy: { image: 'envoy' } },
      '[fraud/churn/proxy] proxy.image must be pinned, got "envoy"; use a version tag or a digest, for example ' +
        '"docker.io/envoyproxy/envoy:distroless-v1.40.0"',
    ],
    [
      'a limit of no request',
      { limits: { concurrency: 0 } },
      '[fraud/churn] limits.concurrency must be a whole number of at least 1, got 0; write 1 or a greater one',
    ],
    [
      'a body that its memory has no room for',
      { limits: { requestSize: '100Mi' } },
      '[fraud/churn/proxy] limits.requestSize (100Mi) does not fit into the memory of the proxy (256Mi), three eighths ' +
        'of which hold large bodies; lower it, or give the proxy at least 267Mi: proxy.resources.limits.memory',
    ],
    [
      'a size that is none',
      { limits: { requestSize: 'large' } },
      '[fraud/churn] limits.requestSize must be a quantity, got "large"; write a number with a unit of ' +
        'Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    ...[
      ['4Gi', 4294967296],
      ['0', 0],
      ['0.5', 0.5],
      ['100m', 0.1],
      ['1.3Ki', 1331.2],
    ].map(([requestSize, bytes]): [string, Partial<ModelApiProps>, string] => [
      `a size of ${requestSize}, which Envoy cannot be told`,
      { limits: { requestSize: `${requestSize}` } },
      `[fraud/churn] limits.requestSize must be whole bytes, from 1 to 4294967295, got "${requestSize}" (${bytes}); ` +
        'write it with its unit and without a fraction: "16Mi"',
    ]),
    ...(
      [
        ['concurrency', { concurrency: 10001 }, 10000],
        ['timeoutSeconds', { timeoutSeconds: 86401 }, 86400],
        ['rate.perSecond', { rate: { perSecond: 2 ** 32 } }, 4294967295],
        ['rate.burst', { rate: { perSecond: 1, burst: 2 ** 32 } }, 4294967295],
      ] as const
    ).map(([name, limits, most]): [string, Partial<ModelApiProps>, string] => [
      `more of ${name} than there can be`,
      { limits },
      `[fraud/churn] limits.${name} must be at most ${most}, got ${most + 1}; write ${most} or a smaller one`,
    ]),
  ])('refuses %s', (_what, props, message) => {
    expectRefusal(() => api(props), message);
  });
});
