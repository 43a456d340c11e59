import { App, Chart } from 'cdk8s';
import type { HTTPIngressPath } from 'kubernetes-types/networking/v1';
import {
  AdmissionPolicy,
  ClusterGuards,
  Guard,
  KubeObject,
  TeamNamespace,
  Workload,
  type AdmissionPolicyProps,
  type ClusterGuardsProps,
  type GuardedNamespace,
  type GuardedWorkloadsProps,
  type TeamNamespaceProps,
} from '../../lib';
import { chartIn, expectGolden, expectRefusal, find, objectsOf } from '../support';

const ARGO_CD = 'system:serviceaccount:argocd:argocd-application-controller';
const teams = [
  { team: 'fraud', namespace: 'fraud-staging', application: 'staging-fraud' },
  { team: 'search', namespace: 'search-staging' },
];

function guards(props: Partial<ClusterGuardsProps> = {}): Chart {
  const chart = new Chart(new App(), 'guards');
  new ClusterGuards(chart, 'ml', { teams, deployers: ['platform-engineers'], guards: Guard.all(), ...props });
  return chart;
}

const policy = (props: Partial<ClusterGuardsProps>, name: string) =>
  find(guards(props), `ValidatingAdmissionPolicy/ml-${name}`).spec;
const variable = (spec: any, name: string): string =>
  spec.variables.find((one: { name: string }) => one.name === name).expression;
const names = (chart: Chart, kind: string) =>
  objectsOf(chart)
    .filter(name => name.startsWith(`${kind}/`))
    .map(name => name.slice(kind.length + 1));

