import { MlflowUsers, type MlflowUsersProps } from '../../lib';
import { chartIn, expectRefusal, find } from '../support';
import { serverIn } from './mlflow-parts';

function users(props: Partial<MlflowUsersProps> = {}, chart = chartIn('fraud')) {
  new MlflowUsers(chart, 'users', { ...props, server: props.server ?? serverIn(chart, { workspaces: true }) });
  const job = find(chart, 'Job/users');
  return { chart, job, pod: job.spec.template.spec };
}

describe('MlflowUsers', () => {
  it('takes all the props', () => {
    const chart = chartIn('fraud');
    const allProps: Required<MlflowUsersProps> = {
      server: serverIn(chart, { workspaces: true }),
      workspaces: ['default', 'research'],
    };
    const { pod } = users(allProps, chart);
    expect(pod.containers[0]).toMatchObject({
      command: ['python3', '/opt/mlops/users.py'],
      args: ['/etc/mlflow/auth', 'default', 'research'],
    });
  });

  it('gives both users their role in the workspace that always exists', () => {
    expect(users().pod.containers[0].args).toEqual(['/etc/mlflow/auth', 'default']);
  });

  it('runs in each sync, beside the server and before the endpoints, which cannot load a model without the reader', () => {
    expect(users().job.metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-wave': '-1',
      'argocd.argoproj.io/hook': 'Sync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    });
  });

  it('reads the passwords from files, and reaches the server alone', () => {
    const { chart, pod } = users();
    expect(pod.volumes).toContainEqual({
      name: 'auth',
      secret: {
        secretName: 'mlflow-auth',
        items: ['basic_auth.ini', 'reader', 'writer'].map(key => ({ key, path: key })),
      },
    });
    expect(pod.containers[0].env.filter((one: any) => one.valueFrom)).toEqual([]);
    const ports = find(chart, 'NetworkPolicy/users').spec.egress.map((rule: any) => rule.ports[0].port);
    expect(ports).toEqual([53, 5000]);
  });

  it('refuses a server on which a reader could create things', () => {
    const chart = chartIn('fraud');
    expectRefusal(
      () => users({ server: serverIn(chart) }, chart),
      '[fraud/users] fraud/mlflow has no workspaces: MLflow then lets every user create experiments and models; ' +
        'set workspaces: true of the server; what exists stays where it is, in the workspace "default"',
    );
  });

  test.each<[string[], string]>([
    [[], 'the users need a workspace'],
    [['default', 'Mine!'], '"Mine!" cannot name a workspace'],
  ])('refuses the workspaces %j', (workspaces, problem) => {
    expectRefusal(
      () => users({ workspaces }),
      `[fraud/users] ${problem}; ` +
        'name workspaces of the server, or leave workspaces out for the one that always exists',
    );
  });
});
