import { Construct } from 'constructs';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { NetworkPeer } from './network-peer';
import type { Workload } from './workload';
import type { WorkloadPolicy } from './workload-policy';

/** A construct whose pods are those of one workload: a path to it is a path to them. */
export abstract class WorkloadPeer extends Construct implements NetworkPeer {
  public abstract readonly workload: Workload;
  /** TCP ports that callers use; the workload may have others. */
  public abstract readonly ports: readonly number[];

  /** Lets the peer call it. */
  public allowFrom(peer: NetworkPeer): void {
    this.workload.allowFrom(peer, this.ports);
  }

  public get policy(): WorkloadPolicy {
    return this.workload.policy;
  }

  public networkPeers(): NetworkPolicyPeer[] {
    return this.workload.networkPeers();
  }
}