describe('ClusterGuards', () => {
  it('renders as reviewed', () => {
    const all = [...Guard.all(), Guard.teamTier({ priority: 100 })];
    expectGolden(guards({ guards: all, argoCd: ARGO_CD }), 'cluster-guards');
  });

  it('takes all the props', () => {
    const allProps: Required<ClusterGuardsProps> = {
      teams,
      others: [{ team: 'fraud', namespace: 'fraud-production', application: 'production-fraud' }],
      guards: [Guard.namespaces()],
      deployers: ['platform-engineers', { group: 'on-call' }, { user: 'ada@example.com' }],
      argoCd: ARGO_CD,
    };
    const chart = guards(allProps);
    const { matchConditions, ...spec } = find(chart, 'ValidatingAdmissionPolicy/ml-reserved-names').spec;
    expect(matchConditions).toEqual([
      {
        name: 'no-deployer',
        expression:
          '!(request.userInfo.username in ["ada@example.com"] || ' +
          'request.userInfo.?groups.orValue([]).exists(group, group in ["platform-engineers","on-call"]))',
      },
    ]);
    expect(variable(spec, 'application')).toBe(
      '{"fraud-staging":"staging-fraud","fraud-production":"production-fraud"}[?object.metadata.name].orValue("")',
    );
    expect(variable(spec, 'tracked')).toMatch(
      `request.userInfo.username == "${ARGO_CD}" && variables.application != "" && `,
    );
  });

  it('defines nothing that was not asked for', () => {
    expect(objectsOf(guards({ guards: [Guard.services()] }))).toEqual([
      'ValidatingAdmissionPolicy/ml-services',
      'ValidatingAdmissionPolicyBinding/ml-services',
    ]);
  });

  it('refuses what it cannot decide, with each of its policies', () => {
    const chart = guards();
    const policies = names(chart, 'ValidatingAdmissionPolicy');
    expect(policies).toHaveLength(7);
    expect(names(chart, 'ValidatingAdmissionPolicyBinding')).toEqual(policies);
    for (const name of policies) {
      expect(find(chart, `ValidatingAdmissionPolicy/${name}`).spec.failurePolicy).toBe('Fail');
      const { policyName, validationActions } = find(chart, `ValidatingAdmissionPolicyBinding/${name}`).spec;
      expect({ policyName, validationActions }).toEqual({ policyName: name, validationActions: ['Deny'] });
    }
  });

  it('looks at the namespaces of the teams alone, by the one label that nobody can set', () => {
    const chart = guards();
    const looked = names(chart, 'ValidatingAdmissionPolicyBinding').map(name => [
      name,
      find(chart, `ValidatingAdmissionPolicyBinding/${name}`).spec.matchResources?.namespaceSelector,
    ]);
    const values = ['fraud-staging', 'search-staging'];
    const selector = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] };
    expect(looked).toEqual(looked.map(([name]) => [name, name === 'ml-reserved-names' ? undefined : selector]));
  });

  it('believes no application where Argo CD does not deploy', () => {
    expect(variable(policy({}, 'network-policies'), 'tracked')).toBe('false');
  });

  it('trusts operators that it was told of, besides the controllers of Kubernetes', () => {
    const allProps: Required<GuardedWorkloadsProps> = {
      controllers: ['system:serviceaccount:cnpg-system:cnpg-manager'],
    };
    const conditions = (one: Guard) => policy({ guards: [one] }, 'workloads').matchConditions[1].expression;
    expect(conditions(Guard.workloads(allProps))).toContain('"system:serviceaccount:cnpg-system:cnpg-manager"');
    expect(conditions(Guard.workloads())).toContain('"system:serviceaccount:kube-system:replicaset-controller"');
    expect(conditions(Guard.workloads())).not.toContain('cnpg');
  });

  it('keeps the tiers of all teams apart', () => {
    const { spec } = find(
      guards({ guards: [Guard.namespaces(), Guard.teamTier({ priority: 7 })] }),
      'ClusterNetworkPolicy/ml-fraud',
    );
    const own = { matchLabels: { 'kubernetes.io/metadata.name': 'fraud-staging' } };
    const others = { matchExpressions: [{ key: 'cdk8s-mlops/team', operator: 'Exists' }] };
    expect(spec).toEqual({
      tier: 'Admin',
      priority: 7,
      subject: { namespaces: own },
      ingress: [
        { name: 'own-pods', action: 'Pass', from: [{ namespaces: own }] },
        { name: 'other-teams', action: 'Deny', from: [{ namespaces: others }] },
      ],
      egress: [
        { name: 'own-pods', action: 'Pass', to: [{ namespaces: own }] },
        { name: 'other-teams', action: 'Deny', to: [{ namespaces: others }] },
      ],
    });
  });

  test.each<[Partial<ClusterGuardsProps>, string]>([
    [{ teams: [] }, 'no team is guarded; name the namespaces of the teams'],
    [{ guards: [] }, 'nothing is guarded; name guards, for example Guard.all()'],
    [{ guards: [...Guard.all(), Guard.nodes()] }, 'Guard.nodes() is there twice; leave one of them out'],
    [
      { deployers: [] },
      'nobody may deploy, so the guards would refuse the platform itself; name deployers, or the user as whom Argo CD works',
    ],
    [
      { deployers: ['system:authenticated'] },
      '"system:authenticated" cannot be a deployer: that would be everybody; ' +
        'name a person, a group of the identity provider or one service account',
    ],
    [
      { deployers: ['system:serviceaccounts:argocd'] },
      '"system:serviceaccounts:argocd" cannot be a deployer: that would be everybody; ' +
        'name a person, a group of the identity provider or one service account',
    ],
    [
      { argoCd: ' ' },
      '" " cannot be a deployer: that would be everybody; ' +
        'name a person, a group of the identity provider or one service account',
    ],
    [
      { guards: [Guard.teamTier({ priority: 0 })] },
      'Guard.teamTier() trusts the label cdk8s-mlops/team, which anybody who may label namespaces could set; ' +
        'add Guard.namespaces()',
    ],
  ])('refuses %j', (props, message) => expectRefusal(() => guards(props), `[guards/ml] ${message}`));

  test.each([-1, 1001, 0.5, NaN])('refuses a tier of the priority %s', priority => {
    expectRefusal(
      () => Guard.teamTier({ priority }),
      `[Guard.teamTier] priority must be a whole number from 0 to 1000, got ${priority}; ` +
        'choose one that no other ClusterNetworkPolicy of the tier "Admin" has',
    );
  });

  it('refuses a controller that is no service account', () => {
    expectRefusal(
      () => Guard.workloads({ controllers: ['system:serviceaccounts'] }),
      '[Guard.workloads] "system:serviceaccounts" is no service account; write system:serviceaccount:<namespace>:<name>',
    );
  });
});

describe('AdmissionPolicy', () => {
  it('takes all the props', () => {
    const allProps: Required<AdmissionPolicyProps> = {
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['secrets'] }],
      namespaces: ['b', 'a'],
      conditions: { big: 'object.data.size() > 1' },
      variables: { size: 'object.data.size()' },
      validations: [{ expression: 'variables.size < 9', message: 'too many keys', reason: 'Invalid' }],
    };
    const chart = chartIn('any');
    new AdmissionPolicy(chart, 'small', allProps);
    expect(find(chart, 'ValidatingAdmissionPolicy/small')).toEqual({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'small' },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { matchPolicy: 'Equivalent', resourceRules: allProps.rules },
        matchConditions: [{ name: 'big', expression: 'object.data.size() > 1' }],
        variables: [{ name: 'size', expression: 'object.data.size()' }],
        validations: allProps.validations,
      },
    });
    expect(
      find(chart, 'ValidatingAdmissionPolicyBinding/small').spec.matchResources.namespaceSelector.matchExpressions[0]
        .values,
    ).toEqual(['a', 'b']);
  });
});

