import { equal, within } from '../cluster/checks';
import type { Story } from './story';

const IN_TEAM = '--namespace=search-staging';
const APPLICATION = 'staging-search';
const SECONDS = 90;

/** An autoscaler and Argo CD do not fight: the manifest names no number of pods. */
export async function scales({ kubectl, checks, applications, metrics }: Story): Promise<void> {
  const ranking = [IN_TEAM, 'deployment/ranking'];
  const replicas = async () => (await kubectl.get(...ranking)).spec.replicas;
  const reaches = (count: number) => within(SECONDS, `${count} replicas`, async () => (await replicas()) === count);
  const { maxReplicas, minReplicas } = (await kubectl.get(IN_TEAM, 'horizontalpodautoscaler/ranking')).spec;
  const { startedAt } = await applications.operation(APPLICATION);
  const untouched = async (count: number) => {
    const { status } = await applications.compare(APPLICATION);
    equal('replicas', await replicas(), count);
    equal('status', status.sync.status, 'Synced');
    equal('start of the last sync', status.operationState.startedAt, startedAt);
  };

  await checks.check('under load the autoscaler adds pods, and Argo CD leaves them', async () => {
    equal('replicas before', await replicas(), minReplicas);
    metrics.load = 3;
    await reaches(maxReplicas);
    await untouched(maxReplicas);
    return `${minReplicas} to ${maxReplicas}`;
  });

  await checks.check('whoever scales by hand is corrected by the autoscaler, not by Argo CD', async () => {
    await kubectl.run(['scale', ...ranking, `--replicas=${maxReplicas + 2}`]);
    await reaches(maxReplicas);
    await untouched(maxReplicas);
  });
}
