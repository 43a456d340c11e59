import type { Chart } from 'cdk8s';
import {
  KserveModel,
  KserveRuntime,
  ModelApi,
  ModelCache,
  ModelRuntime,
  Monitoring,
  Peer,
  TeamNamespace,
  type ModelApiProps,
} from '../../lib';
import { chartIn, expectRefusal, find, lateProblems, objectsOf } from '../support';

const runtime = ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2', metrics: { path: '/metrics' } });
const beside = { canary: { version: 8, percent: 5 }, shadow: { version: 9 } };
const model = { name: 'churn', version: 7, ...beside };
const exposure = { address: { host: 'churn.example.com', path: '/' }, connect: () => undefined };
const internal = { address: undefined, connect: () => undefined };
const GATEWAY = Peer.pods({ namespace: 'gateway' });

function api(props: Partial<ModelApiProps> = {}, chart = chartIn('fraud'), id = 'churn') {
  return { chart, churn: new ModelApi(chart, id, { model, runtime, exposure, ...props }) };
}
const NAMES = ['churn', 'churn-canary', 'churn-shadow'];
const each = (chart: Chart, kind: string) => NAMES.map(name => find(chart, `${kind}/${name}`));

describe('versions side by side', () => {
  it('have pods, a Service, a policy, a budget, an identity and a proxy each', () => {
    const { chart } = api();
    const kinds = ['Deployment', 'Service', 'NetworkPolicy', 'PodDisruptionBudget', 'ServiceAccount'];
    expect(objectsOf(chart).sort()).toEqual(
      NAMES.flatMap(name => [`ConfigMap/${name}-proxy`, ...kinds.map(kind => `${kind}/${name}`)]).sort(),
    );
  });

  it('differ in their version and their name alone', () => {
    const { chart } = api({ replicas: 3 });
    const [stable, ...others] = each(chart, 'Deployment').map(one => JSON.stringify(one));
    const digest = /"checksum\/proxy":"[0-9a-f]+"/;
    ['canary', 'shadow'].forEach((kind, index) => {
      const renamed = others[index]!.replaceAll(`churn-${kind}`, 'churn')
        .replaceAll(`"${8 + index}"`, '"7"')
        .replace(`version ${8 + index}`, 'version 7');
      expect(renamed.replace(digest, '')).toBe(stable!.replace(digest, ''));
    });
  });

  it('tell their pods which version they are, and select them by name', () => {
    const { chart } = api();
    const pods = each(chart, 'Deployment').map(({ spec }) => spec);
    expect(pods.map(({ selector }) => selector.matchLabels)).toEqual(
      NAMES.map(name => ({ 'app.kubernetes.io/instance': name })),
    );
    expect(pods.map(({ template }) => template.metadata.labels['app.kubernetes.io/version'])).toEqual(['7', '8', '9']);
    const variable = ({ template }: any) =>
      template.spec.containers[0].env.find(({ name }: any) => name === 'MODEL_VERSION').value;
    expect(pods.map(variable)).toEqual(['7', '8', '9']);
  });

  it('take the same keys', () => {
    const { chart } = api();
    for (const { spec } of each(chart, 'Deployment')) {
      expect(spec.template.spec.volumes).toContainEqual({
        name: 'proxy-auth',
        secret: { secretName: 'churn-clients', items: [{ key: 'clients.yaml', path: 'clients.yaml' }] },
      });
    }
  });

  it('are offered to a route, each with its part of the requests', () => {
    const { churn } = api();
    const { stable, canary, shadow } = churn.versions;
    expect(churn.backends).toEqual([
      { service: 'churn', port: 80, weight: 95, workload: stable.workload },
      { service: 'churn-canary', port: 80, weight: 5, workload: canary!.workload },
    ]);
    expect(churn.mirror).toEqual({ service: 'churn-shadow', port: 80, workload: shadow!.workload });
    expect(find(api().chart, 'Service/churn-shadow').spec.ports[0].port).toBe(churn.mirror!.port);
  });

  it('leave no trace where there is one', () => {
    const { chart, churn } = api({ model: { name: 'churn', version: 7 }, exposure: undefined });
    expect(churn.backends).toEqual([{ service: 'churn', port: 80, workload: churn.workload }]);
    expect(churn.mirror).toBeUndefined();
    expect(objectsOf(chart).filter(name => /canary|shadow/.test(name))).toEqual([]);
  });

  it('change nothing but the route when the part of the canary changes', () => {
    const at = (percent: number) => api({ model: { ...model, canary: { version: 8, percent } } });
    expect(at(50).chart.toJson()).toEqual(at(5).chart.toJson());
    expect(at(50).churn.backends.map(({ weight }) => weight)).toEqual([50, 50]);
  });

  it('leave the objects of the stable version as they are, also where the canary goes', () => {
    const alone = api({ model: { name: 'churn', version: 7 } }).chart.toJson();
    const together = api().chart.toJson();
    alone.forEach(object => expect(together).toContainEqual(object));
  });

  it('open paths together, from both of their ends', () => {
    const { chart, churn } = api();
    churn.allowFrom(GATEWAY);
    churn.allowTo(Peer.pods({ namespace: 'features', ports: [6379] }));
    const { churn: web } = api({ model: { name: 'web', version: 1 } }, chart, 'web');
    web.allowTo(churn);
    for (const { spec } of each(chart, 'NetworkPolicy')) {
      expect(spec.ingress.map(({ from }: any) => from)).toEqual([GATEWAY.networkPeers(chart), web.networkPeers()]);
      expect(spec.egress[1].ports).toEqual([{ port: 6379, protocol: 'TCP' }]);
    }
    expect(churn.networkPeers()).toHaveLength(3);
    expect(find(chart, 'NetworkPolicy/web').spec.egress[1].to).toEqual(churn.networkPeers());
  });

  it('are callers as one', () => {
    const { chart, churn } = api();
    const { churn: web } = api({ model: { name: 'web', version: 1 } }, chart, 'web');
    web.allowFrom(churn);
    expect(find(chart, 'NetworkPolicy/web').spec.ingress[0].from).toEqual(churn.networkPeers());
    each(chart, 'NetworkPolicy').forEach(({ spec }) => expect(spec.egress[1].to).toEqual(web.networkPeers()));
  });

  it('scale alike, each on its own', () => {
    const { chart } = api({ autoscaling: { max: 4 } });
    expect(each(chart, 'HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef.name)).toEqual(NAMES);
    each(chart, 'HorizontalPodAutoscaler').forEach(({ spec }) => {
      expect(spec).toMatchObject({ minReplicas: 2, maxReplicas: 4 });
    });
  });

  it('have a cache each', () => {
    const { chart } = api({ cache: ModelCache.volume({ size: '1Gi' }) });
    NAMES.forEach(name => expect(objectsOf(chart)).toContain(`PersistentVolumeClaim/${name}-cache`));
  });

  it('count against the quota', () => {
    const need = (given: ModelApiProps['model']) => {
      const chart = chartIn('fraud');
      new TeamNamespace(chart, 'namespace', { quota: { cpu: '3', memory: '4Gi' } });
      api({ model: given }, chart);
      return lateProblems(chart)
        .map(text => /need (\S+) of requests.cpu/.exec(text)?.[1])
        .find(Boolean);
    };
    // Three pods of 350m each during a rollout, once and three times.
    expect(need({ name: 'churn', version: 7 })).toBeUndefined();
    expect(need(model)).toBe('3150m');
  });

  it('are watched and scraped under their own names', () => {
    const { chart, churn } = api();
    const monitoring = new Monitoring(chart, 'monitoring', { prometheus: Peer.pods({ namespace: 'monitoring' }) });
    monitoring.scrape(churn);
    const rules = JSON.stringify(find(chart, 'PrometheusRule/monitoring'));
    NAMES.forEach(name => expect(rules).toContain(`"workload":"${name}"`));
    expect(monitoring.monitors.map(({ name }) => name)).toEqual(NAMES);
  });
});

describe('a canary or a shadow', () => {
  const one = (kind: 'canary' | 'shadow') => ({ model: { name: 'churn', version: 7, [kind]: beside[kind] } });

  test.each([
    ['canary', undefined, 8],
    ['shadow', undefined, 9],
    ['canary', internal, 8],
    ['shadow', internal, 9],
  ] as const)('is refused where no route leads to it: %s, %j', (kind, route, version) => {
    expectRefusal(
      () => api({ ...one(kind), exposure: route }),
      `[fraud/churn] no route leads requests to the ${kind} (version ${version}); ` +
        `choose an exposure that can, such as Exposure.gateway() or Exposure.istio(), or remove ${kind} from the pin`,
    );
  });

  it('is refused in an app without pins just as in a pin', () => {
    expectRefusal(
      () => api({ model: { name: 'churn', version: 7, canary: { version: 7, percent: 5 } } }),
      '[fraud/churn] the canary of model "churn" has version 7, which it is compared with; name another version, or remove the canary',
    );
    expectRefusal(
      () => api({ model: { name: 'churn', version: 7, canary: { version: 8, percent: NaN } } }),
      '[fraud/churn] the percent of the canary of model "churn" must be a whole number from 1 to 99, got NaN; ' +
        'write a part such as 5; at 100 the canary is the version, so change version and remove canary',
    );
    expectRefusal(
      () => api({ model: { name: 'churn', version: 7, shadow: { version: 0 } } }),
      '[fraud/churn/shadow] model.version must be a whole number of at least 1, got 0; write 1 or a greater one',
    );
  });

  it('leaves room for its name', () => {
    const long = 'c'.repeat(47);
    const longest = 'c'.repeat(63);
    expect(api({ model: { name: 'churn', version: 7 } }, undefined, longest).churn.name).toBe(longest);
    expectRefusal(
      () => api({}, undefined, long),
      `[fraud/${long}] the name "${long}" must have at most 46 characters, got 47; choose another id: at most 46 lower-case letters, digits and "-", starting and ending with a letter or digit`,
    );
  });

  it('is refused where KServe serves the model', () => {
    expectRefusal(
      () => new KserveModel(chartIn('fraud'), 'churn', { model, runtime }),
      '[fraud/churn] a KserveModel serves one version, and the canary of "churn" would not run; use a ModelApi, or remove it from the pin',
    );
    expectRefusal(
      () =>
        new KserveModel(chartIn('fraud'), 'churn', {
          model: { name: 'churn', version: 7, digest: `sha256:${'0'.repeat(64)}` },
          runtime: KserveRuntime.named(),
        }),
      '[fraud/churn] KServe fetches the files of "churn" itself, and checks no digest; use a runtime with an image of its own, or remove digest from the pin',
    );
  });
});
