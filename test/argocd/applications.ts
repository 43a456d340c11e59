import { setTimeout } from 'node:timers/promises';
import { within } from '../cluster/checks';
import type { Kubectl } from '../cluster/kubectl';

const NAMESPACE = '--namespace=argocd';

/** What Argo CD says about its Applications. */
export class Applications {
  constructor(private readonly kubectl: Kubectl) {}

  public get(name: string): Promise<any> {
    return this.kubectl.get(NAMESPACE, 'application', name);
  }

  /** The sync that is under way, or the last one. */
  public async operation(name: string): Promise<any> {
    // For a moment after its start a sync has told nothing yet.
    return (await this.get(name)).status.operationState ?? { message: '' };
  }

  public async names(): Promise<string[]> {
    const { items } = await this.kubectl.get(NAMESPACE, 'applications');
    return (items as any[]).map(({ metadata }) => metadata.name);
  }

  /** Has Argo CD look at Git now, as the webhook of a Git server would. */
  public async refresh(...names: readonly string[]): Promise<void> {
    const refresh = 'argocd.argoproj.io/refresh=normal';
    await this.kubectl.run(['annotate', '--overwrite', NAMESPACE, 'application', ...names, refresh]);
  }

  /** Has Argo CD compare the cluster with Git once more; returns the application after that. */
  public async compare(name: string): Promise<any> {
    const before = (await this.get(name)).status.reconciledAt;
    // The time has whole seconds.
    await setTimeout(1000);
    await this.refresh(name);
    await within(30, `${name} is compared`, async () => (await this.get(name)).status.reconciledAt !== before);
    return this.get(name);
  }

  /** Says that what waits for a person may be removed. */
  public async approveRemoval(name: string): Promise<void> {
    const approved = `argocd.argoproj.io/deletion-approved=${new Date().toISOString()}`;
    await this.kubectl.run(['annotate', '--overwrite', NAMESPACE, 'application', name, approved]);
  }

  /** Waits until applications are at a commit, Synced and Healthy, and nothing of them is under way. */
  public async settled(names: readonly string[], commit: string, seconds: number): Promise<void> {
    let last = '';
    try {
      await within(seconds, 'Synced and Healthy', async () => {
        const states = await Promise.all(names.map(name => this.get(name).then(stateOf)));
        const others = states.filter(state => !state.includes(` ${commit} Synced Healthy Succeeded:`));
        last = others.join('\n');
        return others.length === 0;
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${last}`);
    }
  }

  /** Refreshes, and waits. */
  public async follow(names: readonly string[], commit: string, seconds = 90): Promise<void> {
    await this.refresh(...names);
    await this.settled(names, commit, seconds);
  }
}

function stateOf({ metadata, status = {} }: any): string {
  const { sync, health, operationState, resources = [] } = status;
  const sick = (resources as any[])
    .filter(one => !one.hook && (one.status !== 'Synced' || (one.health && one.health.status !== 'Healthy')))
    .map(one => `  ${one.kind}/${one.name} ${one.status} ${one.health?.status ?? ''} ${one.health?.message ?? ''}`);
  const { phase, message } = operationState ?? {};
  return [`${metadata.name} ${sync?.revision} ${sync?.status} ${health?.status} ${phase}: ${message}`, ...sick].join(
    '\n',
  );
}
