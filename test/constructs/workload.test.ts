import { ApiObject, App, Chart } from 'cdk8s';
import { Deployment, Job } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  ClusterNetwork,
  Peer,
  SecretSource,
  Workload,
  type ClusterNetworkProps,
  type HostsPeerProps,
  type PodsPeerProps,
  type WorkloadProps,
} from '../../lib';
import { objectName } from '../../lib/constructs/object-name';
import { chartIn, expectRefusal, find, objectsOf } from '../support';

const LABEL_RULE = 'at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit';
const NETWORK = { pods: ['10.244.0.0/16', 'fd00:10::/56'], services: ['10.96.0.0/16'], nodes: ['192.168.7.0/24'] };
const IN_KUBE_SYSTEM = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
  podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
};

function trainer(scope: Construct = chartIn('fraud'), props: Partial<WorkloadProps> = {}): Workload {
  return new Workload(scope, 'trainer', { program: 'trainer', ports: [9000], ...props });
}

/** A chart in an App that knows the cluster's network. */
function networked(props: ClusterNetworkProps = NETWORK): Chart {
  const app = new App();
  new ClusterNetwork(app, props);
  return chartIn('fraud', app);
}

const policyOf = (workload: Workload) => find(Chart.of(workload), `NetworkPolicy/${workload.name}`).spec;
/** What the workload may call, besides DNS. */
const egressOf = (workload: Workload): any[] => policyOf(workload).egress.slice(1);
const podsOf = (namespace: string, instance: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: { 'app.kubernetes.io/instance': instance } },
});
const tcp = (...ports: number[]) => ports.map(port => ({ port, protocol: 'TCP' }));

