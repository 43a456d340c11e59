import type { Chart } from 'cdk8s';
import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { opaqueMap } from '../helm/opaque';

/** Values that every chart has. */
export const decorationValues = {
  nameOverride: z
    .string()
    .regex(/^([a-z]([-a-z0-9]{0,28}[a-z0-9])?)?$/)
    .default('')
    .describe("Replaces the chart's name in names of objects"),
  fullnameOverride: z
    .string()
    .regex(/^([a-z]([-a-z0-9]{0,28}[a-z0-9])?)?$/)
    .default('')
    .describe('Replaces names of objects altogether'),
  commonLabels: opaqueMap('Labels of all objects, not of pods'),
  commonAnnotations: opaqueMap('Annotations of all objects, not of pods'),
};
const schema = z.strictObject(decorationValues);

/** Gives every object that the chart has by now the labels and annotations that were asked for. */
export function decorate(chart: Chart, { commonLabels, commonAnnotations }: z.output<typeof schema>): void {
  for (const construct of chart.node.findAll()) {
    if (ApiObject.isApiObject(construct)) {
      for (const [key, value] of Object.entries(commonLabels)) {
        construct.metadata.addLabel(key, value as string);
      }
      for (const [key, value] of Object.entries(commonAnnotations)) {
        construct.metadata.addAnnotation(key, value as string);
      }
    }
  }
}
