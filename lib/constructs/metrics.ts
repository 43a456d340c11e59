import type { ApiObject } from 'cdk8s';
import type { Workload } from './workload';

/** Label that tells Services apart which lead to the same pods: Prometheus would scrape those once by each. */
export const COMPONENT = 'app.kubernetes.io/component';

/** Where pods tell, in the form of Prometheus, how they are. */
export interface Metrics {
  readonly path: string;
  /** Port of the pods. */
  readonly port: number;
  /**
   * Name of the histogram of the time that requests took, in seconds, such as `http_request_duration_seconds`.
   *
   * @default - unknown: no alert and no panel for it
   */
  readonly latency?: string;
  /**
   * Whether each pod tells about all of them, so that the first one alone is asked. Only with a StatefulSet.
   *
   * @default false
   */
  readonly shared?: boolean;
  /**
   * Who tells them. Those of Envoy before a model are known by name: there are alerts and panels for them.
   *
   * @default - the program itself
   */
  readonly exporter?: 'envoy';
  /**
   * Path of the same port at which the program behind Envoy tells how it is; `latency` is a histogram of the program's.
   *
   * @default - it does not
   */
  readonly behind?: string;
  /**
   * Time between two looks of a promotion controller, whose metrics are known by name: there are alerts and panels for
   * them.
   *
   * @default - it is no promotion controller
   */
  readonly looksEverySeconds?: number;
}

/** An object by its name; it may be one that a controller makes. */
interface NamedObject {
  readonly name: string;
}

/** What can be watched: ModelApi, MlflowServer, a store, or a workload of one's own with what runs its pods. */
export interface Monitored {
  readonly workload: Workload;
  /** What runs its pods, if that is a Deployment. */
  readonly deployment?: NamedObject;
  /** What runs its pods, if that is a StatefulSet. */
  readonly statefulSet?: NamedObject;
  /** The Service before them. */
  readonly service?: ApiObject;
  /** Where its pods tell how they are; undefined if they do not. */
  readonly metrics?: Metrics;
  /** The Job without which it does not start. */
  readonly migration?: { readonly job: NamedObject };
  /** What is watched with it under names of its own: the other versions of a model. */
  readonly beside?: readonly Monitored[];
}
