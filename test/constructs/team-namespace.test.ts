import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import {
  ClusterNetwork,
  KubeObject,
  ModelApi,
  ModelRuntime,
  TeamNamespace,
  type TeamNamespaceProps,
  type TeamQuota,
  SecretSource,
} from '../../lib';
import { chartIn, expectGolden, expectRefusal, find, lateProblems, objectsOf } from '../support';

const quota = { cpu: '8', memory: '16Gi' };
const LABEL_RULE = 'at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit';

function fraud(props: Partial<TeamNamespaceProps> = {}): Chart {
  const chart = chartIn('fraud');
  new TeamNamespace(chart, 'namespace', { quota, ...props });
  return chart;
}

describe('TeamNamespace', () => {
  it('renders as reviewed', () => {
    expectGolden(fraud({ owners: ['fraud-leads'], members: ['fraud', { user: 'ada@example.com' }] }), 'team-namespace');
  });

  it('takes all the props', () => {
    const allQuota: Required<TeamQuota> = {
      cpu: '8',
      memory: '16Gi',
      gpus: 2,
      gpuResource: 'amd.com/gpu',
      storage: '1Ti',
      objects: { pods: 20, 'count/cronjobs.batch': 5, 'services.loadbalancers': 1 },
    };
    const allProps: Required<TeamNamespaceProps> = {
      name: 'fraud-eu',
      owners: ['fraud-leads', { user: 'ada@example.com' }],
      members: [{ group: 'fraud' }],
      quota: allQuota,
      containerDefaults: { requests: { cpu: '50m' }, limits: { memory: '1Gi' } },
      podSecurityVersion: 'v1.35',
      adopt: false,
      guarded: { guards: [] },
      imagePullSecrets: [SecretSource.existing('registry')],
    };
    const chart = new Chart(new App(), 'fraud');
    new TeamNamespace(chart, 'namespace', allProps);
    expect(find(chart, 'Namespace/fraud-eu').metadata.labels['pod-security.kubernetes.io/enforce-version']).toBe(
      'v1.35',
    );
    expect(find(chart, 'ServiceAccount/default').imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(find(chart, 'ResourceQuota/team').metadata.namespace).toBe('fraud-eu');
    expect(find(chart, 'ResourceQuota/team').spec.hard).toEqual({
      'requests.cpu': '8',
      'requests.memory': '16Gi',
      'limits.memory': '16Gi',
      'requests.amd.com/gpu': '2',
      'requests.storage': '1Ti',
      pods: '20',
      services: '50',
      'services.loadbalancers': '1',
      'services.nodeports': '0',
      persistentvolumeclaims: '20',
      secrets: '100',
      configmaps: '100',
      'count/jobs.batch': '100',
      'count/cronjobs.batch': '5',
    });
    expect(find(chart, 'LimitRange/containers').spec.limits).toEqual([
      {
        type: 'Container',
        defaultRequest: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
        default: { cpu: '500m', memory: '1Gi', 'ephemeral-storage': '1Gi' },
      },
    ]);
    expect(find(chart, 'RoleBinding/team-owner').subjects).toEqual([
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'fraud-leads' },
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ada@example.com' },
    ]);
    expect(find(chart, 'RoleBinding/team-member').subjects.map(({ name }: any) => name)).toEqual([
      'fraud-leads',
      'ada@example.com',
      'fraud',
    ]);
  });

  it('holds pods to "restricted" in each way there is, at a pinned version', () => {
    expect(find(fraud(), 'Namespace/fraud').metadata.labels).toEqual({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.33',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/audit-version': 'v1.33',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/warn-version': 'v1.33',
    });
  });

  it('has a Namespace that is in no namespace', () => {
    expect(find(fraud(), 'Namespace/fraud').metadata.namespace).toBeUndefined();
  });

  it('takes the name of the chart, or else its own id', () => {
    expect(objectsOf(fraud())).toContain('Namespace/fraud');
    const chart = new Chart(new App(), 'platform');
    const team = new TeamNamespace(chart, 'search', { quota });
    expect(team.name).toBe('search');
    expect(find(chart, 'ResourceQuota/team').metadata.namespace).toBe('search');
  });

  it('allows no GPU, 100Gi of storage and no way in from outside unless told to', () => {
    const { hard } = find(fraud(), 'ResourceQuota/team').spec;
    expect(hard).toMatchObject({ 'requests.nvidia.com/gpu': '0', 'requests.storage': '100Gi', pods: '100' });
    expect(hard).toMatchObject({ 'services.loadbalancers': '0', 'services.nodeports': '0' });
  });

  it('gives containers without resources some', () => {
    expect(find(fraud(), 'LimitRange/containers').spec.limits[0]).toEqual({
      type: 'Container',
      defaultRequest: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
      default: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
    });
  });

  it('closes every pod in both directions', () => {
    expect(find(fraud(), 'NetworkPolicy/default-deny').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  it('lets every pod ask for host names and nothing else', () => {
    expect(find(fraud(), 'NetworkPolicy/allow-dns').spec).toEqual({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
            },
          ],
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
      ],
    });
  });

  it('asks where the cluster network says: NodeLocal DNS, other ports', () => {
    const app = new App();
    new ClusterNetwork(app, { nodeLocalDns: '169.254.20.10', dnsPorts: [53, 5353] });
    const chart = chartIn('fraud', app);
    new TeamNamespace(chart, 'namespace', { quota });
    const [rule] = find(chart, 'NetworkPolicy/allow-dns').spec.egress;
    expect(rule.to[1]).toEqual({ ipBlock: { cidr: '169.254.20.10/32' } });
    expect(rule.ports.map(({ port, protocol }: any) => `${protocol} ${port}`)).toEqual([
      'UDP 53',
      'TCP 53',
      'UDP 5353',
      'TCP 5353',
    ]);
  });

  it('mounts no token into pods that name no account', () => {
    expect(find(fraud(), 'ServiceAccount/default').automountServiceAccountToken).toBe(false);
  });

  it('comes before everything it guards', () => {
    const wave = ({ metadata }: any) => metadata.annotations['argocd.argoproj.io/sync-wave'];
    const [namespace, ...guards] = fraud({ owners: ['fraud-leads'] }).toJson();
    expect(wave(namespace)).toBe('-3');
    expect(new Set(guards.map(wave))).toEqual(new Set(['-2']));
  });

  it('gives the objects away as fields', () => {
    const team = new TeamNamespace(chartIn('fraud'), 'namespace', { quota, owners: ['fraud-leads'] });
    expect(team.namespace!.name).toBe('fraud');
    expect(
      [team.quota, team.limits, team.defaultDeny, team.allowDns, team.defaultAccount].map(({ name }) => name),
    ).toEqual(['team', 'containers', 'default-deny', 'allow-dns', 'default']);
    expect(team.access.roles.map(({ name }) => name)).toEqual(['team-member', 'team-owner']);
    expect(team.access.roleBindings).toHaveLength(2);
  });
});

