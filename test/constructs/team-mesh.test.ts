import { Peer, TeamMesh, TeamNamespace, Workload, type TeamMeshProps } from '../../lib';
import { chartIn, expectRefusal, find, lateProblems } from '../support';

const GATEWAY = 'cluster.local/ns/istio-ingress/sa/istio-ingress';

function mesh(props: TeamMeshProps = {}, workloads: readonly string[] = ['churn', 'mlflow']) {
  const chart = chartIn('fraud');
  new TeamNamespace(chart, 'namespace', { quota: { cpu: '8', memory: '16Gi' } });
  new TeamMesh(chart, 'mesh', props);
  workloads.forEach(name => new Workload(chart, name, { program: 'model-api' }));
  return chart;
}
const rulesOf = (props?: TeamMeshProps) => find(mesh(props), 'AuthorizationPolicy/team-only').spec.rules;

describe('TeamMesh', () => {
  it('takes all the props', () => {
    const allProps: Required<TeamMeshProps> = {
      callers: ['example.org/ns/istio-ingress/sa/istio-ingress'],
      accounts: ['own'],
      openPorts: [9090],
      trustDomain: 'example.org',
      controlPlane: Peer.pods({ namespace: 'mesh', ports: [15012, 15017] }),
    };
    const chart = mesh(allProps);
    expect(find(chart, 'AuthorizationPolicy/team-only').spec.rules).toEqual([
      {
        from: [
          {
            source: {
              notPrincipals: [
                'example.org/ns/fraud/sa/churn',
                'example.org/ns/fraud/sa/mlflow',
                'example.org/ns/fraud/sa/own',
                'example.org/ns/istio-ingress/sa/istio-ingress',
              ],
            },
          },
        ],
        to: [{ operation: { notPorts: ['9090'] } }],
      },
    ]);
    expect(find(chart, 'NetworkPolicy/allow-mesh').spec.egress[0].ports).toEqual([
      { port: 15012, protocol: 'TCP' },
      { port: 15017, protocol: 'TCP' },
    ]);
  });

  it('has all pods speak mutual TLS', () => {
    const { metadata, spec } = find(mesh(), 'PeerAuthentication/default');
    expect(spec).toEqual({ mtls: { mode: 'STRICT' } });
    expect(metadata).toMatchObject({ namespace: 'fraud', annotations: { 'argocd.argoproj.io/sync-wave': '-2' } });
  });

  it('denies everybody but the workloads of the chart, those declared later too', () => {
    expect(find(mesh(), 'AuthorizationPolicy/team-only').spec.action).toBe('DENY');
    expect(rulesOf()).toEqual([
      {
        from: [{ source: { notPrincipals: ['cluster.local/ns/fraud/sa/churn', 'cluster.local/ns/fraud/sa/mlflow'] } }],
      },
    ]);
  });

  it('does not know pods that name no account', () => {
    expect(JSON.stringify(rulesOf())).not.toContain('sa/default');
    expect(JSON.stringify(rulesOf({ accounts: ['default'] }))).toContain('cluster.local/ns/fraud/sa/default');
  });

  it('opens the path to istiod for all pods', () => {
    expect(find(mesh(), 'NetworkPolicy/allow-mesh').spec).toEqual({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } },
              podSelector: { matchLabels: { app: 'istiod' } },
            },
          ],
          ports: [{ port: 15012, protocol: 'TCP' }],
        },
      ],
    });
  });

  it('is refused late if it would deny nothing', () => {
    expect(lateProblems(mesh({}, []))).toEqual([
      'the team has no workload and no caller, so an empty list of identities would deny nothing; ' +
        'declare a workload, or name accounts or callers',
    ]);
    expect(lateProblems(mesh({ callers: [GATEWAY] }, []))).toEqual([]);
  });

  test.each([
    [
      { callers: ['*'] },
      '"*" is no identity in full; write <trust domain>/ns/<namespace>/sa/<service account>, without "*"',
    ],
    [
      { callers: ['cluster.local/ns/istio-ingress/sa/*'] },
      '"cluster.local/ns/istio-ingress/sa/*" is no identity in full; write <trust domain>/ns/<namespace>/sa/<service account>, without "*"',
    ],
    [
      { accounts: ['own*'] },
      '"cluster.local/ns/fraud/sa/own*" is no identity in full; write <trust domain>/ns/<namespace>/sa/<service account>, without "*"',
    ],
  ])('refuses %j', (props, message) => expectRefusal(() => mesh(props), `[fraud/mesh] ${message}`));
});
