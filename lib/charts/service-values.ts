import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { contentOf, KubeObject } from '../constructs/kube-object';

/** Values for Services; the constructs decide their type and ports. */
export const serviceValues = z
  .strictObject({
    ipFamilyPolicy: z
      .enum(['', 'SingleStack', 'PreferDualStack'])
      .default('')
      .describe("Families of addresses; empty is the cluster's default"),
  })
  .prefault({})
  .describe('Services of the release; from outside of the cluster nothing leads to them');

/** Sets the families of addresses of all Services that the chart has by now. */
export function setFamilies(chart: Chart, { ipFamilyPolicy }: z.output<typeof serviceValues>): void {
  if (ipFamilyPolicy !== '') {
    for (const object of chart.node.findAll().filter(construct => construct instanceof KubeObject)) {
      if (object.kind === 'Service') {
        Object.assign(contentOf(object).spec, { ipFamilyPolicy });
      }
    }
  }
}
