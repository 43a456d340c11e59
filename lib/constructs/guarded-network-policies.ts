import type { ApiObject } from 'cdk8s';
import { celList } from '../core/cel';
import { RESERVED_PREFIX } from '../core/reserved-names';
import { AdmissionPolicy, rule } from './admission-policy';
import type { Guard } from './guard';

/** On a Namespace: the network policies that the platform deploys into it. */
const POLICIES = `${RESERVED_PREFIX}network-policies`;
/** It removes what is in a namespace that goes. */
const NAMESPACE_CONTROLLER = 'system:serviceaccount:kube-system:namespace-controller';

export const guardedNetworkPolicies: Guard = {
  name: 'networkPolicies',
  facts: () => ({ annotations: { [POLICIES]: policiesOf } }),
  define(scope, { teams, deployers }) {
    const own = '{"kubernetes.io/metadata.name": request.namespace}';
    const inside =
      '!has(peer.ipBlock) && (!has(peer.namespaceSelector) || ' +
      `(peer.namespaceSelector.?matchLabels.orValue({}) == ${own} && ` +
      'peer.namespaceSelector.?matchExpressions.orValue([]).size() == 0))';
    const closed = (rules: string, peers: string) =>
      `object.spec.?${rules}.orValue([]).all(rule, ` +
      `rule.?${peers}.orValue([]).size() > 0 && rule.${peers}.all(peer, ${inside}))`;
    new AdmissionPolicy(scope, 'network-policies', {
      rules: [rule('networking.k8s.io', ['networkpolicies'], ['CREATE', 'UPDATE', 'DELETE'])],
      namespaces: teams.map(({ namespace }) => namespace),
      conditions: {
        'no-deployer': deployers.others,
        'no-end-of-a-namespace':
          `request.operation != "DELETE" || request.userInfo.username != "${NAMESPACE_CONTROLLER}" && ` +
          'request.userInfo.username != "system:kube-controller-manager"',
      },
      variables: {
        ...deployers.tracked('(request.operation == "DELETE" ? oldObject : object)', 'request.namespace'),
        ours: celList('namespaceObject', POLICIES),
      },
      validations: [
        {
          expression: 'variables.tracked || !(request.name in variables.ours)',
          messageExpression:
            '"the NetworkPolicy \\"" + request.name + "\\" is the platform’s, and " + request.userInfo.username + ' +
            '" deploys for no platform; change the declaration of the team, or give your policy another name"',
        },
        {
          expression:
            'variables.tracked || request.operation == "DELETE" || ' +
            `(${closed('ingress', 'from')} && ${closed('egress', 'to')})`,
          message:
            'a NetworkPolicy of a team may open paths to pods of its own namespace alone: name pods by podSelector, ' +
            'without ipBlock, other namespaces or an empty list; have other paths declared by allowFrom() and allowTo()',
        },
      ],
    });
  },
};

function policiesOf(objects: readonly ApiObject[]): string | undefined {
  const names = objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ name }) => name);
  return names.length > 0 ? names.sort().join(',') : undefined;
}
