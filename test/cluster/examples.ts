import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1';
import type { Manifest } from '../../lib';
import { equal } from './checks';
import type { TestImages } from './images';
import type { Kubectl, Place } from './kubectl';

/** Kinds for which the cluster would need a storage class or an operator. */
const LEFT_OUT = ['PersistentVolumeClaim', 'PodDefault', 'ScaledObject', 'InferenceService'];

/**
 * What an example writes, for a small cluster: images of the test's own, volumes that last as long as their pods, and
 * requests that fit onto one node.
 *
 * @param standIn what takes the place of a container's image, and of what only that image can run; not of the proxy's
 */
export function adapted(
  objects: readonly Manifest[],
  images: TestImages,
  standIn: (container: Container, object: Manifest) => Partial<Container>,
): Manifest[] {
  return structuredClone(objects)
    .filter(({ kind }) => !LEFT_OUT.includes(kind!))
    .map((object: any) => {
      const { spec } = object;
      const adapt = (container: Container): Container =>
        small(container, container.name === 'proxy' ? { image: images.envoy } : standIn(container, object));
      const pod: PodSpec | undefined = object.kind === 'Pod' ? spec : spec?.template?.spec;
      if (pod) {
        pod.volumes = [...(pod.volumes ?? []).map(volume => forOnePod(volume)), ...forOnePodEach(spec)];
        pod.initContainers = pod.initContainers?.map(adapt);
        pod.containers = pod.containers.map(adapt);
      }
      return object;
    });
}

const forOnePod = (volume: Volume): Volume =>
  volume.persistentVolumeClaim ? { name: volume.name, emptyDir: {} } : volume;

/** The volumes of a StatefulSet's claims, which are taken out of it. */
function forOnePodEach(spec: any): Volume[] {
  const claims: Manifest[] = spec.volumeClaimTemplates ?? [];
  delete spec.volumeClaimTemplates;
  return claims.map(({ metadata }) => ({ name: metadata!.name!, emptyDir: {} }));
}

const small = (container: Container, standIn: Partial<Container>): Container => ({
  ...container,
  imagePullPolicy: 'IfNotPresent',
  resources: { ...container.resources, requests: { cpu: '10m', memory: '16Mi' } },
  ...standIn,
});

/** Runs a program of an example in a pod. */
export async function runProgram(
  kubectl: Kubectl,
  { namespace, pod }: Place,
  file: string,
  ...args: readonly string[]
): Promise<string> {
  const text = readFileSync(join(__dirname, '../../examples', file), 'utf8');
  return kubectl.run(['exec', `--namespace=${namespace}`, pod, '--', 'python3', '-c', text, ...args], { seconds: 120 });
}

/** @throws Error unless the namespace enforces "restricted", and as many pods run in it, Ready and never restarted */
export async function expectReady(kubectl: Kubectl, namespace: string, count: number): Promise<string> {
  const { metadata } = await kubectl.get('namespace', namespace);
  equal('what the namespace enforces', metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted');
  const pods: any[] = (await kubectl.get(`--namespace=${namespace}`, 'pods')).items;
  const running = pods.filter(
    ({ metadata: { deletionTimestamp }, status }) => status.phase !== 'Succeeded' && !deletionTimestamp,
  );
  for (const { metadata: pod, status } of running) {
    equal(`Ready of ${pod.name}`, status.conditions.find(({ type }: any) => type === 'Ready')?.status, 'True');
    const containers = [...(status.initContainerStatuses ?? []), ...status.containerStatuses];
    const restarts = containers.map(({ restartCount }) => restartCount);
    equal(
      `restarts of ${pod.name}`,
      restarts.filter((times: number) => times > 0),
      [],
    );
  }
  equal('running pods', running.length, count);
  return running.map(({ metadata: pod }) => pod.name).join(', ');
}

/** Takes a chapter's namespaces away, so that the next one has room. */
export async function leave(kubectl: Kubectl, ...namespaces: readonly string[]): Promise<void> {
  await kubectl.run(['delete', 'namespace', '--wait=false', ...namespaces]);
}
