import type { Chart } from 'cdk8s';
import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import { z } from 'zod';
import { contentOf, KubeObject } from '../constructs/kube-object';
import { opaqueMap } from '../helm/opaque';

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
export function setResources(chart: Chart, container: string, resources: object): void {
  if (Object.keys(resources).length > 0) {
    for (const object of chart.node.findAll().filter(construct => construct instanceof KubeObject)) {
      const containers: { name: string; resources: ResourceRequirements }[] =
        contentOf(object).spec?.template?.spec?.containers ?? [];
      containers.filter(({ name }) => name === container).forEach(each => (each.resources = resources));
    }
  }
}
