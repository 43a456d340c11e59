import { ModelApi, ModelRuntime, Peer, type Exposure, type ModelApiProps, type RouteTarget } from '../../lib';
import { Workload } from '../../lib';
import { chartIn } from '../support';

export const GATEWAY = Peer.pods({ namespace: 'gateway', labels: { app: 'edge' } });

/** A ModelApi with that way to it. */
export function exposedApi(exposure: Exposure, props: Partial<ModelApiProps> = {}) {
  const chart = chartIn('fraud');
  const churn = new ModelApi(chart, 'churn', {
    model: { name: 'churn', version: 7 },
    runtime: ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2' }),
    exposure,
    ...props,
  });
  return { chart, churn };
}

/** Three sets of pods: two share the requests, the third gets copies. */
export function exposedVersions(exposure: Exposure, props: Partial<RouteTarget> = {}) {
  const chart = chartIn('fraud');
  const [stable, canary, shadow] = ['churn', 'churn-canary', 'churn-shadow'].map(service => ({
    service,
    port: 80,
    workload: new Workload(chart, service, { program: 'model-api', ports: [10000] }),
  }));
  exposure.connect({
    scope: chart,
    name: 'churn',
    labels: { team: 'fraud' },
    backends: [
      { ...stable!, weight: 95 },
      { ...canary!, weight: 5 },
    ],
    mirror: shadow,
    timeoutSeconds: 60,
    probePorts: [],
    ...props,
  });
  return { chart, stable: stable!, canary: canary!, shadow: shadow! };
}

/** Who may call the pods, as their NetworkPolicy says. */
export const ingressOf = (policy: any): unknown[] | undefined =>
  policy.spec.ingress?.map(({ from, ports }: any) => [
    from[0].namespaceSelector.matchLabels['kubernetes.io/metadata.name'],
    ...ports.map(({ port }: any) => port),
  ]);
