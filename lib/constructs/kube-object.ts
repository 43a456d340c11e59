import { ApiObject, App, type ApiObjectProps, type JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';

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

/** Resolvers that every cdk8s App has; one more means that the user's own must see each value. */
const BUILT_IN_RESOLVERS = 3;
const CLUSTER_SCOPED = new Set(['Namespace']);
const NOT_PLAIN = Symbol('not plain');

/**
 * A Kubernetes object with a typed body: cdk8s's ApiObject with the same text as result, made in one pass over the
 * body while that is plain data. `addJsonPatch()` and `metadata` work as on any ApiObject.
 *
 * A body may have getters for what is known only when the whole tree is built.
 */
export class KubeObject<Body extends Manifest = Manifest> extends ApiObject {
  private patched = false;

  constructor(
    scope: Construct,
    id: string,
    public readonly body: Complete<Body>,
  ) {
    super(scope, id, body as unknown as ApiObjectProps);
  }

  public override addJsonPatch(...operations: JsonPatch[]): void {
    this.patched = true;
    super.addJsonPatch(...operations);
  }

  /** What the object holds, for reading only: the body itself as long as nothing has patched it. */
  public content(): any {
    return this.patched ? this.toJson() : this.body;
  }

  /** The object as it is written: keys sorted, without empty values in its metadata. */
  public override toJson(): any {
    const { apiVersion, kind, metadata: _, ...rest } = this.body;
    const content = this.patched || App.of(this).resolvers.length > BUILT_IN_RESOLVERS ? NOT_PLAIN : plain(rest);
    const json =
      content === NOT_PLAIN
        ? super.toJson()
        : { apiVersion, kind, metadata: this.metadata.toJson(), ...(content as object) };
    if (CLUSTER_SCOPED.has(kind)) {
      delete json.metadata.namespace;
    }
    return json;
  }
}

/** What any ApiObject holds, for reading only. */
export function contentOf(object: ApiObject): any {
  return 'content' in object ? (object as KubeObject).content() : object.toJson();
}

/** A copy with sorted keys and without null or undefined fields, as cdk8s makes it; NOT_PLAIN where cdk8s must. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined || typeof value !== 'object') {
    return value ?? undefined;
  }
  if (Array.isArray(value)) {
    const items = value.map(plain);
    return items.includes(NOT_PLAIN) ? NOT_PLAIN : items;
  }
  if (value.constructor !== Object || typeof (value as { resolve?: unknown }).resolve === 'function') {
    return NOT_PLAIN;
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const item = plain((value as Record<string, unknown>)[key]);
    if (item === NOT_PLAIN) {
      return NOT_PLAIN;
    }
    if (item !== undefined) {
      copy[key] = item;
    }
  }
  return copy;
}
