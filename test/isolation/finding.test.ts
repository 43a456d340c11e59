import { readCluster } from '../../lib/isolation/cluster';
import { ClusterAddresses } from '../../lib/isolation/cluster-addresses';
import { findings, refusal } from '../../lib/isolation/finding';
import { IsolationProof, type ProofProps } from '../../lib/isolation/proof';

const NAME = 'kubernetes.io/metadata.name';
const addresses = new ClusterAddresses({
  pods: ['10.244.0.0/16', 'fd00:10::/64'],
  services: ['10.96.0.0/16'],
  nodes: ['10.250.0.0/24'],
  nodeLocalDns: ['169.254.20.10'],
});

const policy = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});
const closed = (namespace: string) =>
  policy(namespace, 'default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const deployment = (namespace: string, name: string, spec = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { template: { metadata: { labels: { app: name } }, spec: { containers: [], ...spec } } },
});
const two = [closed('fraud'), closed('search'), deployment('fraud', 'churn'), deployment('search', 'ranking')];
const churn = { podSelector: { matchLabels: { app: 'churn' } } };
const ranking = { podSelector: { matchLabels: { app: 'ranking' } } };
const of = (...names: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'In', values: names }] },
});
const out = (...to: object[]) => policy('fraud', 'churn', { ...churn, policyTypes: ['Egress'], egress: [{ to }] });
const into = (...from: object[]) =>
  policy('search', 'ranking', { ...ranking, ingress: [{ from, ports: [{ port: 8080 }] }] });

function proofOf(objects: readonly any[], props: ProofProps = {}) {
  const proof = new IsolationProof({ addresses, ...props });
  proof.add(readCluster(objects.map(object => ({ source: `${object.metadata.namespace}.yaml`, object }))));
  return proof;
}

/** What is said of the mistakes in two closed namespaces with these objects added. */
function told(objects: readonly any[], props?: ProofProps): string[] {
  const verdict = proofOf([...two, ...objects], props).verdict();
  return [...findings(verdict)].map(finding => refusal(finding, verdict).message);
}

