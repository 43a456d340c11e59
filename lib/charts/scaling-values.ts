import { z } from 'zod';
import type { ModelApi, ModelApiProps } from '../constructs/model-api';
import { KedaTrigger } from '../constructs/keda-scaling';

/** Values for the number of pods. */
export const scalingValues = {
  replicas: z.int().min(1).max(1000).default(2).describe('Number of pods, unless an autoscaler sets it'),
  autoscaling: z
    .strictObject({
      kind: z
        .enum(['none', 'hpa', 'keda'])
        .default('none')
        .describe('What sets the number of pods: nothing, Kubernetes by CPU use, or KEDA by a query to Prometheus'),
      min: z.int().min(1).max(1000).default(2).describe('Fewest pods'),
      max: z.int().min(1).max(1000).default(5).describe('Most pods; Kubernetes refuses fewer than `min`'),
      cpuPercent: z.int().min(1).max(1000).default(70).describe('CPU use, in percent of the request'),
      prometheus: z
        .strictObject({
          server: z
            .string()
            .regex(/^https?:\/\/[a-z]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z]([-a-z0-9]{0,61}[a-z0-9])?){0,5}:[1-9][0-9]{1,3}$/)
            .default('http://prometheus.monitoring.svc:9090')
            .describe('Prometheus, as KEDA reaches it'),
          query: z.string().regex(/[!-~]/).max(1000).default('1').describe('Query whose result is the load of all pods'),
          threshold: z.int().min(1).max(999_999).default(10).describe('Load that one pod takes'),
        })
        .prefault({})
        .describe('What KEDA asks'),
    })
    .prefault({})
    .describe('Lets the number of pods follow the load'),
};
/** More than any number of pods that may be given. */
const MANY = 1000;

export function scalingOf({
  replicas,
  autoscaling: { kind, min, cpuPercent, prometheus },
}: z.output<z.ZodObject<typeof scalingValues>>): Pick<ModelApiProps, 'replicas' | 'autoscaling' | 'keda'> {
  switch (kind) {
    case 'none':
      return { replicas };
    case 'hpa':
      return { autoscaling: { min, max: MANY, cpuPercent } };
    case 'keda':
      return { keda: { min, max: MANY, triggers: [KedaTrigger.prometheus(prometheus)] } };
  }
}

/** Sets the most pods; whether they are more than the fewest is Kubernetes' to judge. */
export function setMost(
  { autoscaler, scaledObject }: ModelApi,
  { autoscaling: { max } }: z.output<z.ZodObject<typeof scalingValues>>,
): void {
  if (autoscaler) {
    Object.assign(autoscaler.body.spec!, { maxReplicas: max });
  }
  if (scaledObject) {
    Object.assign(scaledObject.body.spec, { maxReplicaCount: max });
  }
}
