import type { ApiObject } from 'cdk8s';
import { celEntry, celList } from '../core/cel';
import { RESERVED_PREFIX } from '../core/reserved-names';
import { answeredHosts } from '../core/answered-hosts';
import { AdmissionPolicy, rule } from './admission-policy';
import { ClusterNetwork } from './cluster-network';
import type { Guard } from './guard';
import { contentOf } from './kube-object';

/** On a Namespace: the hosts that are the team's. */
const HOSTS = `${RESERVED_PREFIX}hosts`;
const KINDS: readonly (readonly [group: string, resources: readonly string[]])[] = [
  ['gateway.networking.k8s.io', ['gateways', 'grpcroutes', 'httproutes', 'listenersets', 'tlsroutes']],
  ['networking.istio.io', ['gateways', 'serviceentries', 'virtualservices']],
  ['networking.k8s.io', ['ingresses']],
];

/** All hosts that an object answers for, `*` for any. What has no list of hosts answers for those of its gateway. */
const ASKED = [
  ['"Gateway", "ListenerSet"', 'variables.spec.?listeners.orValue([]).map(one, one.?hostname.orValue("*"))'],
  ['"VirtualService", "ServiceEntry"', 'variables.spec.?hosts.orValue(["*"])'],
  [
    '"Ingress"',
    'variables.spec.?rules.orValue([]).map(one, one.?host.orValue("*")) + ' +
      '(has(variables.spec.defaultBackend) ? ["*"] : [])',
  ],
] as const;
const OF_ISTIO =
  'variables.spec.?servers.orValue([]).map(one, one.?hosts.orValue(["*"]).join(",")).join(",").split(",")';
const OF_A_ROUTE = 'variables.spec.?hostnames.orValue([]).size() > 0 ? variables.spec.hostnames : ["*"]';

/** Two teams with the same host would get each other's requests; which one gets them is left to the gateway. */
export const guardedHosts: Guard = {
  name: 'hosts',
  facts: ({ hosts }) => ({ annotations: { [HOSTS]: objects => hostsOf(objects, hosts) } }),
  define(scope, { teams }) {
    const asked = ASKED.map(([kinds, hosts]) => `request.kind.kind in [${kinds}] ? ${hosts} : `).join('');
    const istio = 'request.kind.group == "networking.istio.io" && request.kind.kind == "Gateway"';
    const { domain } = ClusterNetwork.of(scope);
    new AdmissionPolicy(scope, 'hosts', {
      rules: KINDS.map(([group, resources]) => rule(group, resources, ['CREATE', 'UPDATE'])),
      namespaces: teams.map(({ namespace }) => namespace),
      variables: {
        spec: 'dyn(object).spec',
        own: celList('namespaceObject', HOSTS),
        // A host of Istio's may have the namespace of its routes before it.
        asked: `(${istio} ? ${OF_ISTIO} : ${asked}${OF_A_ROUTE}).map(host, host.split("/")[host.split("/").size() - 1].lowerAscii())`,
        services: `[".svc", ".svc.${domain}"].map(end, "." + request.namespace + end)`,
        inside:
          'request.kind.kind in ["VirtualService", "ServiceEntry"] ? variables.asked.filter(host, ' +
          '!host.contains("*") && (!host.contains(".") || variables.services.exists(end, host.endsWith(end)))) : []',
        foreign:
          'variables.asked.filter(host, !(host in variables.inside) && !variables.own.exists(own, ' +
          'own == host || own.startsWith("*.") && host.endsWith(own.substring(1))))',
      },
      validations: [
        {
          expression: 'variables.foreign.size() == 0',
          messageExpression:
            '"the hosts " + variables.foreign.join(", ") + " are not those of this team, which are: " + ' +
            `${celEntry('namespaceObject', 'annotations', HOSTS)} + ` +
            '"; name one of these, or have the host declared as the team’s"',
        },
      ],
    });
  },
};

function hostsOf(objects: readonly ApiObject[], others: readonly string[]): string | undefined {
  const hosts = new Set([...others, ...objects.flatMap(object => answeredHosts(contentOf(object)))]);
  return hosts.size > 0 ? [...hosts].sort().join(',') : undefined;
}
