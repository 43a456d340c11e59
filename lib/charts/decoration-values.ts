import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import type { Release } from '../helm/values/release';

/** Names without a prefix: those with one are Kubernetes', Argo CD's and Helm's. */
const LABEL = /^[a-z]([-a-z0-9.]{0,61}[a-z0-9])?$/;
/** Names with a domain, but for those of Kubernetes, Argo CD and Helm, which end in two letters. */
const ANNOTATION =
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?){0,4}\.[a-z]{3,20}\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const NAME = /^([a-z]([-a-z0-9]{0,28}[a-z0-9])?)?$/;

/** Values that replace the names of objects. */
export const nameValues = {
  nameOverride: z
    .string()
    .regex(NAME)
    .default('')
    .describe("Replaces the chart's name in names of objects"),
  fullnameOverride: z
    .string()
    .regex(NAME)
    .default('')
    .describe('Replaces names of objects altogether'),
};

/** The one name that no construct can have: every JavaScript object knows something by it. */
export const NAME_RULE = { properties: { fullnameOverride: { not: { const: 'constructor' } } } };
export const keepsNameRule = ({ fullnameOverride }: { readonly fullnameOverride: string }): boolean =>
  fullnameOverride !== 'constructor';

/** Values that every chart has. */
export const decorationValues = {
  commonLabels: z
    .record(z.string().regex(LABEL), z.string().regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/))
    .default({})
    .describe('Labels of all objects, not of pods'),
  commonAnnotations: z
    .record(z.string().regex(ANNOTATION), z.string().max(1000))
    .default({})
    .describe('Annotations of all objects, not of pods'),
};

/** Gives every object that the chart has by now the labels of its release, and what was asked for. */
export function decorate(
  chart: Chart,
  { commonLabels, commonAnnotations }: z.output<z.ZodObject<typeof decorationValues>>,
  release: Release,
): void {
  const labels = { 'helm.sh/chart': release.chart, 'app.kubernetes.io/managed-by': 'Helm', ...commonLabels };
  for (const { metadata } of chart.node.findAll().filter(construct => ApiObject.isApiObject(construct))) {
    Object.entries(labels).forEach(([key, value]) => metadata.addLabel(key, value));
    Object.entries(commonAnnotations).forEach(([key, value]) => metadata.addAnnotation(key, value));
  }
}
