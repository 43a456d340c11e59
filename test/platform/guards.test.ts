import { Guard, type EnvironmentProps, type PlatformProps } from '../../lib';
import { deniedBy } from './argo-permission';
import { SMALL, useWorkspace } from './workspace';

const work = useWorkspace();
const gitOps = { repoUrl: 'https://git.example.com/ml/platform.git' };
const guards = Guard.all();

function platform(environments: Record<string, EnvironmentProps>, props: Partial<PlatformProps> = { gitOps }) {
  const own = work().platform(props);
  own.environments(environments).forEach(one => one.team('fraud', { ...SMALL, namespace: `fraud-${one.name}` }));
  return own;
}

const objects = (unit: string, ...args: Parameters<typeof platform>): any[] =>
  platform(...args)
    .build(unit)
    .charts.flatMap(chart => chart.toJson());
const text = (...args: Parameters<typeof objects>) => JSON.stringify(objects(...args));

describe('the guards of an environment', () => {
  test('are a unit of their own, between those of the teams and those of Argo CD', () => {
    const { units } = platform({ staging: { guards }, production: {} });
    expect(units.map(({ name }) => name)).toEqual([
      'staging/fraud',
      'production/fraud',
      'guards/staging',
      'argocd/staging',
      'argocd/production',
    ]);
  });

  test('leave no trace where nobody asked for them', () => {
    for (const unit of ['staging/fraud', 'argocd/staging']) {
      expect(text(unit, { staging: {} })).not.toContain('guards');
      expect(text(unit, { staging: {} })).not.toContain('cdk8s-mlops/');
    }
  });

  test('carry the names of platform and environment, since clusters are shared', () => {
    const names = objects('guards/staging', { staging: { guards } }).map(({ metadata }) => metadata.name);
    expect(names.filter(name => !name.startsWith('ml-staging-guards-'))).toEqual([]);
  });

  test('are in no namespace', () => {
    const tier = [...guards, Guard.teamTier({ priority: 9 })];
    const all = objects('guards/staging', { staging: { guards: tier } });
    expect(all.filter(({ metadata }) => 'namespace' in metadata)).toEqual([]);
    expect(all).toHaveLength(2 * 7 + 1);
  });

  test('are deployed by Argo CD in a project that may hold them and nothing else', () => {
    const argo = objects('argocd/staging', { staging: { guards } });
    const projects = argo.filter(({ kind }) => kind === 'AppProject');
    const application = argo.find(({ kind, metadata }) => kind === 'Application' && /guards$/.test(metadata.name));
    expect(application.spec.source).toMatchObject({ path: 'dist/guards', directory: { include: 'staging.k8s.yaml' } });
    const own = objects('guards/staging', { staging: { guards } });
    expect(deniedBy(projects, application, own)).toEqual([]);
    const others = objects('guards/other', { other: { guards } }).slice(0, 1);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'argocd' } };
    expect(deniedBy(projects, application, [...others, map])).toEqual([
      'ValidatingAdmissionPolicy/ml-other-guards-reserved-names',
      'ConfigMap/x',
    ]);
  });

  test.each<[string, EnvironmentProps, string]>([
    ['its own cluster', {}, 'system:serviceaccount:argocd:argocd-application-controller'],
    ['another one', { server: 'https://eu.example.com:6443' }, 'system:serviceaccount:kube-system:argocd-manager'],
    [
      'a cluster where it has another name',
      { argoCdUser: 'system:serviceaccount:cd:sync' },
      'system:serviceaccount:cd:sync',
    ],
  ])('know Argo CD in %s', (_, props, user) => {
    const found = text('guards/staging', { staging: { guards, ...props } });
    expect(found).toContain(`request.userInfo.username == \\"${user}\\"`);
    expect(found).toContain('{\\"fraud-staging\\":\\"staging-fraud\\"}');
  });

  test('let other deployers work', () => {
    expect(text('guards/staging', { staging: { guards, deployers: ['on-call'] } })).toContain('[\\"on-call\\"]');
  });

  test('need somebody who deploys', () => {
    expect(() => platform({ staging: { guards } }, {}).synth()).toThrow(
      '[guards/staging/ml-staging-guards] nobody may deploy, so the guards would refuse the platform itself; ' +
        'name deployers, or the user as whom Argo CD works',
    );
  });

  test('know the applications of neighbours in the same cluster, and of no others', () => {
    const applications = (server?: string) =>
      /\{\\"fraud-staging[^}]*\}/.exec(
        text('guards/staging', { staging: { guards }, production: { guards, server } }),
      )![0];
    expect(applications()).toContain('production-fraud');
    expect(applications('https://eu.example.com:6443')).not.toContain('production-fraud');
  });

  test('must know the deployers of these neighbours too', () => {
    const environments = { staging: { guards }, production: { guards, deployers: ['on-call'] } };
    expect(() => platform(environments).synth()).toThrow(
      '[guards/staging] the environments "staging" and "production" share a cluster, and the deployers of one would be ' +
        'refused by the guards of the other; give both the same deployers and argoCdUser',
    );
  });

  test('take the name of an environment', () => {
    expect(() => work().platform().environments({ guards: {} })).toThrow(
      '[guards] the name "guards" is taken; choose another one for the environment',
    );
  });

  test('give a team the hosts of its routes and those that it was given', () => {
    const own = work().platform({ gitOps });
    const [staging] = own.environments({ staging: { guards } });
    staging!.team('fraud', { ...SMALL, hosts: ['fraud.example.com'] });
    const [namespace] = own.build('staging/fraud').charts[0]!.toJson();
    expect(namespace.metadata.annotations['cdk8s-mlops/hosts']).toBe('fraud.example.com');
  });
});
