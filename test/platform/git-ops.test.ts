import type { App } from 'cdk8s';
import reference from '../../main';
import type { GitOpsProps, TeamProps } from '../../lib';
import { deniedBy, type Application, type Project } from './argo-permission';
import { SMALL, useWorkspace } from './workspace';

const work = useWorkspace();
const REPO = 'https://git.example.com/ml/platform.git';
const IN_CLUSTER = 'https://kubernetes.default.svc';
const OTHER = 'https://production.example.com:6443';

/** The objects of a unit. */
const objectsOf = (app: App): any[] => app.charts.flatMap(chart => chart.toJson());

/** The Argo CD objects of an environment with these teams, as `Kind/name`. */
function objects(
  teams: Readonly<Record<string, Partial<TeamProps>>> = { fraud: {} },
  props: Partial<GitOpsProps> = {},
  server?: string,
): Record<string, any> {
  const platform = work().platform({ gitOps: { repoUrl: REPO, ...props } });
  const [staging] = platform.environments({ staging: { server } });
  Object.entries(teams).forEach(([team, more]) => staging!.team(team, { ...SMALL, ...more }));
  return Object.fromEntries(
    objectsOf(platform.build('argocd/staging')).map(object => [`${object.kind}/${object.metadata.name}`, object]),
  );
}

describe('the Argo CD objects of an environment', () => {
  test('are a project and an application for themselves, and a project with an application for each team', () => {
    expect(Object.keys(objects({ fraud: {}, search: {} }))).toEqual([
      'AppProject/ml-staging-root',
      'Application/ml-staging',
      'AppProject/staging-fraud-platform',
      'Application/staging-fraud',
      'AppProject/staging-search-platform',
      'Application/staging-search',
    ]);
  });

  test('are units of their own, behind those of the teams', () => {
    const platform = work().platform({ gitOps: { repoUrl: REPO } });
    const [staging] = platform.environments({ staging: {} });
    staging!.team('fraud', SMALL);
    expect(platform.synth().written).toEqual(['staging/fraud.k8s.yaml', 'argocd/staging.k8s.yaml']);
    expect(platform.synth({ only: 'argocd/staging' }).unchanged).toBe(1);
  });

  test('are left out of a platform without Argo CD', () => {
    const platform = work().platform();
    platform.environments({ staging: {} })[0]!.team('fraud', SMALL);
    expect(platform.units.map(({ name }) => name)).toEqual(['staging/fraud']);
  });

  test('need a team', () => {
    const platform = work().platform({ gitOps: { repoUrl: REPO } });
    platform.environments({ staging: {} });
    expect(() => platform.synth()).toThrow(
      '[argocd/staging] environment "staging" has no team; declare one with environment.team(), or remove the environment',
    );
  });

  test('point at the file of each team and at their own', () => {
    const all = objects({ fraud: {} }, { path: 'deploy/dist', revision: 'main' });
    const source = (name: string) => all[`Application/${name}`].spec.source;
    expect(source('staging-fraud')).toEqual({
      repoURL: REPO,
      targetRevision: 'main',
      path: 'deploy/dist/staging',
      directory: { include: 'fraud.k8s.yaml' },
    });
    expect(source('ml-staging')).toMatchObject({
      path: 'deploy/dist/argocd',
      directory: { include: 'staging.k8s.yaml' },
    });
  });

  test('lie in the namespace of Argo CD, on its own cluster, wherever the teams run', () => {
    const all = objects({ fraud: {} }, { namespace: 'gitops' }, OTHER);
    expect(new Set(Object.values(all).map(object => object.metadata.namespace))).toEqual(new Set(['gitops']));
    expect(all['Application/ml-staging'].spec.destination).toEqual({ namespace: 'gitops', server: IN_CLUSTER });
    expect(all['Application/staging-fraud'].spec.destination).toEqual({ namespace: 'fraud-staging', server: OTHER });
  });

  test('let the platform hold Argo CD objects for itself and nothing else', () => {
    expect(objects()['AppProject/ml-staging-root'].spec).toMatchObject({
      sourceRepos: [REPO],
      destinations: [{ namespace: 'argocd', server: IN_CLUSTER }],
      clusterResourceWhitelist: [],
      namespaceResourceWhitelist: [
        { group: 'argoproj.io', kind: 'AppProject' },
        { group: 'argoproj.io', kind: 'Application' },
      ],
    });
  });

  test('let the platform deploy to the namespace of each team, and only that Namespace itself', () => {
    const all = objects({ fraud: {}, search: { namespace: 'finding' } }, {}, OTHER);
    const { spec } = all['AppProject/staging-search-platform'];
    expect(spec.destinations).toEqual([{ namespace: 'finding', server: OTHER }]);
    expect(spec.clusterResourceWhitelist).toEqual([{ group: '', kind: 'Namespace', name: 'finding' }]);
    expect(spec.sourceRepos).toEqual([REPO]);
    expect(all['Application/staging-search'].spec.project).toBe('staging-search-platform');
  });

  test('leave what one team may have as it is when another one goes: Argo CD removes what a project still allows', () => {
    const project = (teams: Parameters<typeof objects>[0]) => objects(teams)['AppProject/staging-fraud-platform'];
    expect(project({ fraud: {} })).toEqual(project({ fraud: {}, search: {} }));
  });

  test('let a team with repositories deploy to its own namespace, but nothing that isolates it', () => {
    const repositories = ['https://git.example.com/fraud/app.git'];
    const all = objects({ fraud: { repositories }, search: {} });
    expect(Object.keys(all).filter(name => name.endsWith('-own'))).toEqual(['AppProject/staging-fraud-own']);
    const { spec } = all['AppProject/staging-fraud-own'];
    expect(spec).toMatchObject({
      sourceRepos: repositories,
      destinations: [{ namespace: 'fraud-staging', server: IN_CLUSTER }],
      clusterResourceWhitelist: [],
    });
    const denied = spec.namespaceResourceBlacklist.map(({ kind }: { kind: string }) => kind);
    expect(denied).toEqual(expect.arrayContaining(['NetworkPolicy', 'ResourceQuota', 'LimitRange', 'RoleBinding']));
  });

  test.each<[Partial<GitOpsProps>, string]>([
    [{ repoUrl: '' }, '[argocd/staging/ml-staging-root] "" may not stand for any repository, namespace or server'],
    [{ repoUrl: '*' }, '[argocd/staging/ml-staging-root] "*" may not stand for any repository, namespace or server'],
    [{ path: '/dist' }, '[argocd/staging/ml-staging] path must be a folder of the repository, got "/dist/argocd"'],
    [{ namespace: 'Argo CD' }, '[argocd/staging/ml-staging-root] "Argo CD" cannot name a namespace'],
  ])('are refused with %j', (props, message) => {
    expect(() => objects({ fraud: {} }, props)).toThrow(message);
  });
});