describe('Workload', () => {
  it('takes all the props', () => {
    const allProps: Required<WorkloadProps> = {
      program: 'etl',
      ports: [9000, 9001],
      name: 'nightly',
      scratch: '8Gi',
      home: '/home/etl',
      fsGroup: 2000,
      imagePullSecrets: [SecretSource.existing('registry')],
    };
    const chart = chartIn('fraud');
    const workload = new Workload(chart, 'trainer', allProps);
    expect(workload).toMatchObject({ name: 'nightly', namespace: 'fraud', ports: [9000, 9001], home: '/home/etl' });
    expect(objectsOf(chart)).toEqual(['ServiceAccount/nightly', 'NetworkPolicy/nightly']);
    expect(workload.labels).toEqual({ 'app.kubernetes.io/name': 'etl', 'app.kubernetes.io/instance': 'nightly' });
    expect(workload.podTemplate({ containers: [] }).spec!.imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(workload.podTemplate({ containers: [] }).spec!.securityContext!.fsGroup).toBe(2000);
    expect(workload.podTemplate({ containers: [] }).spec!.volumes).toContainEqual({
      name: 'tmp',
      emptyDir: { sizeLimit: '8Gi' },
    });
  });

  test.each([
    'DB_PASSWORD',
    'password',
    'AWS_SECRET_ACCESS_KEY',
    'CLIENT_SECRET',
    'HF_TOKEN',
    'MLFLOW_TRACKING_TOKEN',
    'OPENAI_API_KEY',
  ])('refuses a variable with a secret: %s', name => {
    const workload = new Workload(chartIn('fraud'), 'trainer', { program: 'etl' });
    expectRefusal(
      () => workload.addEnvironment({ name, value: 'hunter2' }),
      `[fraud/trainer] the value of the variable ${name} would stand in the manifest; ` +
        'put it into a Secret and mount it as a file: mountSecret()',
    );
  });

  it('refuses a variable with a password in a URL', () => {
    const workload = new Workload(chartIn('fraud'), 'trainer', { program: 'etl' });
    expectRefusal(
      () => workload.addEnvironment({ name: 'QUEUE', value: 'amqp://user:hunter2@queue' }),
      '[fraud/trainer] the value of the variable QUEUE would stand in the manifest; ' +
        'put it into a Secret and mount it as a file: mountSecret()',
    );
  });

  test.each(['DB_PASSWORD_FILE', 'PAD_TOKEN', 'AUTH_PROXY_SECRET_HEADER', 'PASSWORDLESS'])(
    'takes the variable %s',
    name => {
      const workload = new Workload(chartIn('fraud'), 'trainer', { program: 'etl' });
      workload.addEnvironment(
        { name, value: 'x' },
        { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
      );
      expect(workload.granted.environment.map(one => one.name)).toEqual([name, 'API_KEY']);
    },
  );

  it('listens nowhere and may write 1Gi unless told otherwise', () => {
    const workload = new Workload(chartIn('fraud'), 'trainer', { program: 'etl' });
    expect(workload).toMatchObject({ name: 'trainer', ports: [] });
    expect(workload.podTemplate({ containers: [] }).spec!.volumes).toEqual([
      { name: 'home', emptyDir: { sizeLimit: '64Mi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
    ]);
  });

  it('is selected by exactly one label, which holds no version', () => {
    const workload = trainer();
    expect(workload.selector).toEqual({ 'app.kubernetes.io/instance': 'trainer' });
    expect(policyOf(workload).podSelector).toEqual({ matchLabels: workload.selector });
    const { labels } = workload.podTemplate({ containers: [] }, { 'app.kubernetes.io/version': '7' }).metadata!;
    expect(labels).toEqual({
      'app.kubernetes.io/name': 'trainer',
      'app.kubernetes.io/instance': 'trainer',
      'app.kubernetes.io/version': '7',
    });
  });

  it('has an account without a token, and pods that mount none', () => {
    const chart = chartIn('fraud');
    const { spec } = trainer(chart).podTemplate({ containers: [] });
    expect(find(chart, 'ServiceAccount/trainer').automountServiceAccountToken).toBe(false);
    expect(spec).toMatchObject({ serviceAccountName: 'trainer', automountServiceAccountToken: false });
    expect(spec!.enableServiceLinks).toBe(false);
  });

  it('has pods that "restricted" admits and that cannot write to their image', () => {
    const workload = trainer();
    const main = workload.container({ name: 'main', image: 'trainer:1' });
    expect(main.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    const pod = workload.podTemplate({ containers: [main] }).spec!.securityContext!;
    expect(pod).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.runAsUser).toBeGreaterThan(10000);
    expect(main.volumeMounts).toEqual([
      { name: 'home', mountPath: '/home/app' },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
  });

  it('gives containers what was granted after they were made, too', () => {
    const workload = trainer();
    const main = workload.container({ name: 'main', image: 'trainer:1' });
    workload.addEnvironment({ name: 'STAGE', value: 'test' });
    workload.mountSecret('token', SecretSource.existing('api'), '/etc/api', [{ key: 'token', path: 'token' }]);
    expect(main.env).toEqual([
      { name: 'HOME', value: '/home/app' },
      { name: 'STAGE', value: 'test' },
    ]);
    expect(main.volumeMounts).toContainEqual({ name: 'token', mountPath: '/etc/api', readOnly: true });
    expect(workload.podTemplate({ containers: [main] }).spec!.volumes).toContainEqual({
      name: 'token',
      secret: { secretName: 'api', items: [{ key: 'token', path: 'token' }] },
    });
  });

  it('gives a container beside it what that needs, also if it is granted later', () => {
    const workload = trainer();
    const beside = workload.sideContainer(
      { name: 'beside', image: 'x:1' },
      { volumes: ['data'], variables: ['PLACE'] },
    );
    workload.mountSecret('keys', SecretSource.existing('keys'), '/keys', [{ key: 'a', path: 'a' }]);
    workload.addVolume({ name: 'data', emptyDir: {} }, { mountPath: '/data' });
    workload.addEnvironment({ name: 'PLACE', value: '/data' }, { name: 'KEYS', value: '/keys' });
    expect(beside.env!.map(({ name }) => name)).toEqual(['HOME', 'PLACE']);
    expect(beside.volumeMounts!.map(({ name }) => name)).toEqual(['home', 'tmp', 'data']);
    expect(beside.securityContext).toEqual(workload.container({ name: 'main', image: 'x:1' }).securityContext);
  });

  it('tells the Secrets that it mounts if it starts before a sync', () => {
    const workload = trainer();
    const told: string[] = [];
    const secret = (name: string) => ({ name, beforeSync: () => void told.push(name) });
    workload.mountSecret('first', secret('first'), '/first', []);
    workload.mountInHome('second', secret('second'), '.second', { key: 'a', path: 'a' });
    workload.mountSecret('third', SecretSource.existing('third'), '/third', [], true);
    workload.startBeforeSync();
    expect(told).toEqual(['first', 'second']);
  });

  it('puts what programs look for into their home', () => {
    const workload = trainer();
    workload.mountInHome('aws', SecretSource.existing('s3'), '.aws', { key: 'credentials', path: 'credentials' });
    expect(workload.container({ name: 'main', image: 'trainer:1' }).volumeMounts).toContainEqual({
      name: 'aws',
      mountPath: '/home/app/.aws',
      readOnly: true,
    });
  });

  it('takes the same variable, volume or mount twice for one', () => {
    const workload = trainer();
    const volume = { name: 'data', emptyDir: {} };
    for (let times = 0; times < 2; times++) {
      workload.addEnvironment({ name: 'STAGE', value: 'test' });
      workload.addVolume(volume, { mountPath: '/data' });
    }
    const main = workload.container({ name: 'main', image: 'trainer:1' });
    expect(main.env).toHaveLength(2);
    expect(main.volumeMounts).toHaveLength(3);
    expect(workload.podTemplate({ containers: [] }).spec!.volumes).toHaveLength(3);
  });

  it('mounts one volume at two places', () => {
    const workload = trainer();
    const volume = { name: 'data', emptyDir: {} };
    workload.addVolume(volume, { mountPath: '/in', subPath: 'in' });
    workload.addVolume(volume, { mountPath: '/out', subPath: 'out' });
    expect(workload.container({ name: 'main', image: 'trainer:1' }).volumeMounts!.slice(2)).toEqual([
      { name: 'data', mountPath: '/in', subPath: 'in' },
      { name: 'data', mountPath: '/out', subPath: 'out' },
    ]);
    expect(workload.podTemplate({ containers: [] }).spec!.volumes).toHaveLength(3);
  });

  test.each<[string, (workload: Workload) => void, string]>([
    [
      'a variable with two values',
      workload => workload.addEnvironment({ name: 'HOME', value: '/root' }),
      'the variable HOME is "/home/app" and cannot be "/root" too; set it once',
    ],
    [
      'a variable with a value and a reference',
      workload =>
        workload.addEnvironment(
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'a', key: 'key' } } },
          { name: 'KEY', value: '' },
        ),
      'the variable KEY is {"secretKeyRef":{"name":"a","key":"key"}} and cannot be "" too; set it once',
    ],
    [
      'two volumes of one name',
      workload => workload.addVolume({ name: 'tmp', emptyDir: {} }, { mountPath: '/elsewhere' }),
      'the volume "tmp" is taken: the workload was granted two different things of one kind; grant it one of them',
    ],
    [
      'two volumes at one place',
      workload => workload.addVolume({ name: 'data', emptyDir: {} }, { mountPath: '/tmp' }),
      'the volume "data" cannot be mounted at /tmp: "tmp" is, in another way; choose another path',
    ],
  ])('refuses %s', (_, act, message) => {
    expectRefusal(() => act(trainer()), `[fraud/trainer] ${message}`);
  });

  test.each<[Partial<WorkloadProps>, string]>([
    [
      { scratch: 'much' },
      'scratch must be a quantity, got "much"; write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    [{ name: 'Trainer' }, `"Trainer" cannot name Kubernetes objects; choose another id: ${LABEL_RULE}`],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => trainer(undefined, props), `[fraud/trainer] ${message}`);
  });

  it('refuses a chart without a namespace', () => {
    expectRefusal(
      () => trainer(new Chart(new App(), 'fraud')),
      "[fraud/trainer] the chart has no namespace; give it one: new Chart(app, 'fraud', { namespace: 'fraud' })",
    );
  });
});

describe('the name of a construct’s objects', () => {
  it('is made of the ids below the chart', () => {
    const chart = new Chart(new Chart(new App(), 'platform'), 'fraud', { namespace: 'fraud' });
    const group = new Construct(new Construct(chart, 'eu'), 'models');
    expect(objectName(new Construct(group, 'churn'))).toBe('eu-models-churn');
    expect(trainer(group).name).toBe('eu-models-trainer');
  });

  test.each(['Churn', 'churn_v2', 'chürn', 'churn-', '$churn'])('may not come from the id %s', id => {
    expectRefusal(
      () => objectName(new Construct(chartIn('fraud'), id)),
      `[fraud/${id}] "${id}" cannot name Kubernetes objects; choose another id: ${LABEL_RULE}`,
    );
  });

  it('may not be longer than what it is for allows', () => {
    const fits = 'x'.repeat(63);
    const group = new Construct(chartIn('fraud'), 'a');
    expect(objectName(new Construct(chartIn('fraud'), fits))).toBe(fits);
    expectRefusal(
      () => objectName(new Construct(group, 'x'.repeat(62))),
      `[fraud/a/${'x'.repeat(62)}] the name "a-${'x'.repeat(62)}" must have at most 63 characters, got 64; ` +
        `choose another id: ${LABEL_RULE}`,
    );
    expectRefusal(
      () => objectName(new Construct(group, 'churn'), 6),
      `[fraud/a/churn] the name "a-churn" must have at most 6 characters, got 7; choose another id: ${LABEL_RULE.replace('63', '6')}`,
    );
  });
});

describe('the policy of a workload', () => {
  it('opens nothing but DNS by itself', () => {
    expect(policyOf(trainer())).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'trainer' } },
      policyTypes: ['Ingress', 'Egress'],
      egress: [{ to: [IN_KUBE_SYSTEM], ports: [{ port: 53, protocol: 'UDP' }, ...tcp(53)] }],
    });
  });

  it('is opened at both ends, whichever end opens the path', () => {
    const paths: [string, (caller: Workload, called: Workload) => void][] = [
      ['allowTo', (caller, called) => caller.allowTo(called)],
      ['allowFrom', (caller, called) => called.allowFrom(caller)],
      ['both', (caller, called) => (caller.allowTo(called), called.allowFrom(caller))],
    ];
    for (const [, open] of paths) {
      const chart = chartIn('fraud');
      const caller = new Workload(chart, 'caller', { program: 'etl' });
      const called = trainer(chart);
      open(caller, called);
      expect(egressOf(caller)).toEqual([{ to: [podsOf('fraud', 'trainer')], ports: tcp(9000) }]);
      expect(policyOf(called).ingress).toEqual([{ from: [podsOf('fraud', 'caller')], ports: tcp(9000) }]);
      expect(policyOf(caller).ingress).toBeUndefined();
      expect(egressOf(called)).toEqual([]);
    }
  });

  it('is opened at both ends across namespaces', () => {
    const app = new App();
    const caller = trainer(chartIn('fraud', app));
    const called = trainer(chartIn('search', app));
    caller.allowTo(called);
    expect(egressOf(caller)).toEqual([{ to: [podsOf('search', 'trainer')], ports: tcp(9000) }]);
    expect(policyOf(called).ingress).toEqual([{ from: [podsOf('fraud', 'trainer')], ports: tcp(9000) }]);
  });

  it('is opened for the ports that are named, at both ends', () => {
    const chart = chartIn('fraud');
    const caller = new Workload(chart, 'caller', { program: 'etl' });
    const called = trainer(chart, { ports: [9000, 9001] });
    caller.allowTo(called);
    called.allowFrom(caller, [9002]);
    const ports = [tcp(9000, 9001), tcp(9002)];
    expect(egressOf(caller).map(rule => rule.ports)).toEqual(ports);
    expect(policyOf(called).ingress.map((rule: any) => rule.ports)).toEqual(ports);
  });

  test.each([0, -1, 65536, 80.5, NaN])('refuses the port %d', port => {
    expectRefusal(
      () => trainer().allowTo(Peer.pods({ namespace: 'search' }), [port]),
      `[fraud/trainer/policy] a port must be a whole number from 1 to 65535, got ${port}; ` +
        'name the ports on which the called side listens',
    );
  });

  it('refuses a path to somebody who listens nowhere', () => {
    expectRefusal(
      () => trainer().allowTo(Peer.pods({ namespace: 'search' })),
      '[fraud/trainer/policy] a network path needs a port; name the ports on which the called side listens',
    );
  });

  it('refuses a peer that is nobody, because Kubernetes takes an empty list for everybody', () => {
    const message =
      '[fraud/trainer/policy] the network peer is empty, which a NetworkPolicy takes as everybody; ' +
      'name at least one block of addresses or namespace';
    expectRefusal(() => trainer(networked()).allowTo(Peer.hosts({ cidrs: [], ports: [443] })), message);
    expectRefusal(() => trainer(networked()).allowFrom(Peer.hosts({ cidrs: [] })), message);
  });
});

