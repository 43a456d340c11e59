import { ApiObject, App, type ApiObjectProps, type JsonPatch } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { claimName } from './claimed-names';

/** What every Kubernetes object has. */
export interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/** A manifest complete enough to be written: `kubernetes-types` leaves these fields optional. */
export type Complete<Body extends Manifest> = Body & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
};

/** Kinds that are in no namespace: those of Kubernetes itself, and what guards make. */
const CLUSTER_SCOPED = new Set([
  'APIService',
  'ClusterNetworkPolicy',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CustomResourceDefinition',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
]);
const NOT_PLAIN = Symbol('not plain');
/** What `instanceof` cannot tell: every ApiObject claims to be an instance of every subclass. */
const OURS = Symbol('cdk8s-mlops.KubeObject');
const OMIT_EMPTY = true;
const FEW = 20;

/**
 * A Kubernetes object with a typed body: cdk8s's ApiObject with the same text as result, made in one pass over the
 * body while that is plain data. `addJsonPatch()` and `metadata` work as on any ApiObject.
 *
 * A body may have getters for what is known only when the whole tree is built.
 *
 * @throws PlatformError if another object of the chart has its kind, name and namespace
 */
export class KubeObject<Body extends Manifest = Manifest> extends ApiObject {
  private static builtInResolvers: number | undefined;
  /** @internal */
  public readonly [OURS] = true;
  private patched = false;

  constructor(
    scope: Construct,
    id: string,
    public readonly body: Complete<Body>,
  ) {
    super(scope, id, body as unknown as ApiObjectProps);
    claimName(
      this.chart,
      this,
      this.name,
      other => this.isTwin(other),
      twin => `${this.kind} "${this.name}" is defined by ${twin.node.path} already`,
    );
  }

  public override addJsonPatch(...operations: JsonPatch[]): void {
    this.patched = true;
    super.addJsonPatch(...operations);
  }

  /** The object as it is written: keys sorted, without empty values in its metadata. */
  public override toJson(): any {
    const json = this.plainJson() ?? super.toJson();
    if (CLUSTER_SCOPED.has(this.kind)) {
      delete json.metadata?.namespace;
    }
    return json;
  }

  /** Whether the other, whose name is the same, would be the same object to a cluster. */
  private isTwin(other: IConstruct): boolean {
    return (
      other instanceof ApiObject &&
      other.kind === this.kind &&
      other.apiGroup === this.apiGroup &&
      other.metadata.namespace === this.metadata.namespace
    );
  }

  /** The same without cdk8s's resolvers and patches; undefined if they have something to do. */
  private plainJson(): any {
    if (this.patched || this.hasOwnResolvers()) {
      return undefined;
    }
    const metadata = plain(this.metadataFields(), OMIT_EMPTY);
    const { apiVersion, kind, metadata: _, ...fields } = this.body;
    const content = plain(fields);
    return metadata === NOT_PLAIN || metadata === undefined || content === NOT_PLAIN
      ? undefined
      : { apiVersion, kind, metadata, ...(content as object) };
  }

  /** Whether the App has a resolver of the user's own, which must see each value. */
  private hasOwnResolvers(): boolean {
    KubeObject.builtInResolvers ??= new App().resolvers.length;
    return App.of(this).resolvers.length > KubeObject.builtInResolvers;
  }

  /** What `metadata.toJson()` resolves and filters; undefined if another version of cdk8s keeps it elsewhere. */
  private metadataFields(): Record<string, unknown> | undefined {
    const { name, namespace, annotations, finalizers, labels, ownerReferences, _additionalAttributes } = this
      .metadata as unknown as Record<string, object | undefined>;
    if (!annotations || !finalizers || !labels || !ownerReferences || !_additionalAttributes) {
      return undefined;
    }
    const fields: Record<string, unknown> = { annotations, finalizers, labels, name, namespace, ownerReferences };
    // Most objects have no other field, and copying all of them is what makes cdk8s's own way slow.
    for (const [key, value] of Object.entries(_additionalAttributes)) {
      if (!Object.hasOwn(fields, key)) {
        fields[key] = value;
      }
    }
    return fields;
  }
}

/** Adds annotations to objects that are defined already. */
export function annotate(objects: readonly ApiObject[], annotations: Readonly<Record<string, string>>): void {
  for (const { metadata } of objects) {
    Object.entries(annotations).forEach(([key, value]) => metadata.addAnnotation(key, value));
  }
}

/** Spec and kind of any ApiObject, for reading only: a body that is not patched need not be printed for that. */
export function contentOf(object: ApiObject): any {
  const ours = OURS in object ? (object as unknown as KubeObject) : undefined;
  return ours !== undefined && !ours['patched'] ? ours.body : object.toJson();
}

/**
 * A copy with sorted keys and without null or undefined fields, as cdk8s makes it; NOT_PLAIN where cdk8s must.
 *
 * @param omitEmpty whether fields with empty lists and maps go too, as they do in metadata
 */
function plain(value: unknown, omitEmpty = false): unknown {
  if (value === null || typeof value !== 'object') {
    return value ?? undefined;
  }
  if (Array.isArray(value)) {
    return omitEmpty && value.length === 0 ? undefined : plainList(value, omitEmpty);
  }
  if (value.constructor !== Object || typeof (value as { resolve?: unknown }).resolve === 'function') {
    return NOT_PLAIN;
  }
  const copy: Record<string, unknown> = {};
  let empty = omitEmpty;
  for (const key of sort(Object.keys(value))) {
    const item = plain((value as Record<string, unknown>)[key], omitEmpty);
    if (item === NOT_PLAIN) {
      return NOT_PLAIN;
    }
    if (item !== undefined) {
      copy[key] = item;
      empty = false;
    }
  }
  return empty ? undefined : copy;
}

function plainList(list: readonly unknown[], omitEmpty: boolean): unknown {
  const items: unknown[] = [];
  for (const value of list) {
    const item = plain(value, omitEmpty);
    if (item === NOT_PLAIN) {
      return NOT_PLAIN;
    }
    items.push(item);
  }
  return items;
}

/** Sorts in place, a few keys by insertion: that takes half of the time, and most fields have but a few. */
function sort(keys: string[]): string[] {
  if (keys.length > FEW) {
    return keys.sort();
  }
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index]!;
    let place = index;
    for (; place > 0 && keys[place - 1]! > key; place--) {
      keys[place] = keys[place - 1]!;
    }
    keys[place] = key;
  }
  return keys;
}
