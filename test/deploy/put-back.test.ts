import type { KubeManifest, ManagedFields } from '../../lib/deploy/cluster';
import { declaredBy, putBack } from '../../lib/deploy/put-back';

const CONTAINER = 'k:{"name":"model"}';
const PORT = 'k:{"containerPort":8080,"protocol":"TCP"}';
/** What `mlops` applied: a label, the replicas, and of its container image, arguments and a port. */
const OURS: ManagedFields = {
  manager: 'mlops',
  operation: 'Apply',
  fieldsV1: {
    'f:metadata': { 'f:labels': { 'f:app': {} } },
    'f:spec': {
      'f:replicas': {},
      'f:template': {
        'f:spec': {
          'f:containers': {
            [CONTAINER]: {
              '.': {},
              'f:name': {},
              'f:image': {},
              'f:args': {},
              'f:ports': { [PORT]: { '.': {}, 'f:containerPort': {} } },
            },
          },
        },
      },
    },
  },
};
const other = (manager: string, fieldsV1: ManagedFields['fieldsV1'], operation = 'Update'): ManagedFields => ({
  manager,
  operation,
  fieldsV1,
});
const REVISION = other('kube-controller-manager', { 'f:metadata': { 'f:annotations': { '.': {}, 'f:revision': {} } } });

function deployment(version: string, managedFields: readonly ManagedFields[] | undefined, replicas = 2): KubeManifest {
  const model = {
    name: 'model',
    image: `churn:${version}`,
    args: ['--version', version],
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    terminationMessagePath: '/dev/termination-log',
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'churn',
      namespace: 'fraud',
      labels: { app: 'churn' },
      annotations: { revision: version },
      managedFields,
    },
    spec: { replicas, template: { spec: { containers: [{ name: 'mesh', image: 'mesh:1' }, model] } } },
  } as KubeManifest;
}
const applied = (version: string, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'churn', namespace: 'fraud', labels: { app: 'churn' } },
  spec: {
    replicas: 2,
    template: {
      spec: {
        containers: [
          {
            name: 'model',
            image: `churn:${version}`,
            args: ['--version', version],
            ports: [{ containerPort: 8080, protocol: 'TCP' }],
          },
        ],
      },
    },
    ...more,
  },
});

describe('what is put back', () => {
  const before = deployment('1', [OURS, REVISION]);

  it('is what we had applied, and nothing that others own', () => {
    expect(putBack(before, deployment('2', [OURS, REVISION]))).toEqual({ object: applied('1'), left: [] });
  });

  it('is not what another manager took since', () => {
    const taken = other('argocd', {
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { [CONTAINER]: { 'f:image': {} } } } } },
    });
    const { object, left } = putBack(before, deployment('2', [OURS, REVISION, taken]));
    const { image: _image, ...rest } = applied('1').spec.template.spec.containers[0]!;
    expect(object).toEqual(applied('1', { template: { spec: { containers: [rest] } } }));
    expect(left).toEqual([{ path: '.spec.template.spec.containers[name=model].image', manager: 'argocd' }]);
  });

  it('is not how many pods an autoscaler wants now', () => {
    const scaled = other('kube-controller-manager', { 'f:spec': { 'f:replicas': {} } });
    const { object, left } = putBack(before, deployment('2', [OURS, scaled], 5));
    expect((object as unknown as { spec: object }).spec).not.toHaveProperty('replicas');
    expect(left).toEqual([{ path: '.spec.replicas', manager: 'kube-controller-manager' }]);
  });

  it('is what another manager owns too, and has the same', () => {
    const same = other('argocd', { 'f:metadata': { 'f:labels': { 'f:app': {} } } }, 'Apply');
    expect(putBack(before, deployment('2', [OURS, same]))).toEqual({ object: applied('1'), left: [] });
  });

  it('is nothing of an object of which we had applied nothing', () => {
    const { object, left } = putBack(deployment('1', [REVISION]), deployment('2', [OURS, REVISION]));
    expect([object, left]).toEqual([
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'churn', namespace: 'fraud' } },
      [],
    ]);
  });

  it('is the whole object if it is gone', () => {
    expect(putBack(before, undefined)).toEqual({ object: before, left: [] });
  });

  it('is all that nobody else changed, if nobody noted what we had applied', () => {
    const { object, left } = putBack(deployment('1', undefined), deployment('2', [OURS, REVISION]));
    expect(object.metadata.annotations).toEqual({});
    expect(left).toEqual([{ path: '.metadata.annotations.revision', manager: 'kube-controller-manager' }]);
  });
});

describe('who declared an object', () => {
  it('is whoever applied it, and no controller that noted something in it', () => {
    expect(declaredBy(deployment('1', [OURS, REVISION]))).toBeUndefined();
    expect(declaredBy(deployment('1', [OURS, other('argocd', {}, 'Apply')]))).toBe('argocd');
  });
});