describe('Peer.pods', () => {
  it('takes all the props', () => {
    const allProps: Required<PodsPeerProps> = { namespace: 'storage', labels: { app: 's3' }, ports: [7070] };
    const workload = trainer();
    workload.allowTo(Peer.pods(allProps));
    expect(egressOf(workload)).toEqual([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'storage' } },
            podSelector: { matchLabels: { app: 's3' } },
          },
        ],
        ports: tcp(7070),
      },
    ]);
  });

  it('lets a gateway and the monitoring system in, to the workload’s own ports or to others', () => {
    const workload = trainer();
    workload.allowFrom(Peer.pods({ namespace: 'gateway' }));
    workload.allowFrom(Peer.pods({ namespace: 'monitoring', labels: { app: 'prometheus' } }), [9090]);
    const from = (namespace: string, podSelector?: object) => [
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector },
    ];
    expect(policyOf(workload).ingress).toEqual([
      { from: from('gateway'), ports: tcp(9000) },
      { from: from('monitoring', { matchLabels: { app: 'prometheus' } }), ports: tcp(9090) },
    ]);
  });

  it('refuses a namespace that is none', () => {
    expectRefusal(
      () => Peer.pods({ namespace: 'Storage' }),
      `[Peer.pods] "Storage" cannot name a namespace; use ${LABEL_RULE}`,
    );
  });
});