describe('the rights of the team', () => {
  const rules = (chart: Chart): { apiGroups: string[]; resources: string[]; verbs: string[] }[] =>
    chart.toJson().flatMap(object => (object.kind === 'Role' ? object.rules : []));
  const verbs = (resource: string) =>
    rules(fraud({ owners: ['leads'], members: ['all'] }))
      .filter(({ resources }) => resources.includes(resource))
      .flatMap(rule => rule.verbs);

  it('are none if nobody is named', () => {
    expect(objectsOf(fraud()).filter(name => name.startsWith('Role'))).toEqual([]);
  });

  it('are those of members alone if there is no owner', () => {
    const chart = fraud({ members: ['fraud'] });
    expect(objectsOf(chart).filter(name => name.startsWith('Role'))).toEqual([
      'Role/team-member',
      'RoleBinding/team-member',
    ]);
    expect(find(chart, 'RoleBinding/team-member').roleRef).toEqual({
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'Role',
      name: 'team-member',
    });
  });

  it('refuses to be another namespace than that of its chart', () => {
    expectRefusal(
      () => fraud({ name: 'fraud-eu' }),
      `[fraud/namespace] the namespace "fraud-eu" is not that of its chart, "fraud": the team's workloads would be outside of it; leave name out`,
    );
  });

  test.each(['networkpolicies', 'resourcequotas', 'limitranges'])('let people see %s and no more', resource => {
    expect(verbs(resource)).toEqual(['get', 'list', 'watch']);
  });

  test.each([
    ['bitnami.com', 'sealedsecrets'],
    ['external-secrets.io', 'externalsecrets'],
    ['keda.sh', 'scaledobjects'],
    ['kubeflow.org', 'poddefaults'],
    ['monitoring.coreos.com', 'podmonitors'],
    ['monitoring.coreos.com', 'prometheusrules'],
    ['monitoring.coreos.com', 'servicemonitors'],
    ['postgresql.cnpg.io', 'backups'],
    ['postgresql.cnpg.io', 'clusters'],
    ['postgresql.cnpg.io', 'scheduledbackups'],
    ['serving.kserve.io', 'inferenceservices'],
  ])('let people of both kinds see what an operator makes pods and Secrets of: %s %s', (group, resource) => {
    for (const people of [{ owners: ['leads'] }, { members: ['all'] }]) {
      const given = rules(fraud(people)).filter(rule => rule.resources.includes(resource));
      expect(given).toEqual([
        { apiGroups: [group], resources: expect.arrayContaining([resource]), verbs: ['get', 'list', 'watch'] },
      ]);
    }
  });

  test.each([
    'namespaces',
    'roles',
    'rolebindings',
    'pods/exec',
    'pods/attach',
    'pods/ephemeralcontainers',
    'secretstores',
    'triggerauthentications',
  ])('do not reach %s', resource => {
    expect(verbs(resource)).toEqual([]);
  });

  it('let owners hand in Secrets, and nobody read one', () => {
    expect(verbs('secrets')).toEqual(['create', 'delete']);
  });

  it('change nothing but Secrets and pods', () => {
    const changing = rules(fraud({ owners: ['leads'], members: ['all'] })).filter(rule =>
      rule.verbs.some(verb => !['get', 'list', 'watch'].includes(verb)),
    );
    expect(changing.map(({ resources, verbs: allowed }) => `${allowed} ${resources}`)).toEqual([
      'create,delete secrets',
      'delete pods',
      'create pods/portforward',
    ]);
  });

  it('stand in no wildcard', () => {
    const all = rules(fraud({ owners: ['leads'] })).flatMap(rule => [
      ...rule.apiGroups,
      ...rule.resources,
      ...rule.verbs,
    ]);
    expect(all.filter(text => text.includes('*'))).toEqual([]);
  });

  test.each([
    ['system:masters', 'system:masters'],
    [{ user: 'system:admin' }, 'system:admin'],
    [{ group: ' ' }, ' '],
    ['', ''],
  ])('are not given to %j', (subject, name) => {
    expectRefusal(
      () => fraud({ members: [subject] }),
      `[fraud/namespace/access] "${name}" cannot be an owner or member; ` +
        'name a person or a group of the identity provider; "system:" is reserved for Kubernetes itself',
    );
  });
});

