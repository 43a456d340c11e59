import type { Manifest } from '../../lib';
import { within } from '../cluster/checks';
import type { Kubectl } from '../cluster/kubectl';

/** Reads objects from the cluster, those that exist; for kinds that it knows. */
export async function live(kubectl: Kubectl, objects: readonly Manifest[]): Promise<any[]> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const args = ['get', '--ignore-not-found', '--filename=-', '--output=json'];
  const text = await kubectl.run(args, { input });
  const found = text === '' ? [] : JSON.parse(text);
  return found.items ?? [found].flat();
}

/** What identifies an object in a message. */
export const nameOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata?.name}`;

/** Who an object is, and how often its spec was changed. */
export const stateOf = (object: any): string => {
  const { namespace, uid, generation = '' } = object.metadata;
  return `${namespace} ${nameOf(object)} ${uid} ${generation}`.trim();
};

/** Waits until an object has another spec than before and is what it should be; returns how long it took. */
export async function putBack(
  kubectl: Kubectl,
  place: readonly string[],
  seconds: number,
  change: (before: any) => Promise<unknown>,
  isBack: (now: any, before: any) => boolean,
): Promise<string> {
  const before = await kubectl.get(...place);
  await change(before);
  const start = Date.now();
  await within(seconds, `${place.join(' ')} is what Git says`, async () => {
    const { failed, stdout } = await kubectl.attempt(['get', ...place, '--output=json']);
    return !failed && isBack(JSON.parse(stdout), before);
  });
  return `after ${((Date.now() - start) / 1000).toFixed(1)} s`;
}