describe('Peer.hosts', () => {
  const blocks = (cidr: string, network: ClusterNetworkProps = NETWORK) => {
    const workload = trainer(networked(network));
    workload.allowTo(Peer.hosts({ cidrs: [cidr], ports: [443] }));
    return egressOf(workload)[0].to;
  };

  it('takes all the props', () => {
    const allProps: Required<HostsPeerProps> = { cidrs: ['203.0.113.0/24', '198.51.100.7/32'], ports: [443, 8443] };
    const workload = trainer(networked());
    workload.allowTo(Peer.hosts(allProps));
    workload.allowFrom(Peer.hosts(allProps));
    const peers = [{ ipBlock: { cidr: '203.0.113.0/24' } }, { ipBlock: { cidr: '198.51.100.7/32' } }];
    expect(egressOf(workload)).toEqual([{ to: peers, ports: tcp(443, 8443) }]);
    expect(policyOf(workload).ingress).toEqual([{ from: peers, ports: tcp(9000) }]);
  });

  test.each([
    ['0.0.0.0/0', ['10.244.0.0/16', '10.96.0.0/16', '192.168.7.0/24', '169.254.0.0/16']],
    ['10.0.0.0/8', ['10.244.0.0/16', '10.96.0.0/16']],
    ['169.0.0.0/8', ['169.254.0.0/16']],
    ['::/0', ['fd00:10::/56', 'fe80::/10', 'fd00:ec2::254/128']],
    ['fd00:ec2::/32', ['fd00:ec2::254/128']],
    ['203.0.113.0/24', undefined],
    ['2001:db8::/32', undefined],
  ])('excepts from %s what is the cluster’s own: %j', (cidr, except) => {
    expect(blocks(cidr)).toEqual([{ ipBlock: { cidr, except } }]);
  });

  test.each([
    ['10.244.7.0/24', '10.244.0.0/16'],
    ['10.96.0.0/16', '10.96.0.0/16'],
    ['192.168.7.9/32', '192.168.7.0/24'],
    ['169.254.169.254/32', '169.254.0.0/16'],
    ['fd00:ec2::254/128', 'fd00:ec2::254/128'],
  ])('refuses %s, which lies in the cluster or is link-local', (cidr, around) => {
    expectRefusal(
      () => blocks(cidr),
      `[fraud/trainer/policy] ${cidr} is not outside of the cluster: it lies in ${around}; ` +
        'name pods by Peer.pods(), or choose another block',
    );
  });

  test.each(['203.0.113.7/24', '203.0.113.0', 'example.com', '::ffff:169.254.169.254/128', ''])(
    'refuses %j, which is no block',
    cidr => {
      expectRefusal(
        () => blocks(cidr),
        `[fraud/trainer/policy] "${cidr}" is no CIDR; ` +
          'write the first address of the block and its length, for example "203.0.113.0/24" or "203.0.113.7/32"',
      );
    },
  );

  test.each<[string, ClusterNetworkProps]>([
    ['pods', { ...NETWORK, pods: undefined }],
    ['services', { ...NETWORK, services: undefined }],
    ['nodes', { ...NETWORK, nodes: undefined }],
    ['pods, of which there are none,', { ...NETWORK, pods: [] }],
    ['all', {}],
  ])('refuses any block while the addresses of %s are unknown', (_, network) => {
    expectRefusal(
      () => blocks('203.0.113.0/24', network),
      "[fraud/trainer/policy] cannot open 203.0.113.0/24: which addresses are the cluster's own is unknown; " +
        'set pods, services and nodes of the cluster network, so that they can be excepted',
    );
  });
});

