import { idOf, nameOf, type Cluster, type KubeManifest } from './cluster';
import { declaredBy, putBack } from './put-back';

/** What is done to a cluster, and how to undo it. */
export interface Change {
  /** What stood there before. */
  readonly before: readonly KubeManifest[];
  /** What was not there before. */
  readonly created: readonly KubeManifest[];
}

/** Told what becomes of a change, so that it can be undone later. */
export interface Journal {
  /** Before the first object is changed. */
  begun(change: Change): void;
  /** It failed, and what it had changed is put back. */
  undone(): void;
}

export interface ChangeProps {
  readonly cluster: Cluster;
  /** How long to wait for what shall run. */
  readonly seconds: number;
  /** Told what is going on. */
  readonly tell: (line: string) => void;
}

/** Kinds that say of themselves whether what they describe runs. */
const AWAITED = ['Deployment', 'StatefulSet', 'InferenceService'];
const WAVE = 'argocd.argoproj.io/sync-wave';

/**
 * Applies objects, wave after wave as Argo CD would, and waits until what they describe runs.
 *
 * @throws ClusterError if the cluster does not take one, or one does not run in time; then what it had changed is put back
 */
export async function applyObjects(
  objects: readonly KubeManifest[],
  props: ChangeProps,
  journal: Journal,
): Promise<Change> {
  const { cluster, seconds, tell } = props;
  // The API server checks every object before the first one is changed.
  await cluster.apply(objects, { dryRun: true });
  const there = await cluster.read(objects);
  const change: Change = {
    before: objects.flatMap(object => there.get(idOf(object)) ?? []),
    created: objects.filter(object => !there.has(idOf(object))),
  };
  return orUndo(change, props, journal, async () => {
    for (const wave of waves(objects)) {
      tell(`applying ${wave.map(nameOf).join(', ')}`);
      await cluster.apply(wave);
      for (const object of wave.filter(({ kind }) => AWAITED.includes(kind))) {
        await cluster.ready(object, seconds, tell);
      }
    }
  });
}

/**
 * Removes objects.
 *
 * @throws ClusterError if one stays; then what it had removed is put back
 */
export async function removeObjects(
  objects: readonly KubeManifest[],
  props: ChangeProps,
  journal: Journal,
): Promise<Change> {
  const { cluster, tell } = props;
  const change: Change = { before: [...(await cluster.read(objects)).values()], created: [] };
  return orUndo(change, props, journal, async () => {
    // Routes go first, so that no request is led to pods that are gone.
    for (const wave of waves(change.before).reverse()) {
      tell(`removing ${wave.map(nameOf).join(', ')}`);
      await cluster.remove(wave);
    }
  });
}

async function orUndo(change: Change, props: ChangeProps, journal: Journal, act: () => Promise<void>): Promise<Change> {
  journal.begun(change);
  try {
    await act();
    return change;
  } catch (error) {
    props.tell('it failed: what was changed is put back');
    try {
      await undo(change, props);
      journal.undone();
    } catch (another) {
      props.tell(`that failed too, --undo tries it again: ${(another as Error).message}`);
    }
    throw error;
  }
}

/**
 * Puts back what stood there before, and removes what did not. What others have taken since stays theirs, and is told: this
 * takes back what we wrote, and nothing else.
 */
export async function undo({ before, created }: Change, props: ChangeProps): Promise<void> {
  const { cluster, seconds, tell } = props;
  for (const wave of waves(await ours(created, props)).reverse()) {
    tell(`removing ${wave.map(nameOf).join(', ')}`);
    await cluster.remove(wave);
  }
  const there = await cluster.read(before);
  for (const wave of waves(before)) {
    tell(`putting back ${wave.map(nameOf).join(', ')}`);
    const parts = wave.map(object => putBack(object, there.get(idOf(object))));
    parts.forEach(({ object, left }) =>
      left.forEach(({ path, manager }) => tell(`${nameOf(object)}: ${path} stays as it is, for ${manager} has it now`)),
    );
    await cluster.apply(
      parts.map(({ object }) => object),
      { partial: true },
    );
  }
  for (const object of before.filter(({ kind }) => AWAITED.includes(kind))) {
    await cluster.ready(object, seconds, tell);
  }
}

/** Objects that nobody else has declared since they were created. */
async function ours(created: readonly KubeManifest[], { cluster, tell }: ChangeProps): Promise<KubeManifest[]> {
  const there = await cluster.read(created);
  return created.filter(object => {
    const now = there.get(idOf(object));
    const other = now && declaredBy(now);
    if (other !== undefined) {
      tell(`${nameOf(object)} stays, for ${other} has it now`);
    }
    return other === undefined;
  });
}

/** The objects by the wave that they belong to, the earliest first. */
function waves(objects: readonly KubeManifest[]): KubeManifest[][] {
  const byWave = new Map<number, KubeManifest[]>();
  for (const object of objects) {
    const wave = Number(object.metadata.annotations?.[WAVE] ?? 0);
    byWave.set(wave, [...(byWave.get(wave) ?? []), object]);
  }
  return [...byWave].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}
