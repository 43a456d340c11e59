import type { Construct } from 'constructs';
import { checkCounts } from '../core/counts';
import { PlatformError } from '../core/platform-error';
import { checkAutoscaling, type Autoscaling } from './autoscaling';
import { checkKeda, type KedaScaling } from './keda-scaling';

/** What sets the number of pods: one of these, or nothing. */
export interface Scaling {
  readonly replicas?: number;
  readonly autoscaling?: Autoscaling;
  readonly keda?: KedaScaling;
}

/** @throws PlatformError if more than one sets the number, or a limit makes no sense */
export function checkScaling(where: Construct, { replicas, autoscaling, keda }: Scaling): void {
  const given = [
    ...(replicas === undefined ? [] : [`replicas (${replicas})`]),
    ...(autoscaling === undefined ? [] : ['autoscaling']),
    ...(keda === undefined ? [] : ['keda']),
  ];
  if (given.length > 1) {
    throw new PlatformError(
      where,
      `${given.join(' and ')} cannot ${given.length === 2 ? 'both' : 'all'} be set: each would undo the other`,
      given.length === 2 ? 'remove one of them' : 'keep one of them',
    );
  }
  checkCounts(where, { replicas: replicas ?? 2 });
  if (autoscaling) {
    checkAutoscaling(where, autoscaling);
  }
  if (keda) {
    checkKeda(where, keda);
  }
}