describe('Peer.nodes', () => {
  it('names the nodes of the cluster network', () => {
    const workload = trainer(networked());
    workload.allowFrom(Peer.nodes());
    workload.allowTo(Peer.nodes({ ports: [10250] }));
    const peers = [{ ipBlock: { cidr: '192.168.7.0/24' } }];
    expect(policyOf(workload).ingress).toEqual([{ from: peers, ports: tcp(9000) }]);
    expect(egressOf(workload)).toEqual([{ to: peers, ports: tcp(10250) }]);
  });

  it('refuses to guess them', () => {
    expectRefusal(
      () => trainer().allowFrom(Peer.nodes()),
      "[fraud/trainer/policy] the addresses of the cluster's nodes are unknown; set nodes of the cluster network",
    );
  });
});

describe('Peer.workload', () => {
  it('names exactly the pods of a Deployment or a Job of cdk8s-plus', () => {
    const chart = chartIn('fraud');
    for (const Kind of [Deployment, Job]) {
      const owner = new Kind(chartIn('search'), 'web', { containers: [{ image: 'web:1', portNumber: 80 }] });
      const workload = new Workload(chart, Kind.name.toLowerCase(), { program: 'etl', ports: [9000] });
      workload.allowTo(Peer.workload(owner, [80]));
      workload.allowFrom(Peer.workload(owner));

      const podLabels = ApiObject.of(owner).toJson().spec.template.metadata.labels;
      const peer = {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'search' } },
        podSelector: { matchLabels: podLabels },
      };
      expect(Object.keys(podLabels)).toHaveLength(1);
      expect(egressOf(workload)).toEqual([{ to: [peer], ports: tcp(80) }]);
      expect(policyOf(workload).ingress).toEqual([{ from: [peer], ports: tcp(9000) }]);
    }
  });

  it('refuses a workload without a namespace, and one whose pods nothing tells apart', () => {
    const owner = new Deployment(new Chart(new App(), 'web'), 'web', { containers: [{ image: 'web:1' }] });
    expectRefusal(
      () => trainer().allowFrom(Peer.workload(owner)),
      '[fraud/trainer/policy] the workload web/web has no namespace; give its chart one',
    );
    const bare = Object.assign(new Construct(chartIn('search'), 'bare'), {
      metadata: { namespace: 'search' },
      podMetadata: { getLabel: () => undefined },
    });
    expectRefusal(
      () => trainer().allowFrom(Peer.workload(bare)),
      '[fraud/trainer/policy] the pods of search/bare have no label cdk8s.io/metadata.addr; name them by Peer.pods()',
    );
  });
});

