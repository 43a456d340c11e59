import { ClusterAddresses } from '../../lib/isolation/cluster-addresses';
import { readCluster } from '../../lib/isolation/cluster';
import { expectRefusal } from '../support';

const policyWith = (spec: unknown, metadata: unknown = { name: 'web', namespace: 'x' }) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata,
  spec,
});
const read = (...objects: unknown[]) =>
  readCluster(objects.map((object, index) => ({ source: `a.yaml:${index + 1}`, object })));
const peer = (one: unknown) => policyWith({ ingress: [{ from: [one] }] });
const port = (one: unknown) => policyWith({ egress: [{ ports: [one] }] });
const expression = (one: unknown) => policyWith({ podSelector: { matchExpressions: [one] } });

const PEER = 'spec.ingress[0].from[0]';
const PORT = 'spec.egress[0].ports[0]';
const BLOCK = 'write an address and the length of its prefix, for example "10.244.0.0/16" or "2001:db8::/32"';
const WHOLE = 'a port must be a whole number from 1 to 65535, got';

describe('objects that the API server refuses', () => {
  test.each<[string, unknown, string]>([
    ['a list for an object', [], 'a.yaml:1] must be a map, got []; write it as fields with names'],
    ['an object without a kind', { apiVersion: 'v1' }, 'a.yaml:1: kind] must be text, got nothing; write it in quotes'],
    ['a policy without a name', policyWith({}, {}), 'a.yaml:1] the object has no name; write metadata.name'],
    [
      'a policy of an API that is gone',
      { ...policyWith({}), apiVersion: 'extensions/v1beta1' },
      'a.yaml:1: apiVersion] extensions/v1beta1 has no NetworkPolicy; write "networking.k8s.io/v1"',
    ],
    ['a spec that is a list', policyWith([]), 'a.yaml:1: spec] must be a map, got []; write it as fields with names'],
    [
      'a field that is written wrong',
      policyWith({ ingress: [{ form: [] }] }),
      'a.yaml:1: spec.ingress[0]] has no field "form"; Kubernetes would ignore it; it knows from, ports',
    ],
    [
      'rules that are no list',
      policyWith({ ingress: { from: [] } }),
      'a.yaml:1: spec.ingress] must be a list, got {"from":[]}; write "- " before each of its items',
    ],
    [
      'an unknown type',
      policyWith({ policyTypes: ['ingress'] }),
      'a.yaml:1: spec.policyTypes[0]] "ingress" is no type of a policy; use "Ingress" or "Egress"',
    ],
    ['an empty peer', peer({}), `a.yaml:1: ${PEER}] the peer is empty; name podSelector, namespaceSelector or ipBlock`],
    [
      'a peer that is pods and addresses',
      peer({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }),
      `a.yaml:1: ${PEER}] a peer is pods or an ipBlock, not both; write "- " before ipBlock, so that it is another peer`,
    ],
    ...[
      '10.0.0.0',
      '10.0.0.0/33',
      '10.0.0.256/8',
      '2001:db8::/129',
      '::ffff:10.0.0.0/104',
      '10.0.0.0/8/8',
      '010.0.0.0/8',
      7,
    ].map((cidr): [string, unknown, string] => [
      `the block ${cidr}`,
      peer({ ipBlock: { cidr } }),
      `a.yaml:1: ${PEER}.ipBlock.cidr] ${JSON.stringify(cidr)} is no block of addresses; ${BLOCK}`,
    ]),
    ...['11.0.0.0/8', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32'].map((except): [string, unknown, string] => [
      `the exception ${except} from 10.0.0.0/8`,
      peer({ ipBlock: { cidr: '10.0.0.0/8', except: [except] } }),
      `a.yaml:1: ${PEER}.ipBlock.except[0]] ${except} does not lie within 10.0.0.0/8; except blocks that are a part of ` +
        'the block, or leave the exception out',
    ]),
    ...[0, 65536, 1.5, -1, true].map((one): [string, unknown, string] => [
      `the port ${one}`,
      port({ port: one }),
      `a.yaml:1: ${PORT}.port] ${WHOLE} ${one}; a range needs the number of its first port as "port"`,
    ]),
    ...['Http', '80', 'a'.repeat(16), 'a--b', '-a', ''].map((one): [string, unknown, string] => [
      `the name "${one}" of a port`,
      port({ port: one }),
      `a.yaml:1: ${PORT}.port] "${one}" is no name of a port; use at most 15 lower-case letters, digits and single "-", ` +
        'or write the number without quotes',
    ]),
    [
      'a range that ends before it begins',
      port({ port: 90, endPort: 80 }),
      `a.yaml:1: ${PORT}.endPort] the range ends before it begins: 90 to 80; write the greater number as "endPort"`,
    ],
    [
      'a range without a beginning',
      port({ endPort: 80 }),
      `a.yaml:1: ${PORT}.port] ${WHOLE} nothing; a range needs the number of its first port as "port"`,
    ],
    [
      'a range from a name',
      port({ port: 'http', endPort: 80 }),
      `a.yaml:1: ${PORT}.port] ${WHOLE} "http"; a range needs the number of its first port as "port"`,
    ],
    [
      'an unknown protocol',
      port({ protocol: 'ICMP' }),
      `a.yaml:1: ${PORT}.protocol] "ICMP" is no protocol of a policy; use one of TCP, UDP, SCTP`,
    ],
    [
      'an unknown operator',
      expression({ key: 'app', operator: 'Equals', values: ['web'] }),
      'a.yaml:1: spec.podSelector.matchExpressions[0].operator] "Equals" is no operator of a label selector; use one of ' +
        'In, NotIn, Exists, DoesNotExist',
    ],
    [
      'In without values',
      expression({ key: 'app', operator: 'In', values: [] }),
      'a.yaml:1: spec.podSelector.matchExpressions[0].values] In needs values, got 0; write at least one',
    ],
    [
      'Exists with values',
      expression({ key: 'app', operator: 'Exists', values: ['web'] }),
      'a.yaml:1: spec.podSelector.matchExpressions[0].values] Exists takes no values, got 1; leave them out',
    ],
    [
      'a label that is a number',
      policyWith({ podSelector: { matchLabels: { app: 1 } } }),
      'a.yaml:1: spec.podSelector.matchLabels.app] must be text, got 1; write it in quotes',
    ],
    [
      'a label that can be none',
      policyWith({ podSelector: { matchLabels: { app: 'a b' } } }),
      'a.yaml:1: spec.podSelector.matchLabels.app] "a b" is no value of a label; use at most 63 letters, digits, "-", ' +
        '"_" and ".", with a letter or digit at both ends',
    ],
    [
      'a key that can be none',
      policyWith({ podSelector: { matchLabels: { 'a/b/c': 'x' } } }),
      'a.yaml:1: spec.podSelector.matchLabels.a/b/c] "a/b/c" is no key of a label; use a name, or a domain, "/" and a name',
    ],
  ])('are refused: %s', (_, object, message) => {
    expectRefusal(() => read(object), `[${message}`);
  });

  test('are refused if they are there twice, wherever the other one is', () => {
    expectRefusal(
      () => read(policyWith({}), { apiVersion: 'v1', kind: 'List', items: [policyWith({})] }),
      '[a.yaml:2: items[0]] NetworkPolicy x/web is declared by a.yaml:1 already; remove one of them, or give it another name',
    );
  });
});

