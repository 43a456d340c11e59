import { z } from 'zod';
import { parseQuantity } from '../core/quantity';
import type { Resources } from '../core/resources';
import { CPU, MEMORY } from './patterns';

interface Amounts {
  readonly cpu: string;
  readonly memory: string;
  readonly disk: string;
}

const amounts = (what: string, { cpu, memory, disk }: Amounts, memories: RegExp) =>
  z
    .strictObject({
      cpu: z.string().regex(CPU).default(cpu).describe('CPU, such as `500m` or `2`'),
      memory: z.string().regex(memories).default(memory).describe('Memory'),
      disk: z.string().regex(MEMORY).default(disk).describe("Room on the node's own disk (`ephemeral-storage`)"),
    })
    .prefault({})
    .describe(what);

/** Values for what a container may use. Kubernetes itself refuses a request above its limit. */
export function resourceValues(what: string, requests: Amounts, limits: Amounts, memories = MEMORY) {
  return z
    .strictObject({ requests: amounts('What is set aside', requests, memories), limits: amounts('Most that is given', limits, memories) })
    .prefault({})
    .describe(what);
}
export type ResourceValues = z.output<ReturnType<typeof resourceValues>>;

export const resourcesOf = ({ requests, limits }: ResourceValues): Resources => ({
  requests: { cpu: requests.cpu, memory: requests.memory, 'ephemeral-storage': requests.disk },
  limits: { cpu: limits.cpu, memory: limits.memory, 'ephemeral-storage': limits.disk },
});

/** Whether no container asks for more than it may have. */
export const resourcesFit = ({ requests, limits }: ResourceValues): boolean =>
  (['cpu', 'memory', 'disk'] as const).every(name => parseQuantity(requests[name])! <= parseQuantity(limits[name])!);