describe('what is said of a path between teams', () => {
  test('names both sides, their workloads, and the changes that close them', () => {
    expect(told([out(of('search')), into(of('fraud'))])).toEqual([
      '[fraud.yaml] spec.egress[0].to[0] of NetworkPolicy fraud/churn lets Deployment/churn of fraud (app=churn) call ' +
        'Deployment/ranking of search (every pod) on every port; spec.ingress[0].from[0] of NetworkPolicy ' +
        'search/ranking (search.yaml) lets it in to Deployment/ranking of search (app=ranking), so the path from fraud to search is ' +
        'open; remove spec.egress[0] of NetworkPolicy fraud/churn',
      '[search.yaml] spec.ingress[0].from[0] of NetworkPolicy search/ranking lets in Deployment/churn of fraud (every ' +
        'pod) to Deployment/ranking of search (app=ranking) on TCP 8080; spec.egress[0].to[0] of NetworkPolicy ' +
        'fraud/churn (fraud.yaml) lets Deployment/churn of fraud (app=churn) out to it, so the path from fraud to search is open; ' +
        'remove spec.ingress[0] of NetworkPolicy search/ranking',
    ]);
  });

  test('says that the other side is closed, if it is', () => {
    expect(told([out(of('search', 'gateway'))])).toEqual([
      '[fraud.yaml] spec.egress[0].to[0] of NetworkPolicy fraud/churn lets Deployment/churn of fraud (app=churn) call ' +
        'Deployment/ranking of search (every pod) on every port; the other side, search, is closed, so the path is ' +
        'half open; leave search out of the namespaces of spec.egress[0].to[0] in NetworkPolicy fraud/churn',
    ]);
  });

  test('tells of labels that tenants can set', () => {
    const free = { namespaceSelector: { matchLabels: { team: 'fraud' } }, podSelector: {} };
    expect(told([into(free)])).toEqual([
      '[search.yaml] spec.ingress[0].from[0] of NetworkPolicy search/ranking lets in pods of every namespace, such as ' +
        'Deployment/churn of fraud (every pod) to Deployment/ranking of search (app=ranking) on TCP 8080; the other ' +
        'side, fraud, is closed, so the path is half open; select the namespace that is meant by ' +
        'kubernetes.io/metadata.name in spec.ingress[0].from[0] of NetworkPolicy search/ranking: "search" for its own, ' +
        'or that of one that no team owns',
    ]);
  });

  test('tells of a rule for everyone', () => {
    expect(told([policy('search', 'ranking', { ...ranking, ingress: [{}] })])[0]).toContain(
      'spec.ingress[0] of NetworkPolicy search/ranking lets in pods of every namespace, such as Deployment/churn of ' +
        'fraud (every pod) to Deployment/ranking of search (app=ranking) on every port; the other side, fraud, is ' +
        'closed, so the path is half open; name the peers of spec.ingress[0] in NetworkPolicy search/ranking: ' +
        'podSelector {} means its own namespace',
    );
  });

  test('tells of addresses of the cluster itself', () => {
    expect(told([out({ ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.0.0/16'] } })])).toEqual([
      '[fraud.yaml] spec.egress[0].to[0] of NetworkPolicy fraud/churn lets Deployment/churn of fraud (app=churn) call ' +
        '0.0.0.0/0 without 10.244.0.0/16, which covers the services range 10.96.0.0/16 and the nodes range ' +
        '10.250.0.0/24 and the link-local addresses 169.254.0.0/16, such as Deployment/ranking of search (every pod) on ' +
        'every port; the other side, search, is closed, so the path is half open; except 10.96.0.0/16, 10.250.0.0/24, ' +
        '169.254.0.0/16 in spec.egress[0].to[0] of NetworkPolicy fraud/churn',
    ]);
  });

  test('tells of pods that no policy isolates, and which policy is the nearest to it', () => {
    const objects = [policy('ads', 'in', { podSelector: {} }), deployment('ads', 'bids')];
    expect(told(objects)).toEqual([
      '[ads.yaml] the policies of ads isolate no pod for Egress; the other side, fraud, is closed, so the path is half ' +
        'open; set policyTypes of NetworkPolicy ads/in to [Ingress, Egress]',
    ]);
    expect(told([policy('ads', 'some', { ...churn, policyTypes: ['Ingress', 'Egress'] })])).toEqual(
      ['Ingress', 'Egress'].map(direction =>
        expect.stringContaining(
          `[namespace ads] the policies of ads isolate not the pods with labels such as app!=churn for ${direction};`,
        ),
      ),
    );
  });

  test('tells of pods in the network of their node, and of policies that are not read', () => {
    const cilium = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'a', namespace: 'fraud' },
    };
    expect(told([deployment('search', 'agent', { hostNetwork: true }), cilium])).toEqual([
      '[search.yaml] Deployment/agent of search uses the network of its node, where no NetworkPolicy applies; remove ' +
        'hostNetwork from Deployment/agent, or run it in a namespace that no team owns',
      '[fraud.yaml] CiliumNetworkPolicy/a may open what NetworkPolicies close, and is not read; say the same as a ' +
        'NetworkPolicy, or keep it out of what is proven',
    ]);
  });
});

describe('the verdict', () => {
  const breaches = (objects: readonly any[], props?: ProofProps) =>
    proofOf([...two, ...objects], props).verdict().breaches;

  test.each<[string, object]>([
    ['an external block', { ipBlock: { cidr: '203.0.113.0/24' } }],
    ['the nodes alone', { ipBlock: { cidr: '10.250.0.7/32' } }],
    ['NodeLocal DNSCache', { ipBlock: { cidr: '169.254.20.10/32' } }],
    [
      'the internet without the cluster',
      {
        ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.0.0/16', '10.96.0.0/16', '10.250.0.0/24', '169.254.0.0/16'] },
      },
    ],
    [
      'the internet without the cluster, in halves',
      {
        ipBlock: {
          cidr: '0.0.0.0/0',
          except: ['10.244.0.0/17', '10.244.128.0/17', '10.96.0.0/16', '10.250.0.0/24', '169.254.0.0/16'],
        },
      },
    ],
    ['its own namespace', of('fraud')],
    ['its own pods', { podSelector: {} }],
    ['a namespace that nobody declares', of('gateway')],
    ["Kubernetes' own namespace", of('kube-system')],
    [
      'a namespace that cannot be',
      { namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'DoesNotExist' }] } },
    ],
    [
      'pods that cannot be',
      {
        namespaceSelector: {},
        podSelector: {
          matchLabels: { app: 'a' },
          matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }],
        },
      },
    ],
  ])('has no breach for %s', (_, to) => {
    expect(breaches([out(to)])).toEqual([]);
  });

  test.each<[string, object]>([
    ['the pods of the cluster', { ipBlock: { cidr: '10.244.3.0/24' } }],
    ['its Services', { ipBlock: { cidr: '10.96.0.1/32' } }],
    ['credentials of a cloud', { ipBlock: { cidr: '169.254.169.254/32' } }],
    ['credentials of a cloud by IPv6', { ipBlock: { cidr: 'fd00:ec2::/32' } }],
    ['pods by IPv6', { ipBlock: { cidr: 'fd00::/8', except: ['fd00:ec2::/32'] } }],
    [
      'all but one namespace',
      { namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'NotIn', values: ['search'] }] } },
    ],
    ['any namespace that has a name', { namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'Exists' }] } }],
  ])('has a breach for %s', (_, to) => {
    expect(breaches([out(to)])).toMatchObject([{ kind: 'rules', namespace: 'fraud', direction: 'Egress' }]);
  });

  test('lets nodes call pods, as they always can, but no block with pods in it', () => {
    expect(breaches([into({ ipBlock: { cidr: '10.250.0.0/24' } })])).toEqual([]);
    expect(breaches([into({ ipBlock: { cidr: '0.0.0.0/0' } })])).toHaveLength(1);
  });

  test('takes every block for open while the addresses of the cluster are unknown', () => {
    const block = out({ ipBlock: { cidr: '203.0.113.0/24' } });
    expect(breaches([block], { addresses: new ClusterAddresses({ pods: ['10.244.0.0/16'] }) })).toMatchObject([
      { reached: { kind: 'unknown addresses' } },
    ]);
  });

  test('lists whom it trusts, and who does', () => {
    const { assumptions } = proofOf([
      ...two,
      out(of('gateway', 'fraud'), { ipBlock: { cidr: '203.0.113.0/24' } }),
    ]).verdict();
    expect(assumptions).toEqual([
      { kind: 'namespaces', peer: 'gateway', direction: 'Egress', namespaces: ['fraud'], ports: ['every port'] },
      { kind: 'hosts', peer: '203.0.113.0/24', direction: 'Egress', namespaces: ['fraud'], ports: ['every port'] },
    ]);
  });

  test('trusts a declared namespace only if it is told to', () => {
    const gateway = [deployment('gateway', 'envoy'), out(of('gateway'))];
    expect(breaches(gateway).map(({ namespace }) => namespace)).toEqual(['fraud', 'gateway', 'gateway']);
    expect(breaches(gateway, { mediators: ['gateway'] })).toEqual([]);
  });

  test('trusts labels of namespaces only if tenants cannot set them', () => {
    const labelled = { namespaceSelector: { matchLabels: { 'mlops.example.com/role': 'gateway' } } };
    const isProtected = (key: string) => key.startsWith('mlops.example.com/');
    expect(breaches([out(labelled)])).toHaveLength(1);
    // Without its Namespace object, nobody knows which labels it has.
    expect(breaches([out(labelled)], { isProtected })).toHaveLength(1);
    const namespace = (role: string) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'search', labels: { 'mlops.example.com/role': role } },
    });
    expect(breaches([out(labelled), namespace('tenant')], { isProtected })).toEqual([]);
    expect(breaches([out(labelled), namespace('gateway')], { isProtected })).toMatchObject([
      { reached: { kind: 'namespaces', names: ['search'] } },
    ]);
  });

  test('adds up what several parts declare of one namespace', () => {
    const proof = proofOf([deployment('fraud', 'churn')]);
    expect(proof.verdict().breaches).toHaveLength(2);
    proof.add(readCluster([{ source: 'other.yaml', object: closed('fraud') }]));
    expect(proof.verdict().breaches).toEqual([]);
  });
});

