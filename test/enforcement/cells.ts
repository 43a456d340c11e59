import type { Service } from 'kubernetes-types/core/v1';
import { type Cluster, readCluster } from '../../lib/isolation/cluster';
import type { Policy } from '../../lib/isolation/network-policy';
import type { NamedPort, Protocol } from '../../lib/isolation/ports';
import { allows, type End } from '../../lib/isolation/traffic';
import { type Actor, FOREIGN, TEAMS, UNDECLARED } from './actors';
import { INTERNET } from './platform';

/** An actor that runs. */
export interface RunningActor extends Actor {
  readonly end: End;
}

/** Something that can be called. */
export interface Target {
  readonly kind: 'pods' | 'Services' | 'hosts';
  readonly text: string;
  /** Namespace of the pod that answers, if one does. */
  readonly namespace: string | undefined;
  /** What is called. */
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** What policies see: of a Service the pod behind it. */
  readonly end: End;
  readonly endPort: number;
  /** What it says of itself; undefined if it is a program that the test did not start. */
  readonly answer: string | undefined;
}

/** One question: does this connection come about? */
export interface Cell {
  readonly from: RunningActor;
  readonly to: Target;
}

export const PROTOCOLS = ['TCP', 'UDP'] as const;

/** The end of a connection that an actor is. */
export function endOf(actor: Actor, address: string, namespaceLabels: Readonly<Record<string, string>>): End {
  const ports = actor.ports.map(({ name, containerPort: port, protocol = 'TCP' }) => ({ name, port, protocol }));
  return {
    address,
    pod: {
      namespace: actor.namespace,
      namespaceLabels: { ...namespaceLabels, 'kubernetes.io/metadata.name': actor.namespace },
      labels: actor.labels,
      ports: ports as NamedPort[],
    },
  };
}

/** The ports that policies name, those that pods declare, and one that nobody knows. */
export function portsOf(objects: readonly any[], actors: readonly Actor[]): number[] {
  const named = objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])])
    .flatMap(({ ports = [] }) => ports.map(({ port }: any) => port as number));
  const declared = actors.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort));
  return [...new Set([...named, ...declared, UNDECLARED])].sort((one, other) => one - other);
}

export function podTargets(actors: readonly RunningActor[], ports: readonly number[]): Target[] {
  return actors.flatMap(({ namespace, name, end }) =>
    PROTOCOLS.flatMap(protocol =>
      ports.map((port): Target => {
        const text = `${namespace}/${name}`;
        const address = end.address!;
        return { kind: 'pods', text, namespace, address, port, protocol, end, endPort: port, answer: text };
      }),
    ),
  );
}

/** @param services with the addresses that the cluster gave them */
export function serviceTargets(services: readonly Service[], actors: readonly RunningActor[]): Target[] {
  return services.flatMap(({ metadata, spec }) => {
    const { namespace, name } = metadata!;
    const behind = actors.filter(
      one =>
        one.namespace === namespace &&
        Object.entries(spec!.selector!).every(([key, value]) => one.labels[key] === value),
    );
    const [pod] = behind;
    if (pod === undefined || behind.length > 1) {
      throw new Error(`behind the Service ${namespace}/${name} are ${behind.length} pods instead of one`);
    }
    return spec!.ports!.map((port): Target => ({
      kind: 'Services',
      text: `Service ${namespace}/${name}`,
      namespace,
      address: spec!.clusterIP!,
      port: port.port,
      protocol: port.protocol as Protocol,
      end: pod.end,
      endPort: port.targetPort as number,
      answer: `${pod.namespace}/${pod.name}`,
    }));
  });
}

/** @param hosts that answer with their own address */
export function hostTargets(hosts: readonly string[], ports: readonly number[]): Target[] {
  return hosts.flatMap(address =>
    PROTOCOLS.flatMap(protocol =>
      ports.map((port): Target => ({
        kind: 'hosts',
        text: address,
        namespace: undefined,
        address,
        port,
        protocol,
        end: { address },
        endPort: port,
        answer: address,
      })),
    ),
  );
}

/** Every actor with every target, but for itself. */
export const cellsOf = (actors: readonly RunningActor[], targets: readonly Target[]): Cell[] =>
  actors.flatMap(from => targets.filter(to => to.end.address !== from.end.address).map(to => ({ from, to })));

export const readObjects = (objects: readonly any[]): Cluster =>
  readCluster(
    objects.map(object => ({
      source: `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`,
      object,
    })),
  );

export const policiesOf = (objects: readonly any[]): Policy[] =>
  [...readObjects(objects).namespaces.values()].flatMap(({ policies }) => policies);

/** What the model says of a cell. */
export function isOpen(policies: readonly Policy[], { from, to }: Cell): boolean {
  return allows(policies, { from: from.end, to: to.end, protocol: to.protocol, port: to.endPort }, 'pods too');
}

/**
 * Whether a cell leads from a team to another team or to a stranger, or the other way, or from a team to addresses of
 * the cluster or the metadata of a cloud: what the proof forbids.
 */
export function isForbidden({ from, to }: Cell): boolean {
  if (to.namespace === undefined) {
    return TEAMS.includes(from.namespace) && to.address !== INTERNET;
  }
  const known = (namespace: string) => namespace === FOREIGN || TEAMS.includes(namespace);
  return from.namespace !== to.namespace && known(from.namespace) && known(to.namespace);
}

export const cellText = ({ from, to }: Cell): string =>
  `${from.namespace}/${from.name} -> ${to.text} ${to.protocol} ${to.port}`;
