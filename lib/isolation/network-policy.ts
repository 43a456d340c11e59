import { type Field, type Origin, textOf } from './field';
import { type IpBlock, readIpBlock } from './ip-block';
import { type LabelSelector, readLabelSelector } from './label-selector';
import { type Ports, readPorts } from './ports';

export type Direction = 'Ingress' | 'Egress';

/** Who may be at the other end. */
export type Peer =
  | {
      readonly kind: 'pods';
      /** Undefined for those of the policy's own namespace. */
      readonly namespaces: LabelSelector | undefined;
      readonly pods: LabelSelector;
    }
  | { readonly kind: 'addresses'; readonly block: IpBlock };

export interface Rule {
  /** Undefined for everyone, which is also what an empty list means. */
  readonly peers: readonly Peer[] | undefined;
  readonly ports: readonly Ports[];
}

/** A NetworkPolicy as Kubernetes understands it. */
export interface Policy extends Origin {
  readonly namespace: string;
  readonly name: string;
  readonly pods: LabelSelector;
  /** Its rules, if it isolates pods in that direction. */
  readonly rules: Readonly<Partial<Record<Direction, readonly Rule[]>>>;
}

export const DIRECTIONS = ['Ingress', 'Egress'] as const;

/**
 * Reads the spec of a NetworkPolicy.
 *
 * @throws PlatformError on what the API server refuses, and on fields that it would ignore
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function readNetworkPolicy(namespace: string, name: string, object: Field): Policy {
  const spec = object.at('spec').allow(['podSelector', 'policyTypes', 'ingress', 'egress']);
  const isolated = directionsOf(spec);
  const rules: Partial<Record<Direction, readonly Rule[]>> = {};
  for (const direction of DIRECTIONS) {
    const [field, peers] = direction === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
    // Also those of a direction that is not isolated, so that their mistakes are told.
    const read = spec.at(field!).list.map(rule => readRule(rule, peers!));
    if (isolated.includes(direction)) {
      rules[direction] = read;
    }
  }
  const { source, sourceOf } = object.origin;
  return { source, sourceOf, namespace, name, pods: readLabelSelector(spec.at('podSelector')), rules };
}

/** Ingress is isolated unless the types say otherwise, egress only if they say so, or are left out beside rules for it. */
function directionsOf(spec: Field): readonly Direction[] {
  const types = spec.at('policyTypes').list.map(type => {
    const known = DIRECTIONS.find(direction => direction === type.value);
    if (known === undefined) {
      throw type.refuse(`${textOf(type.value)} is no type of a policy`, 'use "Ingress" or "Egress"');
    }
    return known;
  });
  if (types.length > 0) {
    return types;
  }
  return spec.at('egress').list.length > 0 ? DIRECTIONS : ['Ingress'];
}

function readRule(field: Field, peersName: string): Rule {
  field.allow([peersName, 'ports']);
  const peers = field.at(peersName).list.map(readPeer);
  return { peers: peers.length > 0 ? peers : undefined, ports: readPorts(field.at('ports')) };
}

function readPeer(field: Field): Peer {
  field.allow(['podSelector', 'namespaceSelector', 'ipBlock']);
  const [pods, namespaces, block] = ['podSelector', 'namespaceSelector', 'ipBlock'].map(name => field.at(name)) as [
    Field,
    Field,
    Field,
  ];
  if (!block.isAbsent && !(pods.isAbsent && namespaces.isAbsent)) {
    throw field.refuse(
      'a peer is pods or an ipBlock, not both',
      'write "- " before ipBlock, so that it is another peer',
    );
  }
  if (!block.isAbsent) {
    return { kind: 'addresses', block: readIpBlock(block) };
  }
  if (pods.isAbsent && namespaces.isAbsent) {
    throw field.refuse('the peer is empty', 'name podSelector, namespaceSelector or ipBlock');
  }
  return {
    kind: 'pods',
    namespaces: namespaces.isAbsent ? undefined : readLabelSelector(namespaces),
    pods: readLabelSelector(pods),
  };
}