describe('what was proven before', () => {
  const remembered = (objects: readonly any[]) => {
    const cluster = readCluster(objects.map(object => ({ source: 'before.yaml', object })));
    return new IsolationProof().add(cluster);
  };

  test('holds as long as nobody owns what it reaches', () => {
    const proof = proofOf([closed('search')]);
    remembered([closed('fraud'), out(of('gateway'))]).forEach(part => proof.remember(part));
    expect(proof.verdict().breaches).toEqual([]);
    const later = proofOf([closed('gateway')]);
    remembered([closed('fraud'), out(of('gateway'))]).forEach(part => later.remember(part));
    const verdict = later.verdict();
    expect([...findings(verdict)].map(finding => refusal(finding, verdict).message)).toEqual([
      '[namespace fraud] fraud, as it was last proven, calls gateway, which a team owns now; prove everything again, ' +
        'which names the rule',
    ]);
  });

  test('isolates what is declared in this run', () => {
    const proof = proofOf([deployment('fraud', 'churn')]);
    remembered([closed('fraud')]).forEach(part => proof.remember(part));
    expect(proof.verdict().breaches).toEqual([]);
  });

  test('makes its namespace a team that nobody else may reach', () => {
    const proof = proofOf([
      closed('search'),
      policy('search', 'out', { policyTypes: ['Egress'], egress: [{ to: [of('fraud')] }] }),
    ]);
    remembered([closed('fraud')]).forEach(part => proof.remember(part));
    expect(proof.verdict().breaches).toMatchObject([{ kind: 'rules', namespace: 'search' }]);
  });
});
