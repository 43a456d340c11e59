import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkCounts } from '../core/counts';
import { PlatformError } from '../core/platform-error';
import type { Resources } from '../core/resources';
import { TeamNamespace } from './team-namespace';

/** What a GPU is called where no team's quota says it. */
const USUAL = 'nvidia.com/gpu';

/**
 * The resources with GPUs, under the name that the quota of the team counts them by. That is read only when the tree
 * is complete, so the namespace may be declared later.
 *
 * @throws PlatformError if the number makes no sense, or the resources have GPUs already
 */
export function withGpus(
  where: Construct,
  gpus: number | undefined,
  resources: Required<Resources>,
): Required<Resources> {
  if (gpus === undefined) {
    return resources;
  }
  checkCounts(where, { gpus });
  const known = Object.keys({ ...resources.requests, ...resources.limits }).find(isGpu);
  if (known !== undefined) {
    throw new PlatformError(where, `gpus (${gpus}) and ${known} of resources cannot both be set`, 'remove one of them');
  }
  // A GPU cannot be overcommitted: what is requested is the limit.
  const added = () => ({ [gpuResource(where)]: `${gpus}` });
  return {
    get requests() {
      return { ...resources.requests, ...added() };
    },
    get limits() {
      return { ...resources.limits, ...added() };
    },
  };
}

const isGpu = (resource: string): boolean => resource.includes('/') && resource.includes('gpu');

function gpuResource(scope: Construct): string {
  const neighbours = Chart.of(scope).node.children;
  return neighbours.find(construct => construct instanceof TeamNamespace)?.gpuResource ?? USUAL;
}