describe('ClusterNetwork', () => {
  it('takes all the props', () => {
    const allProps: Required<ClusterNetworkProps> = {
      ...NETWORK,
      nodeLocalDns: 'fd00::a',
      dnsPorts: [5353],
      domain: 'ml.internal',
    };
    const chart = networked(allProps);
    const { dnsEgress, domain, nodes } = ClusterNetwork.of(chart);
    expect({ domain, nodes }).toEqual({ domain: 'ml.internal', nodes: NETWORK.nodes });
    expect(dnsEgress).toEqual({
      to: [IN_KUBE_SYSTEM, { ipBlock: { cidr: 'fd00::a/128' } }],
      ports: [{ port: 5353, protocol: 'UDP' }, ...tcp(5353)],
    });
    expect(policyOf(trainer(chart)).egress).toEqual([dnsEgress]);
  });

  it('has defaults where none was made', () => {
    const { dnsEgress, domain, nodes } = ClusterNetwork.of(chartIn('fraud'));
    expect({ domain, nodes }).toEqual({ domain: 'cluster.local', nodes: [] });
    expect(dnsEgress).toEqual({ to: [IN_KUBE_SYSTEM], ports: [{ port: 53, protocol: 'UDP' }, ...tcp(53)] });
  });

  test.each<[ClusterNetworkProps, string]>([
    [{ pods: ['10.244.1.0/16'] }, '"10.244.1.0/16" is no CIDR'],
    [{ services: ['10.96.0.0'] }, '"10.96.0.0" is no CIDR'],
    [{ nodes: ['node-1'] }, '"node-1" is no CIDR'],
  ])('refuses %j', (props, problem) => {
    expectRefusal(
      () => new ClusterNetwork(chartIn('fraud'), props),
      `[fraud] ${problem}; write the first address of the block and its length, for example "10.244.0.0/16"`,
    );
  });

  test.each(['169.254.20.10/32', 'node-local', ''])('refuses the NodeLocal DNS address %j', nodeLocalDns => {
    expectRefusal(
      () => new ClusterNetwork(undefined, { nodeLocalDns }),
      `[ClusterNetwork] nodeLocalDns must be an address, got "${nodeLocalDns}"; ` +
        'use that of the DaemonSet, usually "169.254.20.10"',
    );
  });

  it('refuses ports that are none, and a DNS without any', () => {
    expectRefusal(
      () => new ClusterNetwork(undefined, { dnsPorts: [0] }),
      '[ClusterNetwork] a port must be a whole number from 1 to 65535, got 0; ' +
        'name the ports on which the called side listens',
    );
    expectRefusal(
      () => new ClusterNetwork(undefined, { dnsPorts: [] }),
      '[ClusterNetwork] a network path needs a port; name the ports on which the called side listens',
    );
  });

  it('refuses to come after a chart that would have needed it', () => {
    const app = new App();
    chartIn('fraud', app);
    expectRefusal(
      () => new ClusterNetwork(app, NETWORK),
      '[] the cluster network comes after what needs it; make it before the first chart',
    );
  });
});

test('every namespace is selected by the name that no tenant can change', () => {
  const app = new App();
  new ClusterNetwork(app, { ...NETWORK, nodeLocalDns: '169.254.20.10' });
  const chart = chartIn('fraud', app);
  const workload = trainer(chart);
  workload.allowTo(trainer(chartIn('search', app)));
  workload.allowFrom(Peer.pods({ namespace: 'gateway', labels: { app: 'envoy' } }));
  workload.allowTo(
    Peer.workload(new Deployment(chartIn('web', app), 'web', { containers: [{ image: 'web:1' }] }), [80]),
  );
  const selectors: unknown[] = [];
  JSON.stringify([policyOf(workload)], (key, value) => {
    if (key === 'namespaceSelector') {
      selectors.push(value);
    }
    return value;
  });
  expect(selectors).toHaveLength(4);
  for (const selector of selectors) {
    expect(selector).toEqual({ matchLabels: { 'kubernetes.io/metadata.name': expect.any(String) } });
  }
});
