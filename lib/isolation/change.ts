import { NAME_LABEL } from './cluster';
import type { ClosedRange } from './cluster-addresses';
import { contains } from './ip-block';
import type { Direction } from './network-policy';
import { isHalf, type NamespaceSummary, type RuleRef } from './summary';
import type { Breach, Reached } from './verdict';

/** One step of a JSON patch. */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** The smallest change that closes an opening. */
export interface Change {
  /** For people: what to do. */
  readonly text: string;
  /** The same as a JSON patch of a policy, or as a policy to add; undefined if no policy can close it. */
  readonly edit?:
    | {
        readonly kind: 'patch';
        readonly namespace: string;
        readonly policy: string;
        readonly operations: readonly Operation[];
      }
    | { readonly kind: 'add'; readonly object: object };
}

type RulesBreach = Extract<Breach, { kind: 'rules' }>;

/** Closes the pods that no policy isolates. */
export function isolatingChange(summary: NamespaceSummary): Change {
  const half = summary.closings.find(isHalf);
  const { name: namespace } = summary;
  if (half) {
    return {
      text: `set policyTypes of NetworkPolicy ${namespace}/${half.policy} to [Ingress, Egress]`,
      edit: patch(namespace, half.policy, 'add', '/spec/policyTypes', ['Ingress', 'Egress']),
    };
  }
  const spec = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
  const metadata = { name: 'default-deny', namespace };
  return {
    text: `add a NetworkPolicy to ${namespace} with podSelector {} and policyTypes [Ingress, Egress]`,
    edit: { kind: 'add', object: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec } },
  };
}

/** Closes one rule of those that are alike. */
export function ruleChange({ namespace, opening, reached, direction }: RulesBreach, rule: RuleRef): Change {
  const { list, peers } = namesOf(direction);
  const path = `/spec/${list}/${rule.rule}`;
  const policy = `NetworkPolicy ${namespace}/${rule.policy}`;
  const { reach } = opening;
  if (rule.peer === undefined) {
    return {
      text: `name the peers of ${ruleText(direction, rule)} in ${policy}: podSelector {} means its own namespace`,
      edit: patch(namespace, rule.policy, 'add', `${path}/${peers}`, [{ podSelector: {} }]),
    };
  }
  const peer = `${path}/${peers}/${rule.peer}`;
  const remove = rule.peers === 1 ? path : peer;
  const removal = {
    text: `remove ${rule.peers === 1 ? ruleText(direction, { ...rule, peer: undefined }) : ruleText(direction, rule)} of ${policy}`,
    edit: patch(namespace, rule.policy, 'remove', remove),
  };
  if (reach.kind === 'addresses') {
    return addressesChange(
      reached,
      () => removal,
      except => ({
        text: `except ${except.join(', ')} in ${ruleText(direction, rule)} of ${policy}`,
        edit: patch(namespace, rule.policy, 'add', `${peer}/ipBlock/except`, [...reach.block.except, ...except]),
      }),
      reach.block.cidr,
    );
  }
  if (reached.kind === 'namespaces') {
    const rest = reach.kind === 'pods' ? reach.namespaces.names?.filter(name => !reached.names.includes(name)) : [];
    return rest === undefined || rest.length === 0
      ? removal
      : {
          text: `leave ${reached.names.join(', ')} out of the namespaces of ${ruleText(direction, rule)} in ${policy}`,
          edit: patch(namespace, rule.policy, 'replace', `${peer}/namespaceSelector`, byName(rest)),
        };
  }
  return {
    text:
      `select the namespace that is meant by ${NAME_LABEL} in ${ruleText(direction, rule)} of ${policy}: ` +
      `"${namespace}" for its own, or that of one that no team owns`,
    edit: patch(namespace, rule.policy, 'replace', `${peer}/namespaceSelector`, byName([namespace])),
  };
}

/** Where a rule or peer is, as a path that can be searched for. */
export function ruleText(direction: Direction, { rule, peer }: Pick<RuleRef, 'rule' | 'peer'>): string {
  const { list, peers } = namesOf(direction);
  return `spec.${list}[${rule}]${peer === undefined ? '' : `.${peers}[${peer}]`}`;
}

function addressesChange(
  reached: Reached,
  remove: () => Change,
  except: (cidrs: readonly string[]) => Change,
  cidr: string,
): Change {
  if (reached.kind !== 'addresses') {
    return { text: 'say which addresses of the cluster are pods, services and nodes, so that they can be compared' };
  }
  const inside = reached.ranges.filter((one: ClosedRange) => contains(cidr, one.cidr) && one.cidr !== cidr);
  return inside.length === reached.ranges.length ? except(inside.map(one => one.cidr)) : remove();
}

const namesOf = (direction: Direction) =>
  direction === 'Ingress' ? { list: 'ingress', peers: 'from' } : { list: 'egress', peers: 'to' };

const byName = (names: readonly string[]) =>
  names.length === 1
    ? { matchLabels: { [NAME_LABEL]: names[0] } }
    : { matchExpressions: [{ key: NAME_LABEL, operator: 'In', values: names }] };

const patch = (
  namespace: string,
  policy: string,
  op: Operation['op'],
  path: string,
  value?: unknown,
): Change['edit'] => ({
  kind: 'patch',
  namespace,
  policy,
  operations: [op === 'remove' ? { op, path } : { op, path, value }],
});
