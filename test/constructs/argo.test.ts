import {
  ArgoApplication,
  ArgoProject,
  ISOLATION_KINDS,
  type ArgoApplicationProps,
  type ArgoProjectProps,
} from '../../lib';
import { chartIn, expectGolden, expectRefusal, find } from '../support';

const repoUrl = 'https://git.example.com/ml/platform.git';

function project(props: Partial<ArgoProjectProps> = {}, chart = chartIn('argocd'), id = 'fraud') {
  const own = new ArgoProject(chart, id, { repositories: [repoUrl], namespaces: ['fraud'], ...props });
  return { chart, project: own, spec: find(chart, `AppProject/${id}`).spec };
}

function application(props: Partial<ArgoApplicationProps> = {}, chart = chartIn('argocd')) {
  const own = new ArgoApplication(chart, 'fraud-app', {
    project: project({}, chart).project,
    repoUrl,
    path: 'dist/production',
    namespace: 'fraud',
    ...props,
  });
  return { chart, application: own, object: find(chart, 'Application/fraud-app') };
}

describe('ArgoProject', () => {
  it('renders as reviewed', () => {
    expectGolden(project().chart, 'argo-project');
  });

  it('takes all the props', () => {
    const allProps: Required<ArgoProjectProps> = {
      repositories: [repoUrl, 'https://git.example.com/fraud/models.git'],
      namespaces: ['fraud', 'fraud-jobs'],
      server: 'https://eu.example.com:6443',
      clusterKinds: [{ group: '', kind: 'Namespace', name: 'fraud' }],
      deniedKinds: [{ group: 'networking.k8s.io', kind: 'NetworkPolicy' }],
      allowedKinds: [{ group: 'apps', kind: 'Deployment' }],
      description: 'What team fraud deploys',
    };
    const { project: own, spec } = project(allProps);
    expect(own).toMatchObject({ name: 'fraud', server: 'https://eu.example.com:6443' });
    expect(spec).toEqual({
      description: 'What team fraud deploys',
      sourceRepos: allProps.repositories,
      destinations: [
        { namespace: 'fraud', server: 'https://eu.example.com:6443' },
        { namespace: 'fraud-jobs', server: 'https://eu.example.com:6443' },
      ],
      clusterResourceWhitelist: allProps.clusterKinds,
      namespaceResourceBlacklist: allProps.deniedKinds,
      namespaceResourceWhitelist: allProps.allowedKinds,
    });
  });

  it('allows one repository, one namespace of its own cluster, and nothing cluster-scoped', () => {
    expect(project().spec).toEqual({
      sourceRepos: [repoUrl],
      destinations: [{ namespace: 'fraud', server: 'https://kubernetes.default.svc' }],
      clusterResourceWhitelist: [],
      namespaceResourceBlacklist: ISOLATION_KINDS,
    });
  });

  test.each(['NetworkPolicy', 'ResourceQuota', 'LimitRange', 'Role', 'RoleBinding', 'AppProject', 'Application'])(
    'denies %s',
    kind => {
      expect(project().spec.namespaceResourceBlacklist.map((denied: any) => denied.kind)).toContain(kind);
    },
  );

  it('denies nothing if told so', () => {
    expect(project({ deniedKinds: [] }).spec).not.toHaveProperty('namespaceResourceBlacklist');
  });

  it('outlives its applications', () => {
    const { chart } = application();
    const wave = (name: string) => Number(find(chart, name).metadata.annotations['argocd.argoproj.io/sync-wave']);
    expect(wave('AppProject/fraud')).toBeLessThan(wave('Application/fraud-app'));
    expect(find(chart, 'AppProject/fraud').metadata.finalizers).toEqual(['resources-finalizer.argocd.argoproj.io']);
  });

  test.each<[Partial<ArgoProjectProps>, string]>([
    [{ repositories: ['*'] }, '"*" may not stand for any repository, namespace or server; name each of them'],
    [
      { repositories: [repoUrl, 'https://git.example.com/*'] },
      '"https://git.example.com/*" may not stand for any repository, namespace or server; name each of them',
    ],
    [
      { repositories: ['https://me:hunter2@git.example.com/fraud.git'] },
      'a repository of git.example.com has a password in its URL, which would stand in the manifest; ' +
        'leave user and password out; Argo CD takes them from a repository Secret',
    ],
    [{ repositories: ['!other'] }, '"!other" may not stand for any repository, namespace or server; name each of them'],
    [{ namespaces: ['fraud-*'] }, '"fraud-*" may not stand for any repository, namespace or server; name each of them'],
    [{ namespaces: ['fra?d'] }, '"fra?d" may not stand for any repository, namespace or server; name each of them'],
    [{ namespaces: ['{a,b}'] }, '"{a,b}" may not stand for any repository, namespace or server; name each of them'],
    [{ namespaces: [''] }, '"" may not stand for any repository, namespace or server; name each of them'],
    [{ server: '*' }, '"*" may not stand for any repository, namespace or server; name each of them'],
    [
      { namespaces: ['fraud-[ab]'] },
      '"fraud-[ab]" cannot name a namespace; ' +
        'use at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit',
    ],
    [
      { repositories: [] },
      'an Argo project needs at least one repository and one namespace; name them; without them it allows nothing',
    ],
    [
      { namespaces: [] },
      'an Argo project needs at least one repository and one namespace; name them; without them it allows nothing',
    ],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => project(props), `[argocd/fraud] ${message}`);
  });

  it('refuses to be the project that allows everything', () => {
    expectRefusal(
      () => project({}, undefined, 'default'),
      '[argocd/default] the Argo project "default" allows everything; choose another id',
    );
  });
});

