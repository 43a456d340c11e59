import { z } from 'zod';
import type { Deployment, DeploymentStatus } from '../deployment-status';
import { plainText } from '../plain-text';
import type { Place } from '../wanted';
import type { KubernetesReader } from './kubernetes';

const application = z.object({
  status: z
    .object({
      sync: z
        .object({ status: z.string().default('Unknown'), revision: z.string().optional() })
        .default({ status: 'Unknown' }),
      health: z
        .object({ status: z.string().default('Unknown'), message: z.string().optional() })
        .default({ status: 'Unknown' }),
      operationState: z.object({ phase: z.string().optional(), message: z.string().optional() }).optional(),
    })
    .optional(),
});

/**
 * What Argo CD says of the application `<environment>-<team>`.
 *
 * @param namespace where the applications are
 */
export class ArgoCd implements DeploymentStatus {
  constructor(
    private readonly read: KubernetesReader,
    private readonly namespace = 'argocd',
  ) {}

  public async status({ environment, team }: Place): Promise<Deployment> {
    const name = `${environment}-${team}`;
    const found = await this.read(`/apis/argoproj.io/v1alpha1/namespaces/${this.namespace}/applications/${name}`);
    const status = application.safeParse(found ?? {}).data?.status;
    if (status === undefined) {
      return { state: 'waiting', message: `Argo CD has said nothing of the application ${name} yet` };
    }
    const { sync, health, operationState } = status;
    const message = plainText(
      [sync.status, health.status, operationState?.message, health.message].filter(Boolean).join(', '),
    );
    const running = sync.status === 'Synced' && health.status === 'Healthy';
    const failed = health.status === 'Degraded' || ['Failed', 'Error'].includes(operationState?.phase ?? '');
    return { state: running ? 'running' : failed ? 'failed' : 'waiting', commit: sync.revision, message };
  }
}
