import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { opaqueMap } from '../helm/values/opaque';
import { podsIn } from './pods';

/** Values for what a container may use. */
export const resourcesValue = (usual: string) =>
  opaqueMap(`Requests and limits of the container, instead of ${usual}`);

/** Room on the node's own disk, 1Gi and more. */
export const diskValue = (usual: string, what: string) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,3}(Gi|Ti)$/)
    .default(usual)
    .describe(what);

/** Sets the resources of every container of that name, if any are given; Kubernetes itself judges them. */
export function setResources(chart: Chart, name: string, resources: object): void {
  if (Object.keys(resources).length > 0) {
    const containers = podsIn(chart).flatMap(pod => pod.containers);
    containers.filter(container => container.name === name).forEach(container => Object.assign(container, { resources }));
  }
}
