import type { UnreadPolicy } from './cluster';
import type { ClosedRange } from './cluster-addresses';
import type { LabelSelector } from './label-selector';
import type { NamespaceIdentity, NamespaceSet } from './namespace-set';
import type { Direction } from './network-policy';
import type { KnownWorkload, NamespaceSummary, Opening } from './summary';

/** Whom an opening reaches that it should not. */
export type Reached =
  | { readonly kind: 'namespaces'; readonly names: readonly string[] }
  | { readonly kind: 'every namespace'; readonly except: readonly string[] }
  | { readonly kind: 'addresses'; readonly ranges: readonly ClosedRange[] }
  /** Addresses, while it is unknown which ones are the cluster's own. */
  | { readonly kind: 'unknown addresses' };

/** Something that breaks the isolation of a namespace. */
export type Breach =
  /** Rules of policies, alike in whom they reach. */
  | {
      readonly kind: 'rules';
      readonly namespace: string;
      readonly direction: Direction;
      readonly opening: Opening;
      readonly reached: Reached;
    }
  /** Pods with labels like these are isolated by no policy in that direction. */
  | {
      readonly kind: 'no policy';
      readonly namespace: string;
      readonly direction: Direction;
      readonly pods: LabelSelector;
      /** The pods that policies do isolate. */
      readonly isolated: readonly LabelSelector[];
    }
  /** Pods in the network of their node, where no policy reaches them. */
  | { readonly kind: 'host network'; readonly namespace: string; readonly workload: KnownWorkload }
  /** A policy of another API; the namespace is undefined if it is for all of them. */
  | { readonly kind: 'unread policy'; readonly namespace: string | undefined; readonly policy: UnreadPolicy }
  /** A namespace that was proven in another run reaches one that has become a team's. */
  | {
      readonly kind: 'remembered';
      readonly namespace: string;
      readonly direction: Direction;
      readonly names: readonly string[];
    };

/** Another end that the proof takes as given: whoever is there must tell teams apart itself. */
export interface Assumption {
  readonly kind: 'namespaces' | 'nodes' | 'hosts';
  /** Name or selector of namespaces, or a block of addresses. */
  readonly peer: string;
  /** `Egress` if pods call it, `Ingress` if it calls them. */
  readonly direction: Direction;
  /** The namespaces whose pods do. */
  readonly namespaces: readonly string[];
  /** On which ports, as people write them. */
  readonly ports: readonly string[];
}

/** What is kept of one part of a cluster from one run to the next: which namespaces one may call and be called by. */
export interface ProvenNamespace extends NamespaceIdentity {
  /** The directions in which this part alone isolates all pods of the namespace. */
  readonly isolated: readonly Direction[];
  readonly Ingress: readonly NamespaceSet[];
  readonly Egress: readonly NamespaceSet[];
}

export interface Verdict {
  /** What teams own and this run has seen, by name. */
  readonly namespaces: ReadonlyMap<string, NamespaceSummary>;
  /** Empty if no pod of one namespace can reach another one's. */
  readonly breaches: readonly Breach[];
  readonly assumptions: readonly Assumption[];
}