describe('what an object declares', () => {
  const podsOf = (object: unknown) => [...read(object).namespaces.values()].flatMap(({ workloads }) => workloads);
  const template = (app: string) => ({
    metadata: { labels: { app } },
    spec: { containers: [{ ports: [{ name: 'http', containerPort: 80 }, { containerPort: 81 }] }] },
  });
  const web = { labels: { app: 'web' }, ports: [{ name: 'http', port: 80, protocol: 'TCP' }], hostNetwork: false };
  const metadata = { name: 'web', namespace: 'x' };

  test.each([
    ['v1', 'Pod', { ...template('web'), metadata: { ...metadata, labels: { app: 'web' } } }],
    ['apps/v1', 'Deployment', { metadata, spec: { template: template('web') } }],
    ['apps/v1', 'StatefulSet', { metadata, spec: { template: template('web') } }],
    ['apps/v1', 'DaemonSet', { metadata, spec: { template: template('web') } }],
    ['apps/v1', 'ReplicaSet', { metadata, spec: { template: template('web') } }],
    ['batch/v1', 'Job', { metadata, spec: { template: template('web') } }],
    ['batch/v1', 'CronJob', { metadata, spec: { jobTemplate: { spec: { template: template('web') } } } }],
    ['argoproj.io/v1alpha1', 'Rollout', { metadata, spec: { template: template('web') } }],
    ['serving.kserve.io/v1beta1', 'InferenceService', { metadata, spec: { roles: [{ pods: template('web') }] } }],
  ])('are the pods of a %s %s', (apiVersion, kind, fields) => {
    expect(podsOf({ apiVersion, kind, ...fields })).toMatchObject([{ ...web, namespace: 'x', name: `${kind}/web` }]);
  });

  test('are all pods of a resource with several templates', () => {
    const spec = { replicas: { Master: { template: template('master') }, Worker: { template: template('worker') } } };
    const found = podsOf({ apiVersion: 'kubeflow.org/v1', kind: 'PyTorchJob', metadata, spec });
    expect(found.map(({ labels }) => labels['app'])).toEqual(['master', 'worker']);
  });

  test('are no pods for a resource whose template is deeper than any, or that only speaks of pods', () => {
    const deep = Array.from({ length: 200 }).reduce<unknown>(inner => ({ inner }), template('web'));
    expect(podsOf({ apiVersion: 'example.com/v1', kind: 'Deep', metadata, spec: { deep } })).toEqual([]);
    expect(podsOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} })).toEqual([]);
  });

  test.each([
    ['sparkoperator.k8s.io/v1beta2', 'SparkApplication', { driver: { hostNetwork: true } }],
    ['serving.kserve.io/v1beta1', 'InferenceService', { predictor: { hostNetwork: true, containers: [{}] } }],
    ['argoproj.io/v1alpha1', 'Workflow', { hostNetwork: true, templates: [] }],
    ['example.com/v1', 'Both', { ...template('web'), sidecar: { spec: { hostNetwork: true, containers: [] } } }],
    ['example.com/v1', 'Deep', { a: { b: { c: { d: { e: { f: { g: { h: { hostNetwork: true } } } } } } } } }],
  ])('is on the network of its node if a %s %s says so anywhere', (apiVersion, kind, spec) => {
    expect(podsOf({ apiVersion, kind, metadata, spec }).some(({ hostNetwork }) => hostNetwork)).toBe(true);
  });

  test('is no pod for a constraint on pods', () => {
    const spec = { parameters: { hostNetwork: true } };
    expect(podsOf({ apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind: 'Host', metadata, spec })).toEqual([]);
  });

  test('is what it lists, whatever its kind', () => {
    const bundle = { apiVersion: 'v1', kind: 'Bundle', items: [{ ...policyWith({}), kind: 'NetworkPolicy' }] };
    expect(read(bundle).namespaces.get('x')?.policies).toHaveLength(1);
  });

  test('may come several times if the API server makes up its name', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'web-', namespace: 'x' } };
    expect(read(job, job).namespaces.get('x')?.workloads).toHaveLength(2);
  });

  test.each([
    ['networking.k8s.aws/v1alpha1', 'ClusterNetworkPolicy', undefined],
    ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', undefined],
    ['cilium.io/v2', 'CiliumNetworkPolicy', 'x'],
    ['crd.projectcalico.org/v1', 'NetworkPolicy', 'x'],
  ])('is a policy that is not read, of a namespace to prove: %s %s', (apiVersion, kind, namespace) => {
    const { unread, namespaces } = read({ apiVersion, kind, metadata });
    expect(unread).toEqual([{ name: `${kind}/web`, source: 'a.yaml:1', namespace }]);
    expect([...namespaces.keys()]).toEqual(namespace === undefined ? [] : ['x']);
  });

  test('is in the default namespace if it names none', () => {
    const cluster = readCluster([{ source: 'a', object: policyWith({}, { name: 'web' }) }]);
    expect([...cluster.namespaces.keys()]).toEqual(['default']);
  });
});

describe('the addresses of a cluster', () => {
  test('are refused if they are none', () => {
    expectRefusal(
      () => new ClusterAddresses({ pods: ['10.244.0.0'] }),
      '[ClusterAddresses] "10.244.0.0" is no block of addresses; write an address and the length of its prefix, for ' +
        'example "10.244.0.0/16"',
    );
  });
});
