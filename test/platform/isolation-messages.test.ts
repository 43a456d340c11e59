import { KubeObject, Peer, type Platform, type Team, Workload } from '../../lib';
import { SMALL, useWorkspace } from './workspace';

const work = useWorkspace();
const network = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] };

type Kind = 'NetworkPolicy' | 'Deployment' | 'CiliumNetworkPolicy';
const API: Readonly<Record<Kind, string>> = {
  NetworkPolicy: 'networking.k8s.io/v1',
  Deployment: 'apps/v1',
  CiliumNetworkPolicy: 'cilium.io/v2',
};
const object = (team: Team, kind: Kind, spec: object) =>
  void new KubeObject(team, 'mine', {
    apiVersion: API[kind],
    kind,
    metadata: { name: 'mine' },
    spec,
  } as ConstructorParameters<typeof KubeObject>[2]);

/** What somebody writes into main.ts for the team fraud, without a thought of isolation. */
const WAYS: Readonly<Record<string, (team: Team) => void>> = {
  'calls the store of another team': team =>
    new Workload(team, 'trainer', { program: 'trainer' }).allowTo(
      Peer.pods({ namespace: 'search-staging', ports: [8333] }),
    ),
  'lets everybody in, for a test': team => object(team, 'NetworkPolicy', { podSelector: {}, ingress: [{}] }),
  'means the internet, and leaves the ports and the cluster in': team =>
    object(team, 'NetworkPolicy', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
    }),
  'selects namespaces by a label of its own': team =>
    object(team, 'NetworkPolicy', {
      podSelector: { matchLabels: { app: 'features' } },
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { ml: 'yes' } } }], ports: [{ port: 8080 }] }],
    }),
  'runs in the network of the node': team =>
    object(team, 'Deployment', {
      selector: { matchLabels: { app: 'mine' } },
      template: {
        metadata: { labels: { app: 'mine' } },
        spec: { hostNetwork: true, containers: [{ name: 'a', image: 'a' }] },
      },
    }),
  'brings a policy of the network plugin': team => object(team, 'CiliumNetworkPolicy', { endpointSelector: {} }),
};

/** What each message must say: where it is in main.ts, what is wrong, and what to do. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  'calls the store of another team': [
    '[staging/fraud/trainer/policy/policy] ',
    'lets pods of fraud-staging with app.kubernetes.io/instance=trainer call every pod of search-staging on TCP 8333',
    'the other side, search-staging, is closed, so the path is half open',
    'remove spec.egress[1] of NetworkPolicy fraud-staging/trainer',
  ],
  'lets everybody in, for a test': [
    '[staging/fraud/mine] ',
    'lets in pods of every namespace, such as every pod of search-staging to every pod of fraud-staging on every port',
    'name the peers of spec.ingress[0] in NetworkPolicy fraud-staging/mine: podSelector {} means its own namespace',
  ],
  'means the internet, and leaves the ports and the cluster in': [
    '[staging/fraud/mine] ',
    'call 0.0.0.0/0, which covers the pods range 10.244.0.0/16 and the services range 10.96.0.0/16 and the nodes range ' +
      '10.250.0.0/24 and the link-local addresses 169.254.0.0/16',
    'except 10.244.0.0/16, 10.96.0.0/16, 10.250.0.0/24, 169.254.0.0/16 in spec.egress[0].to[0]',
  ],
  'selects namespaces by a label of its own': [
    '[staging/fraud/mine] ',
    'lets in pods of every namespace, such as',
    'select the namespace that is meant by kubernetes.io/metadata.name in spec.ingress[0].from[0]',
  ],
  'runs in the network of the node': [
    '[staging/fraud/mine] Deployment/mine of fraud-staging uses the network of its node, where no NetworkPolicy applies',
    'remove hostNetwork from Deployment/mine, or run it in a namespace that no team owns',
  ],
  'brings a policy of the network plugin': [
    '[staging/fraud/mine] CiliumNetworkPolicy/mine may open what NetworkPolicies close, and is not read',
    'say the same as a NetworkPolicy, or keep it out of what is proven',
  ],
};

function platformWith(declare: (team: Team) => void): Platform {
  const platform = work().platform();
  const [staging] = platform.environments({ staging: { network } });
  staging!.team('fraud', SMALL, declare);
  staging!.team('search', SMALL);
  return platform;
}

describe('a newcomer who breaks the isolation of a team', () => {
  test.each(Object.keys(WAYS))('is told where, what and how to mend it, and nothing else: %s', way => {
    let message = '';
    try {
      platformWith(WAYS[way]!).synth();
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message.split('\n')).toHaveLength(1);
    SAID[way]!.forEach(part => expect(message).toContain(part));
    expect(work().content()).toEqual({});
  });
});
