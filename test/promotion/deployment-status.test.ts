import { ArgoCd } from '../../lib/promotion/ports/argo-cd';
import { KubernetesDeployments } from '../../lib/promotion/ports/kubernetes-deployments';
import type { KubernetesReader } from '../../lib/promotion/ports/kubernetes';
import { ServiceError } from '../../lib/promotion/service-error';
import { COMMIT, DEPLOYMENT, itIsADeploymentStatus, PLACE, RULE, type Doing } from '../contracts/deployment-status';

/** A cluster with one object, or none. */
class OneObject {
  public object: unknown;
  public asked: string | undefined;
  public readonly read: KubernetesReader = async path => {
    this.asked = path;
    return this.object;
  };
}
const nobody: KubernetesReader = async () => {
  throw new ServiceError('unreachable', 'the Kubernetes API: ECONNREFUSED');
};

describe('Argo CD', () => {
  const cluster = new OneObject();
  const health = { begun: 'Progressing', running: 'Healthy', failed: 'Degraded' };
  itIsADeploymentStatus(() => ({
    status: new ArgoCd(cluster.read),
    unreachable: new ArgoCd(nobody),
    runs: { commit: COMMIT },
    be: async doing => {
      cluster.object = {
        status: {
          sync: { status: 'Synced', revision: COMMIT },
          health: { status: health[doing], message: 'a\nb' },
        },
      };
    },
  }));

  it('is asked for the application of the unit', async () => {
    await new ArgoCd(cluster.read).status(PLACE);
    expect(cluster.asked).toBe('/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/production-fraud');
  });
});

describe('a Deployment', () => {
  const cluster = new OneObject();
  const rolledOut = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
  const deployment = (status: object, replicas = 2, labels: object = { 'app.kubernetes.io/version': '8' }) => ({
    metadata: { ...DEPLOYMENT, generation: 2 },
    spec: { replicas, template: { metadata: { labels } } },
    status: { ...rolledOut, ...status },
  });
  const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'a\nb' };
  const states: Record<Doing, object> = {
    begun: { availableReplicas: 1 },
    running: {},
    failed: { availableReplicas: 1, conditions: [late] },
  };
  const status = new KubernetesDeployments(cluster.read);
  itIsADeploymentStatus(() => ({
    status,
    unreachable: new KubernetesDeployments(nobody),
    runs: { version: 8 },
    be: async doing => void (cluster.object = deployment(states[doing])),
  }));

  it('is asked for by the name that the rules give it', async () => {
    await status.status(PLACE, RULE);
    expect(cluster.asked).toBe('/apis/apps/v1/namespaces/fraud-production/deployments/churn');
  });

  it.each([
    ['the controller has not seen the change', deployment({ observedGeneration: 1 }), 'the change was not seen yet'],
    ['pods are missing', deployment({ updatedReplicas: 1 }), '1 of 2 pods are updated'],
    ['old pods are left', deployment({ replicas: 3 }), 'pods that are not updated, still there: 1'],
    ['pods are not available', deployment({ availableReplicas: 0 }), '0 of 2 pods are available'],
    ['no pod is wanted', deployment({ replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, 0), 'no pod is wanted'],
    ['nothing was said yet', { ...deployment({}), status: undefined }, 'the change was not seen yet'],
  ])('waits while %s', async (_why, object, message) => {
    cluster.object = object;
    expect(await status.status(PLACE, RULE)).toEqual({ state: 'waiting', version: 8, message });
  });

  it('tells no version that its pods do not', async () => {
    cluster.object = deployment({}, 2, { 'app.kubernetes.io/version': '1.4.2' });
    expect(await status.status(PLACE, RULE)).toEqual({
      state: 'failed',
      message: 'the pods of fraud-production/churn have no label app.kubernetes.io/version with a version',
    });
  });

  it('is not asked for if no rule names it', async () => {
    cluster.asked = undefined;
    expect(await status.status(PLACE, { ...RULE, deployment: undefined })).toEqual({
      state: 'waiting',
      message: 'promotion.yaml names no Deployment of this model',
    });
    expect(cluster.asked).toBeUndefined();
  });
});