describe('the Namespace of a guarded team', () => {
  const quota = { cpu: '8', memory: '16Gi' };

  function team(guarded?: GuardedNamespace, more: Partial<TeamNamespaceProps> = {}): Chart {
    const chart = chartIn('fraud');
    new TeamNamespace(chart, 'namespace', { quota, guarded, ...more });
    new Workload(chart, 'churn', { program: 'model-api' });
    return chart;
  }
  const metadata = (guarded?: GuardedNamespace, more?: Partial<TeamNamespaceProps>) =>
    find(team(guarded, more), 'Namespace/fraud').metadata;

  it('says nothing without guards', () => {
    expect(JSON.stringify(metadata())).not.toContain('cdk8s-mlops/');
    expect(metadata({ guards: [Guard.nodes(), Guard.services(), Guard.namespaces()] })).toEqual(metadata());
  });

  it('says what the guards read: hosts, policies, labels of pods, the team', () => {
    const all: Required<GuardedNamespace> = {
      guards: [...Guard.all(), Guard.teamTier({ priority: 1 })],
      team: 'frauds',
      hosts: ['*.fraud.example.com'],
    };
    expect(metadata(all).annotations).toMatchObject({
      'cdk8s-mlops/hosts': '*.fraud.example.com',
      'cdk8s-mlops/network-policies': 'allow-dns,churn,default-deny',
      'cdk8s-mlops/selected': 'app.kubernetes.io/instance=churn',
    });
    expect(metadata(all).labels['cdk8s-mlops/team']).toBe('frauds');
    expect(metadata({ ...all, team: undefined }).labels['cdk8s-mlops/team']).toBe('fraud');
  });

  it('names the hosts of all routes, those declared later too', () => {
    const chart = team({ guards: [Guard.hosts()] });
    const backend = { service: { name: 'churn', port: { number: 80 } } };
    const paths: HTTPIngressPath[] = [{ path: '/', pathType: 'Prefix', backend }];
    new KubeObject(chart, 'late', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'late' },
      spec: { rules: [{ host: 'Late.example.com', http: { paths } }] },
    } as never);
    expect(find(chart, 'Namespace/fraud').metadata.annotations['cdk8s-mlops/hosts']).toBe('late.example.com');
  });

  it('leaves out what is empty', () => {
    expect(metadata({ guards: [Guard.hosts()] })).toEqual(metadata());
  });

  it('says the same where it was adopted with labels of ours', () => {
    const adopted = { adopt: { podSecurity: 'baseline' } } as const;
    const { labels, annotations } = metadata({ guards: [...Guard.all(), Guard.teamTier({ priority: 1 })] }, adopted);
    expect(labels['cdk8s-mlops/team']).toBe('fraud');
    expect(annotations['cdk8s-mlops/selected']).toBe('app.kubernetes.io/instance=churn');
  });

  it('is not needed by guards that read nothing', () => {
    expect(objectsOf(team({ guards: [Guard.nodes()] }, { adopt: true }))).not.toContain('Namespace/fraud');
  });

  test.each<[GuardedNamespace, Partial<TeamNamespaceProps>, string]>([
    [
      { guards: [Guard.hosts()] },
      { adopt: true },
      'the guards read cdk8s-mlops/hosts on the namespace "fraud", which was adopted as it is; ' +
        "let the platform set labels of it, for example adopt: { podSecurity: 'baseline' }",
    ],
    [
      { guards: [Guard.nodes()], hosts: ['fraud.example.com'] },
      {},
      'hosts are of no use: nothing guards them; leave them out, or add Guard.hosts()',
    ],
    [
      { guards: [Guard.hosts()], hosts: ['https://fraud.example.com'] },
      {},
      '"https://fraud.example.com" is no host name; use lower-case letters, digits, "-" and ".", or "*." before one',
    ],
    [
      { guards: [Guard.hosts()], hosts: ['*'] },
      {},
      '"*" is no host name; use lower-case letters, digits, "-" and ".", or "*." before one',
    ],
  ])('is refused with %j', (guarded, more, message) => {
    expectRefusal(() => team(guarded, more), `[fraud/namespace] ${message}`);
  });
});
