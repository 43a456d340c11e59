import { z } from 'zod';
import type { Placement } from '../constructs/placement';
import { opaqueMap } from '../helm/values/opaque';
import { OPTIONAL_DNS_NAME } from './patterns';

/** Values for the nodes on which pods may run. */
export const placementValues = {
  nodeSelector: opaqueMap('Labels that a node must have'),
  tolerations: z
    .array(
      z.strictObject({
        key: z.string().min(1).max(253).describe('Key of the taint'),
        operator: z.enum(['Exists', 'Equal']).describe('How the taint is compared'),
        value: z.string().max(63).describe('Value of the taint for `Equal`; empty for `Exists`'),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).describe('Effect of the taint'),
      }),
    )
    .default([])
    .describe('Taints of nodes that the pods put up with'),
  affinity: opaqueMap('Which nodes and neighbours are preferred or required; empty spreads the pods over nodes'),
  priorityClassName: z
    .string()
    .regex(OPTIONAL_DNS_NAME)
    .default('')
    .describe("PriorityClass of the pods; empty is the cluster's default"),
};
export type PlacementValues = z.output<z.ZodObject<typeof placementValues>>;

export const placementOf = (values: PlacementValues): Placement => ({
  nodeSelector: isEmpty(values.nodeSelector) ? undefined : (values.nodeSelector as Record<string, string>),
  tolerations: values.tolerations.map(({ value, ...toleration }) => (value ? { ...toleration, value } : toleration)),
  affinity: isEmpty(values.affinity) ? undefined : values.affinity,
  priorityClass: values.priorityClassName || undefined,
});

const isEmpty = (map: object): boolean => Object.keys(map).length === 0;
