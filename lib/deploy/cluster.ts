import type { OwnedFields } from './owned-fields';

/** Under this name the API server remembers which fields are ours. */
export const FIELD_MANAGER = 'mlops';

/** What somebody owns of an object, as the API server notes it. */
export interface ManagedFields {
  readonly manager: string;
  /** `Apply` if it was declared. */
  readonly operation: string;
  readonly fieldsV1?: OwnedFields;
}

/** An object as it is written, with what tells it from others. */
export interface KubeManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    /** Who owns which of its fields; only of one that was read. */
    readonly managedFields?: readonly ManagedFields[];
  };
}

/** What tells an object from every other one of its cluster; versions of its API do not. */
export const idOf = ({ apiVersion, kind, metadata }: KubeManifest): string =>
  [apiVersion.includes('/') ? apiVersion.split('/')[0] : '', kind, metadata.namespace ?? '', metadata.name].join(' ');

/** An object for people. */
export const nameOf = ({ kind, metadata }: KubeManifest): string => `${kind}/${metadata.name}`;

/** A cluster that is changed by its API. */
export interface Cluster {
  /** What the user calls it. */
  readonly name: string;
  /** The objects that are there, by `idOf()`, as they could be applied again, with who owns their fields. */
  read(objects: readonly KubeManifest[]): Promise<ReadonlyMap<string, KubeManifest>>;
  /**
   * Creates or changes objects, as their owner; takes no field from another one. What is `partial` lacks fields that an
   * object must have and that others own.
   */
  apply(objects: readonly KubeManifest[], options?: { dryRun?: boolean; partial?: boolean }): Promise<void>;
  /** Removes what is there of them. */
  remove(objects: readonly KubeManifest[], options?: { dryRun?: boolean }): Promise<void>;
  /**
   * Waits until what an object describes runs.
   *
   * @param tell told how far it is
   */
  ready(object: KubeManifest, seconds: number, tell: (line: string) => void): Promise<void>;
}

/** Why a cluster did not do what it was asked. */
export type ClusterFault = 'unreachable' | 'denied' | 'conflict' | 'refused' | 'unready';

/** A cluster that cannot be asked, or did not do it. */
export class ClusterError extends Error {
  public override readonly name = 'ClusterError';

  constructor(
    public readonly fault: ClusterFault,
    message: string,
  ) {
    super(message);
  }
}
