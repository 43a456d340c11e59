import { applyObjects, removeObjects, undo, type Change } from '../../lib/deploy/change';
import { ClusterError, idOf, nameOf, type Cluster, type KubeManifest } from '../../lib/deploy/cluster';

const object = (kind: string, content: string, wave?: string): KubeManifest & { content: string } => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'churn', ...(wave && { annotations: { 'argocd.argoproj.io/sync-wave': wave } }) },
  content,
});
const route = (content: string) => object('HTTPRoute', content, '1');
const deployment = (content: string) => object('Deployment', content);
const policy = (content: string) => object('NetworkPolicy', content, '-2');

/** A cluster that lives as long as a test. */
class MemoryCluster implements Cluster {
  public readonly name = 'memory';
  public readonly there = new Map<string, KubeManifest>();
  /** What was asked, as `apply Deployment/churn`. */
  public readonly asked: string[] = [];
  public broken: (object: KubeManifest) => boolean = () => false;
  /** Objects that it does not remove. */
  public kept: (object: KubeManifest) => boolean = () => false;

  public async read(objects: readonly KubeManifest[]) {
    return new Map(
      objects.flatMap(one => (this.there.has(idOf(one)) ? [[idOf(one), this.there.get(idOf(one))!]] : [])),
    );
  }

  public async apply(objects: readonly KubeManifest[], { dryRun = false } = {}) {
    this.asked.push(...(dryRun ? [] : objects.map(one => `apply ${nameOf(one)}`)));
    if (!dryRun) {
      objects.forEach(one => this.there.set(idOf(one), one));
    }
  }

  public async remove(objects: readonly KubeManifest[]) {
    this.asked.push(...objects.map(one => `remove ${nameOf(one)}`));
    if (objects.some(this.kept)) {
      throw new ClusterError('denied', 'it may not be removed');
    }
    objects.forEach(one => this.there.delete(idOf(one)));
  }

  public async ready(one: KubeManifest) {
    this.asked.push(`await ${nameOf(one)}`);
    if (this.broken(one)) {
      throw new ClusterError('unready', 'it does not run');
    }
  }

  public contents = () => [...this.there.values()].map(one => `${one.kind} ${(one as { content?: string }).content}`);
}

describe('a change of a cluster', () => {
  let cluster: MemoryCluster;
  beforeEach(() => (cluster = new MemoryCluster()));
  const props = () => ({ cluster, seconds: 1, tell: () => undefined });
  const journal = (begun: (change: Change) => void = () => undefined) => ({ begun, undone: jest.fn() });

  it('goes wave after wave, and opens a route only when pods run', async () => {
    await applyObjects([route('a'), deployment('a'), policy('a')], props(), journal());
    expect(cluster.asked).toEqual([
      'apply NetworkPolicy/churn',
      'apply Deployment/churn',
      'await Deployment/churn',
      'apply HTTPRoute/churn',
    ]);
  });

  it('says how to undo it before anything is changed', async () => {
    await cluster.apply([deployment('old')]);
    let noted: Change | undefined;
    await applyObjects(
      [deployment('new'), policy('new')],
      props(),
      journal(change => {
        noted = change;
        expect(cluster.contents()).toEqual(['Deployment old']);
      }),
    );
    expect([noted!.before, noted!.created]).toEqual([[deployment('old')], [policy('new')]]);
  });

  it('is undone if something does not run: what was there is put back, and what was not is removed', async () => {
    await cluster.apply([deployment('old')]);
    cluster.broken = one => (one as { content?: string }).content === 'new';
    const told = journal();
    const change = applyObjects([deployment('new'), policy('new'), route('new')], props(), told);
    await expect(change).rejects.toThrow('it does not run');
    expect(cluster.contents()).toEqual(['Deployment old']);
    expect(cluster.asked.slice(-3)).toEqual([
      'remove NetworkPolicy/churn',
      'apply Deployment/churn',
      'await Deployment/churn',
    ]);
    expect(told.undone).toHaveBeenCalledTimes(1);
  });

  it('leaves to others what they took since, when it is undone, and says so', async () => {
    const owned = (one: KubeManifest, manager: string, operation: string): KubeManifest => {
      const managedFields = [{ manager, operation, fieldsV1: { 'f:content': {} } }];
      return { ...one, metadata: { ...one.metadata, managedFields } };
    };
    const before = [deployment('old')];
    await cluster.apply([
      owned(deployment('theirs'), 'somebody', 'Update'),
      owned(policy('theirs'), 'argocd', 'Apply'),
      route('new'),
    ]);
    const lines: string[] = [];
    await undo({ before, created: [policy('new'), route('new')] }, { ...props(), tell: line => lines.push(line) });
    expect(cluster.contents()).toEqual(['Deployment undefined', 'NetworkPolicy theirs']);
    expect(lines).toEqual([
      'NetworkPolicy/churn stays, for argocd has it now',
      'removing HTTPRoute/churn',
      'putting back Deployment/churn',
      'Deployment/churn: .content stays as it is, for somebody has it now',
    ]);
  });

  it('can still be undone later if it could not be undone at once', async () => {
    await cluster.apply([deployment('old')]);
    cluster.broken = () => true;
    const told = journal();
    const lines: string[] = [];
    const change = applyObjects([deployment('new')], { ...props(), tell: line => lines.push(line) }, told);
    await expect(change).rejects.toThrow('it does not run');
    expect(told.undone).not.toHaveBeenCalled();
    expect(lines.at(-1)).toBe('that failed too, --undo tries it again: it does not run');
  });

  it('brings back what it removed if something stays', async () => {
    await cluster.apply([deployment('a'), route('a')]);
    cluster.kept = ({ kind }) => kind === 'Deployment';
    const told = journal();
    await expect(removeObjects([deployment('a'), route('a')], props(), told)).rejects.toThrow('it may not be removed');
    expect(cluster.contents().sort()).toEqual(['Deployment a', 'HTTPRoute a']);
    expect(told.undone).toHaveBeenCalledTimes(1);
  });

  it('removes routes before what they lead to, and can be undone', async () => {
    await cluster.apply([deployment('a'), route('a')]);
    let noted: Change | undefined;
    await removeObjects(
      [deployment('a'), route('a'), policy('never there')],
      props(),
      journal(change => (noted = change)),
    );
    expect(cluster.asked.slice(-2)).toEqual(['remove HTTPRoute/churn', 'remove Deployment/churn']);
    await undo(noted!, props());
    expect(cluster.contents().sort()).toEqual(['Deployment a', 'HTTPRoute a']);
  });
});
