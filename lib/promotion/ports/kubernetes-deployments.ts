import { z } from 'zod';
import type { Deployment, DeploymentStatus } from '../deployment-status';
import { plainText } from '../plain-text';
import type { Rule } from '../rules';
import { ServiceError } from '../service-error';
import { withNames, type Place } from '../wanted';
import type { KubernetesReader } from './kubernetes';

const VERSION = 'app.kubernetes.io/version';
const count = z.number().default(0);
const deployment = z.object({
  metadata: z.object({ generation: count }),
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }) }),
  }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      availableReplicas: count,
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
    })
    .prefault({}),
});
type Rollout = z.output<typeof deployment>;

/** What the Deployment that the rules name for a model says, for clusters without Argo CD. */
export class KubernetesDeployments implements DeploymentStatus {
  constructor(private readonly read: KubernetesReader) {}

  public async status(place: Place, rule: Rule): Promise<Deployment> {
    if (rule.deployment === undefined) {
      return { state: 'waiting', message: 'promotion.yaml names no Deployment of this model' };
    }
    const name = withNames(rule.deployment, place);
    const [namespace, object] = name.split('/');
    const found = await this.read(`/apis/apps/v1/namespaces/${namespace}/deployments/${object}`);
    if (found === undefined) {
      return { state: 'waiting', message: `there is no Deployment ${plainText(name)}` };
    }
    const rollout = deployment.safeParse(found).data;
    if (rollout === undefined) {
      const message = `the Kubernetes API: what it answers is no Deployment ${plainText(name)}`;
      throw new ServiceError('malformed', message, undefined, 'cluster');
    }
    const label = rollout.spec.template.metadata.labels[VERSION] ?? '';
    return /^[1-9][0-9]{0,14}$/.test(label)
      ? { ...stateOf(rollout), version: Number(label) }
      : { state: 'failed', message: `the pods of ${plainText(name)} have no label ${VERSION} with a version` };
  }
}

/**
 * How far a rollout is, as `kubectl rollout status` tells it.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
function stateOf({ metadata, spec, status }: Rollout): Omit<Deployment, 'version'> {
  const { observedGeneration, replicas, updatedReplicas, availableReplicas, conditions } = status;
  const progress = conditions.find(({ type }) => type === 'Progressing');
  if (observedGeneration < metadata.generation) {
    return { state: 'waiting', message: 'the change was not seen yet' };
  }
  if (progress?.reason === 'ProgressDeadlineExceeded') {
    return { state: 'failed', message: plainText(progress.message || progress.reason) };
  }
  if (spec.replicas === 0) {
    // Nobody has seen this version answer: who scales to nothing, or pauses a model, has not deployed it.
    return { state: 'waiting', message: 'no pod is wanted' };
  }
  if (updatedReplicas < spec.replicas) {
    return { state: 'waiting', message: `${updatedReplicas} of ${spec.replicas} pods are updated` };
  }
  if (replicas > updatedReplicas) {
    return { state: 'waiting', message: `pods that are not updated, still there: ${replicas - updatedReplicas}` };
  }
  return availableReplicas < updatedReplicas
    ? { state: 'waiting', message: `${availableReplicas} of ${updatedReplicas} pods are available` }
    : { state: 'running', message: `${availableReplicas} of ${spec.replicas} pods are available` };
}