describe('what the projects permit', () => {
  const units = new Map(reference.units.map(({ name }) => [name, objectsOf(reference.build(name))]));
  const argo = [...units].flatMap(([name, all]) => (name.startsWith('argocd/') ? all : []));
  const applications: Application[] = argo.filter(({ kind }) => kind === 'Application');
  const projects: Project[] = argo.filter(({ kind }) => kind === 'AppProject');
  const denied = (application: Application, deployed: readonly any[]) => deniedBy(projects, application, deployed);

  test('is all that the applications of the reference platform hold', () => {
    expect(applications).toHaveLength(reference.units.length);
    for (const application of applications) {
      const { path, directory } = application.spec.source;
      const unit = `${path}/${directory.include}`.replace(/^dist\//, '').replace(/\.k8s\.yaml$/, '');
      expect([unit, denied(application, units.get(unit)!)]).toEqual([unit, []]);
    }
  });

  test('is less than what they could hold', () => {
    const [root, team] = ['ml-staging', 'staging-fraud'].map(name =>
      applications.find(({ metadata }) => metadata.name === name)!,
    );
    const object = (kind: string, apiVersion: string, namespace?: string) => ({
      apiVersion,
      kind,
      metadata: { name: 'x', namespace },
    });
    expect(denied(team!, [object('ClusterRole', 'rbac.authorization.k8s.io/v1')])).toEqual(['ClusterRole/x']);
    expect(denied(team!, [object('Namespace', 'v1')])).toEqual(['Namespace/x']);
    expect(denied(team!, [object('ConfigMap', 'v1', 'kube-system')])).toEqual(['ConfigMap/x']);
    expect(denied(root!, [object('ConfigMap', 'v1', 'argocd')])).toEqual(['ConfigMap/x']);
    const elsewhere = { ...team!, spec: { ...team!.spec, destination: { namespace: 'fraud-staging', server: OTHER } } };
    expect(denied(elsewhere, [])).toEqual(['destination']);
    const other = { ...team!, spec: { ...team!.spec, source: { ...team!.spec.source, repoURL: `${REPO}x` } } };
    expect(denied(other, [])).toEqual(['source']);
  });
});