describe('ArgoApplication', () => {
  it('renders as reviewed', () => {
    expectGolden(application({ include: 'fraud.k8s.yaml' }).chart, 'argo-application');
  });

  it('takes all the props', () => {
    const chart = chartIn('argocd');
    const allProps: Required<ArgoApplicationProps> = {
      project: project({ server: 'https://eu.example.com:6443' }, chart).project,
      repoUrl,
      revision: 'v7',
      path: 'dist/production',
      include: 'fraud.k8s.yaml',
      namespace: 'fraud',
      createNamespace: false,
      wave: 3,
    };
    new ArgoApplication(chart, 'app', allProps);
    const { metadata, spec } = find(chart, 'Application/app');
    expect(metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '3' });
    expect(spec).toMatchObject({
      project: 'fraud',
      source: {
        repoURL: repoUrl,
        targetRevision: 'v7',
        path: 'dist/production',
        directory: { include: 'fraud.k8s.yaml' },
      },
      destination: { server: 'https://eu.example.com:6443', namespace: 'fraud' },
    });
    expect(spec.syncPolicy.syncOptions).toContain('CreateNamespace=false');
  });

  it('follows HEAD, takes the whole folder, makes the namespace and is in no hurry', () => {
    const { object } = application();
    expect(object.spec.source).toEqual({
      repoURL: repoUrl,
      targetRevision: 'HEAD',
      path: 'dist/production',
      directory: {},
    });
    expect(object.spec.syncPolicy.syncOptions).toContain('CreateNamespace=true');
    expect(object.metadata.annotations['argocd.argoproj.io/sync-wave']).toBe('0');
  });

  it('removes what leaves the folder, mends what is changed, and owns its fields by server-side apply', () => {
    const { syncPolicy } = application().object.spec;
    expect(syncPolicy.automated).toEqual({ prune: true, selfHeal: true });
    expect(syncPolicy.syncOptions).toEqual(['CreateNamespace=true', 'ServerSideApply=true', 'PruneLast=true']);
    expect(syncPolicy.retry).toEqual({ limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } });
  });

  it('takes what it deployed with it when it is removed', () => {
    const { application: own, object } = application();
    expect(object.metadata.finalizers).toEqual(['resources-finalizer.argocd.argoproj.io']);
    expect(own.name).toBe('fraud-app');
  });

  test.each<[Partial<ArgoApplicationProps>, string]>([
    [
      { path: '/dist' },
      'path must be a folder of the repository, got "/dist"; write it without a leading "/" and without ".."',
    ],
    [
      { path: 'dist/../secrets' },
      'path must be a folder of the repository, got "dist/../secrets"; write it without a leading "/" and without ".."',
    ],
    [
      { repoUrl: 'https://git.example.com/other.git' },
      'project "fraud" does not allow https://git.example.com/other.git; add it to the project, or choose another project',
    ],
    [
      { namespace: 'search' },
      'project "fraud" does not allow namespace "search"; add it to the project, or choose another project',
    ],
    [{ wave: 0.5 }, 'wave must be a whole number, got 0.5; write 0, or a lower one for what comes first'],
    [{ wave: NaN }, 'wave must be a whole number, got NaN; write 0, or a lower one for what comes first'],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => application(props), `[argocd/fraud-app] ${message}`);
  });

  it('accepts a folder whose name has two dots', () => {
    expect(application({ path: 'dist/a..b' }).object.spec.source.path).toBe('dist/a..b');
  });
});
