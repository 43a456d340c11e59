import type { Manifest } from '../../lib';
import type { Kubectl } from './kubectl';

const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';
/** Longest time that one object may take to become healthy. */
const SECONDS = 300;

/**
 * Applies objects in the order of Argo CD: hooks of PreSync first, made anew, then the others; each wave waits until
 * the one before is healthy.
 *
 * @param through the last wave to apply
 * @returns what was applied, wave by wave
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export async function sync(kubectl: Kubectl, objects: readonly Manifest[], through = Infinity): Promise<string> {
  const hooks = objects.filter(isHook);
  const applied: string[] = [];
  for (const wave of waves(hooks)) {
    for (const { kind, metadata } of wave) {
      const name = [`--namespace=${metadata?.namespace}`, kind!, metadata!.name!];
      await kubectl.run(['delete', '--ignore-not-found', '--wait', '--timeout=60s', ...name], { seconds: 70 });
    }
    applied.push(await applyWave(kubectl, wave));
  }
  for (const wave of waves(objects.filter(object => !isHook(object) && waveOf(object) <= through))) {
    applied.push(await applyWave(kubectl, wave));
  }
  return applied.join(', ');
}

/** Waits until an object is what Argo CD calls healthy. */
export async function healthy(kubectl: Kubectl, { kind, metadata }: Manifest): Promise<void> {
  const place = [`--namespace=${metadata?.namespace}`, `${kind?.toLowerCase()}/${metadata?.name}`];
  const wait = [`--timeout=${SECONDS}s`];
  switch (kind) {
    case 'Deployment':
      await kubectl.run(['rollout', 'status', ...place, ...wait], { seconds: SECONDS + 10 });
      break;
    case 'Pod':
      await kubectl.run(['wait', '--for=condition=Ready', ...place, ...wait], { seconds: SECONDS + 10 });
      break;
    case 'Job':
      await kubectl.run(['wait', '--for=condition=Complete', ...place, ...wait], { seconds: SECONDS + 10 });
      break;
    default: // Nothing else that the test applies has to become anything.
  }
}

async function applyWave(kubectl: Kubectl, wave: readonly Manifest[]): Promise<string> {
  await kubectl.apply(...wave);
  await Promise.all(wave.map(object => healthy(kubectl, object)));
  return `${isHook(wave[0]!) ? 'hooks ' : ''}${waveOf(wave[0]!)}: ${wave.length}`;
}

const isHook = ({ metadata }: Manifest): boolean => metadata?.annotations?.[HOOK] === 'PreSync';
const waveOf = ({ metadata }: Manifest): number => Number(metadata?.annotations?.[WAVE] ?? 0);

function waves(objects: readonly Manifest[]): Manifest[][] {
  const numbers = [...new Set(objects.map(waveOf))].sort((a, b) => a - b);
  return numbers.map(number => objects.filter(object => waveOf(object) === number));
}
