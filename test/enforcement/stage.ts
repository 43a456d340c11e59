import type { Pod, Service } from 'kubernetes-types/core/v1';
import { within } from '../cluster/checks';
import type { Kubectl } from '../cluster/kubectl';
import { actorsOf, CANARY, namespacesOf, podOf, servicesOf } from './actors';
import {
  endOf,
  hostTargets,
  podTargets,
  portsOf,
  PROTOCOLS,
  type RunningActor,
  serviceTargets,
  type Target,
} from './cells';

/** Everybody who calls, and everything that is called. */
export interface Stage {
  readonly actors: readonly RunningActor[];
  readonly targets: readonly Target[];
  /** Address of the pod by which changes of policies are seen. */
  readonly canary: string;
}

const HOST_PORTS = [80, 443];

/** Makes the platform's namespaces and Services, without its policies, and pods in place of its workloads. */
export async function setStage(kubectl: Kubectl, objects: readonly any[], image: string): Promise<Stage> {
  const actors = actorsOf(objects);
  const ports = portsOf(objects, actors);
  const namespaces = namespacesOf(objects);
  const canary = ['caller', 'called'].map(name => ({ namespace: CANARY, name, labels: { app: name }, ports: [] }));
  const pods = [...actors, ...canary].map(actor => podOf(actor, ports, image));
  await kubectl.create(...namespaces);
  await within(30, 'every namespace has its ServiceAccount', async () => {
    const { items } = await kubectl.get('serviceaccounts', '--all-namespaces');
    return namespaces.every(one => items.some(({ metadata }: any) => metadata.namespace === one.metadata!.name));
  });
  await kubectl.apply(...servicesOf(objects), ...pods);
  await Promise.all(namespaces.map(({ metadata }) => allReady(kubectl, metadata!.name!)));

  const { items } = (await kubectl.get('pods', '--all-namespaces')) as { items: Pod[] };
  const addresses = new Map(items.map(pod => [placeOf(pod.metadata!), pod.status!.podIP!]));
  const running = actors.map((actor): RunningActor => {
    const { metadata } = namespaces.find(one => one.metadata!.name === actor.namespace)!;
    return { ...actor, end: endOf(actor, addresses.get(placeOf(actor))!, metadata!.labels!) };
  });
  const services = ((await kubectl.get('services', '--all-namespaces')) as { items: Service[] }).items;
  const isOurs = ({ metadata }: Service) =>
    servicesOf(objects).some(one => placeOf(one.metadata!) === placeOf(metadata!));
  const targets = [
    ...podTargets(running, ports),
    ...serviceTargets(services.filter(isOurs), running),
    ...nameServerTargets(services, items),
    ...(await apiServerTargets(kubectl, services)),
    ...hostTargets(hosts(), HOST_PORTS),
  ];
  return { actors: running, targets, canary: addresses.get(`${CANARY}/called`)! };
}

/** Hosts outside of the cluster that answer with their own address, if whoever runs the test has some. */
export const hosts = (): string[] => (process.env['ENFORCEMENT_HOSTS'] ?? '').split(',').filter(host => host !== '');

async function allReady(kubectl: Kubectl, namespace: string): Promise<void> {
  const args = ['wait', 'pods', '--all', `--namespace=${namespace}`, '--for=condition=Ready', '--timeout=120s'];
  await kubectl.run(args, { seconds: 130 });
}

/** The cluster's DNS: what every team may call by UDP too. */
function nameServerTargets(services: readonly Service[], pods: readonly Pod[]): Target[] {
  const service = services.find(one => placeOf(one.metadata!) === 'kube-system/kube-dns');
  const pod = pods.find(
    ({ metadata }) => metadata!.namespace === 'kube-system' && metadata!.labels?.['k8s-app'] === 'kube-dns',
  );
  if (service === undefined || pod === undefined) {
    throw new Error('the cluster has no DNS behind the Service kube-dns of kube-system');
  }
  const address = pod.status!.podIP!;
  const end = {
    address,
    pod: {
      namespace: 'kube-system',
      namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
      labels: pod.metadata!.labels!,
    },
  };
  return PROTOCOLS.flatMap(protocol => {
    const both = { namespace: 'kube-system', port: 53, protocol, end, endPort: 53, answer: undefined };
    return [
      { ...both, kind: 'pods', text: 'kube-system/kube-dns', address },
      { ...both, kind: 'Services', text: 'Service kube-system/kube-dns', address: service.spec!.clusterIP! },
    ];
  });
}

/** The API server by its Service; it runs on a node, so that policies see the node. */
async function apiServerTargets(kubectl: Kubectl, services: readonly Service[]): Promise<Target[]> {
  const { spec } = services.find(one => placeOf(one.metadata!) === 'default/kubernetes')!;
  const slice = await kubectl.get('endpointslice', '--namespace=default', 'kubernetes');
  const [endpoint] = slice.endpoints;
  return [
    {
      kind: 'Services',
      text: 'Service default/kubernetes',
      namespace: undefined,
      address: spec!.clusterIP!,
      port: 443,
      protocol: 'TCP',
      end: { address: endpoint.addresses[0] },
      endPort: slice.ports[0].port,
      answer: undefined,
    },
  ];
}

const placeOf = ({ namespace, name }: { namespace?: string; name?: string }): string => `${namespace}/${name}`;
