import type { Json } from '../../../lib/helm/values/value-node';
import type { ControlPlane } from '../control-plane';
import type { Manifest } from '../manifests';

/** What the API server, the controllers and Helm put into an object to know it again. */
const THEIRS =
  /^(managedFields|uid|resourceVersion|creationTimestamp|generation|namespace|deployment\.kubernetes\.io\/revision|meta\.helm\.sh\/.*|clusterIPs?|volumeName)$/;

/**
 * Objects of a namespace as they are in a cluster, without what two that were made alike differ in.
 *
 * @param objects which ones
 */
export function liveObjects(controlPlane: ControlPlane, namespace: string, objects: readonly Json[]): Manifest[] {
  const { ok, output, errors } = controlPlane.kubectl(['get', '-n', namespace, '-o', 'json'], objects);
  if (!ok) {
    throw new Error(errors);
  }
  const { items } = JSON.parse(output) as { readonly items: readonly any[] };
  return items.map(({ status: _, ...object }) => {
    const alike = JSON.stringify(object, (key, value: unknown) => (THEIRS.test(key) ? undefined : value));
    const { metadata, ...rest } = JSON.parse(alike.replaceAll(object.metadata.uid, 'uid'));
    const { annotations, ...known } = metadata;
    const isAnnotated = annotations !== undefined && Object.keys(annotations).length > 0;
    if (isScaled(object, objects)) {
      delete rest.spec.replicas;
    }
    return { ...rest, metadata: { ...known, ...(isAnnotated && { annotations }) } } as Manifest;
  });
}

/** Whether an autoscaler says how many there are, which it may do at any moment: then nobody declares it. */
const isScaled = ({ kind, metadata }: any, objects: readonly Json[]): boolean =>
  objects.some(
    (one: any) =>
      one.kind === 'HorizontalPodAutoscaler' && kind === 'Deployment' && one.spec.scaleTargetRef.name === metadata.name,
  );
