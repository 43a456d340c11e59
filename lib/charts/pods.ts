import type { Chart } from 'cdk8s';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { contentOf, KubeObject } from '../constructs/kube-object';

/** All pods that the objects of the chart make, as they are by now. */
export const podsIn = (chart: Chart): PodSpec[] =>
  chart.node
    .findAll()
    .filter(construct => construct instanceof KubeObject)
    .flatMap(object => contentOf(object).spec?.template?.spec ?? []);
