import type { Chart } from 'cdk8s';
import type { Container } from 'kubernetes-types/core/v1';
import { z } from 'zod';
import { contentOf, KubeObject } from '../constructs/kube-object';

export const pullPolicyValue = z
  .enum(['Always', 'IfNotPresent', 'Never'])
  .default('Always')
  .describe('When nodes fetch images; only `Always` checks that whoever starts a pod may have them');

/** Sets when nodes fetch the images of all pods that the chart has by now. */
export function setPullPolicy(chart: Chart, policy: string): void {
  for (const object of chart.node.findAll().filter(construct => construct instanceof KubeObject)) {
    const { initContainers = [], containers = [] } = contentOf(object).spec?.template?.spec ?? {};
    for (const container of [...initContainers, ...containers] as Container[]) {
      container.imagePullPolicy = policy;
    }
  }
}
