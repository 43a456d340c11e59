import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { podsIn } from './pods';

export const pullPolicyValue = z
  .enum(['Always', 'IfNotPresent', 'Never'])
  .default('Always')
  .describe('When nodes fetch images; only `Always` checks that whoever starts a pod may have them');

/** Sets when nodes fetch the images of all pods that the chart has by now. */
export function setPullPolicy(chart: Chart, policy: string): void {
  for (const { initContainers = [], containers } of podsIn(chart)) {
    [...initContainers, ...containers].forEach(container => (container.imagePullPolicy = policy));
  }
}
