import type { Chart } from 'cdk8s';
import type { EnvVar, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { z } from 'zod';
import { opaqueList } from '../helm/values/opaque';
import { podsIn } from './pods';

/** Values for what a container gets beside what the chart gives it. */
export const extraValues = {
  extraEnv: opaqueList('More variables of the container, none that it has already; secrets are better mounted'),
  extraVolumes: opaqueList('More volumes of the pods'),
  extraVolumeMounts: opaqueList('Where the container finds more volumes'),
};
export type ExtraValues = z.output<z.ZodObject<typeof extraValues>>;

/** Gives the container of that name more, as Kubernetes itself judges it. */
export function addExtras(chart: Chart, name: string, given: ExtraValues): void {
  for (const pod of podsIn(chart).filter(({ containers }) => containers.some(each => each.name === name))) {
    pod.volumes = [...pod.volumes!, ...(given.extraVolumes as Volume[])];
    pod.containers = pod.containers.map(container =>
      container.name === name
        ? {
            ...container,
            env: [...container.env!, ...(given.extraEnv as EnvVar[])],
            volumeMounts: [...container.volumeMounts!, ...(given.extraVolumeMounts as VolumeMount[])],
          }
        : container,
    );
  }
}