describe('TeamNamespace refuses', () => {
  test.each<[string, Partial<TeamNamespaceProps>, string]>([
    ['a name that is none', { name: 'Fraud' }, `"Fraud" cannot name a namespace; use ${LABEL_RULE}`],
    [
      'a name of Kubernetes',
      { name: 'kube-system' },
      'the namespace "kube-system" is Kubernetes\' own; give the team a namespace of its own',
    ],
    [
      'the default namespace',
      { name: 'default' },
      'the namespace "default" is Kubernetes\' own; give the team a namespace of its own',
    ],
    [
      'Pod Security that is not pinned',
      { podSecurityVersion: 'latest' },
      'podSecurityVersion must be pinned, got "latest"; write the version of Kubernetes it came with, for example "v1.33"',
    ],
    [
      'a number of CPUs that is none',
      { quota: { ...quota, cpu: 'many' } },
      'quota.cpu must be a quantity, got "many"; write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    [
      'memory that is none',
      { quota: { ...quota, memory: '16GB' } },
      'quota.memory must be a quantity, got "16GB"; write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    [
      'storage that is none',
      { quota: { ...quota, storage: '' } },
      'quota.storage must be a quantity, got ""; write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    [
      'half a GPU',
      { quota: { ...quota, gpus: 0.5 } },
      'quota for gpus must be a whole number, got 0.5; write 0 or a greater one',
    ],
    [
      'fewer than no objects',
      { quota: { ...quota, objects: { pods: -1 } } },
      'quota for pods must be a whole number, got -1; write 0 or a greater one',
    ],
    [
      'default requests above default limits',
      { containerDefaults: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      'requests.cpu (2) is above limits.cpu (1); lower the request or raise the limit',
    ],
  ])('%s', (_, props, message) => {
    expectRefusal(() => fraud(props), `[fraud/namespace] ${message}`);
  });
});

describe('a quota that the team does not fit in', () => {
  const small = { cpu: '1', memory: '64Gi' };
  const container = { name: 'main', image: 'churn:1', resources: { requests: { cpu: '600m' } } };
  const pod = { template: { spec: { containers: [container] } } };
  const sentence = (needed: string, most: string, name: string, resource = 'requests.cpu', limit = '1') =>
    `the workloads need ${needed} of ${resource} while they roll out, the quota is ${limit}; ` +
    `raise the quota or lower what they ask for, most of it ${name} with ${most}`;
  const add = (chart: Chart, apiVersion: string, kind: string, spec: object, metadata: object = {}) =>
    new ApiObject(chart, kind, { apiVersion, kind, metadata: { name: kind.toLowerCase(), ...metadata }, spec } as any);

  test.each([
    ['apps/v1', 'Deployment', pod, sentence('1200m', '1200m', 'Deployment deployment')],
    ['apps/v1', 'StatefulSet', { replicas: 2, ...pod }, sentence('1200m', '1200m', 'StatefulSet statefulset')],
    ['batch/v1', 'Job', { parallelism: 3, ...pod }, sentence('1800m', '1800m', 'Job job')],
    [
      'batch/v1',
      'CronJob',
      { jobTemplate: { spec: { parallelism: 2, ...pod } } },
      sentence('1200m', '1200m', 'CronJob cronjob'),
    ],
    ['v1', 'Pod', { containers: [container, container] }, sentence('1200m', '1200m', 'Pod pod')],
    [
      'batch/v1',
      'Job',
      { template: { spec: { initContainers: [{ ...container, restartPolicy: 'Always' }], containers: [container] } } },
      sentence('1200m', '1200m', 'Job job'),
    ],
  ])('is found for a plain object: %s %s %j', (apiVersion, kind, spec, message) => {
    const chart = fraud({ quota: small });
    add(chart, apiVersion, kind, spec);
    expect(lateProblems(chart)).toEqual([message]);
  });

  it('is found for the claims of a StatefulSet', () => {
    const chart = fraud({ quota: { ...small, storage: '10Gi' } });
    const claim = { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '4Gi' } } } };
    add(chart, 'apps/v1', 'StatefulSet', { replicas: 3, volumeClaimTemplates: [claim] });
    expect(lateProblems(chart)).toEqual([
      sentence('12Gi', '12Gi', 'StatefulSet statefulset', 'requests.storage', '10Gi'),
    ]);
  });

  it('is found for containers that get their resources from the namespace', () => {
    const chart = fraud({ quota: small, containerDefaults: { requests: { cpu: '400m' } } });
    add(chart, 'batch/v1', 'Job', { parallelism: 3, template: { spec: { containers: [{ name: 'main' }] } } });
    expect(lateProblems(chart)).toEqual([sentence('1200m', '1200m', 'Job job')]);
  });

  it('is found for a model endpoint in the middle of a rollout, and at its autoscaler’s maximum', () => {
    const runtime = ModelRuntime.container({ image: 'churn:1' });
    const model = { name: 'churn', version: 1 };
    const fits = fraud({ quota: small });
    new ModelApi(fits, 'churn', { model, runtime, replicas: 1 });
    expect(lateProblems(fits)).toEqual([]);

    const rolling = fraud({ quota: small });
    new ModelApi(rolling, 'churn', { model, runtime, replicas: 2 });
    expect(lateProblems(rolling)).toEqual([sentence('1050m', '1050m', 'Deployment churn')]);

    const scaling = fraud({ quota: small });
    new ModelApi(scaling, 'churn', { model, runtime, autoscaling: { max: 5 } });
    expect(lateProblems(scaling)).toEqual([sentence('2100m', '2100m', 'Deployment churn')]);
  });

  it('is found for workloads of cdk8s-plus', () => {
    const chart = fraud({ quota: small });
    new Deployment(chart, 'own', { replicas: 2, containers: [{ image: 'churn:1' }] });
    expect(lateProblems(chart)).toEqual([expect.stringContaining('the workloads need 3 of requests.cpu')]);
  });

  it('is found for what is defined after the namespace, in another chart, or patched', () => {
    const chart = fraud({ quota: small });
    const other = new Chart(chart.node.root as App, 'more', { namespace: 'fraud' });
    const job = new KubeObject(other, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'job' },
      spec: pod,
    } as any);
    expect(lateProblems(chart)).toEqual([]);
    job.addJsonPatch(JsonPatch.add('/spec/parallelism', 2));
    expect(lateProblems(chart)).toEqual([sentence('1200m', '1200m', 'Job job')]);
  });

  it('does not count what is in another namespace', () => {
    const chart = fraud({ quota: small });
    add(chart, 'batch/v1', 'Job', { parallelism: 9, ...pod }, { namespace: 'search' });
    expect(lateProblems(chart)).toEqual([]);
  });

  it('is told for each resource, with the place, when the App is synthesized', () => {
    const chart = fraud({ quota: { ...small, objects: { pods: 1 } } });
    add(chart, 'apps/v1', 'Deployment', pod);
    expect(() => (chart.node.root as App).synthYaml()).toThrow(
      [
        'Validation failed with the following errors:',
        `  [fraud/namespace] ${sentence('1200m', '1200m', 'Deployment deployment')}`,
        `  [fraud/namespace] ${sentence('2', '2', 'Deployment deployment', 'pods', '1')}`,
      ].join('\n'),
    );
  });
});
