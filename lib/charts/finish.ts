import type { Chart } from 'cdk8s';
import type { z } from 'zod';
import type { Monitored } from '../constructs/metrics';
import type { NetworkPeer } from '../constructs/network-peer';
import type { Release } from '../helm/values/release';
import { decorate, type decorationValues } from './decoration-values';
import { addHelmAnnotations } from './helm-annotations';
import { watch, type monitoringValues } from './monitoring-values';
import { peerOf } from './network-values';
import { addExtras, type ExtraValues } from './extra-values';
import { setPullPolicy } from './pull-policy';
import { setResources } from './resource-values';
import { setFamilies, type serviceValues } from './service-values';

/** What a chart of one workload is told about it, whatever the workload is. */
interface Finish extends z.output<z.ZodObject<typeof decorationValues>>, ExtraValues {
  readonly service: z.output<typeof serviceValues>;
  readonly allowFrom: readonly unknown[];
  readonly monitoring: z.output<typeof monitoringValues>;
  readonly resources: object;
  readonly imagePullPolicy: string;
}

/** Does what these values ask for, once everything is defined. */
export function finish(
  chart: Chart,
  target: Monitored & { allowFrom(peer: NetworkPeer): void },
  container: string,
  given: Finish,
  release: Release,
): void {
  if (given.allowFrom.length > 0) {
    target.allowFrom(peerOf(given.allowFrom, release.namespace));
  }
  watch(chart, release.fullname, given.monitoring, target);
  setResources(chart, container, given.resources);
  setPullPolicy(chart, given.imagePullPolicy);
  addExtras(chart, container, given);
  setFamilies(chart, given.service);
  addHelmAnnotations(chart);
  decorate(chart, given, release);
}
