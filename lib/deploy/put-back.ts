import { FIELD_MANAGER, type KubeManifest, type ManagedFields } from './cluster';
import { ownedPart, withoutChanged } from './owned-fields';

/** What can be put back of an object without taking anything from anybody. */
export interface PutBack {
  readonly object: KubeManifest;
  /** Fields that somebody else has now. */
  readonly left: readonly { readonly path: string; readonly manager: string }[];
}

/**
 * What to apply, so that an object is what it was before: what we had applied to it then, but for fields that another
 * manager has changed since. One that is gone comes back as a whole.
 *
 * @param now the object as it is; undefined if it is gone
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function putBack(before: KubeManifest, now: KubeManifest | undefined): PutBack {
  if (now === undefined) {
    return { object: before, left: [] };
  }
  const left: { path: string; manager: string }[] = [];
  const object = managersOf(now)
    .filter(one => !isOurs(one))
    .reduce<unknown>(
      (part, { manager, fieldsV1 = {} }) => withoutChanged(part, now, fieldsV1, path => left.push({ path, manager })),
      ownPart(before),
    );
  return { object: object as KubeManifest, left };
}

/** Who else has declared an object; undefined if nobody. What controllers note in it declares nothing. */
export const declaredBy = (object: KubeManifest): string | undefined =>
  managersOf(object).find(one => !isOurs(one) && one.operation === 'Apply')?.manager;

const managersOf = ({ metadata }: KubeManifest): readonly ManagedFields[] => metadata.managedFields ?? [];

const isOurs = ({ manager, operation }: ManagedFields): boolean => manager === FIELD_MANAGER && operation === 'Apply';

/** What we had applied to an object; all of it if that is not known. What tells it from others belongs to nobody. */
function ownPart(object: KubeManifest): unknown {
  const { apiVersion, kind, metadata } = object;
  if (metadata.managedFields === undefined) {
    return object;
  }
  const fields = metadata.managedFields.find(isOurs)?.fieldsV1 ?? { '.': {} };
  const own = ownedPart(object, fields) as Partial<KubeManifest>;
  const { name, namespace } = metadata;
  return { ...own, apiVersion, kind, metadata: { ...own.metadata, name, ...(namespace && { namespace }) } };
}
