/** An object as it is written, of whatever kind. */
interface Answering {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly spec?: unknown;
}

const READERS: Readonly<Record<string, (spec: any) => unknown[]>> = {
  'gateway.networking.k8s.io Gateway': listeners,
  'gateway.networking.k8s.io GRPCRoute': hostnames,
  'gateway.networking.k8s.io HTTPRoute': hostnames,
  'gateway.networking.k8s.io ListenerSet': listeners,
  'gateway.networking.k8s.io TLSRoute': hostnames,
  'networking.istio.io Gateway': ({ servers }) => list(servers).flatMap(({ hosts }) => list(hosts)),
  'networking.istio.io ServiceEntry': ({ hosts }) => list(hosts),
  'networking.istio.io VirtualService': ({ hosts }) => list(hosts),
  'networking.k8s.io Ingress': ({ rules }) => list(rules).map(({ host }) => host),
};

/**
 * The hosts that a route or a gateway names, in lower case. One that answers for all hosts names none, since they
 * cannot belong to one team.
 */
export function answeredHosts({ apiVersion = '', kind = '', spec = {} }: Answering): string[] {
  const hosts = READERS[`${apiVersion.split('/')[0]} ${kind}`]?.(spec) ?? [];
  // A host of Istio's may have the namespace of its routes before it.
  const names = hosts.map(host => `${(host as string | undefined) ?? '*'}`.split('/').at(-1)!.toLowerCase());
  return names.filter(name => name !== '*');
}

function hostnames({ hostnames: names }: any): unknown[] {
  return list(names);
}

function listeners({ listeners: all }: any): unknown[] {
  return list(all).map(({ hostname }) => hostname as unknown);
}

const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);
