import type { Construct } from 'constructs';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { PlatformError } from '../core/platform-error';
import { connectMlflow, type ModelRegistry } from './mlflow-client';
import type { NetworkPeer, PeerPolicy } from './network-peer';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

export interface ExternalMlflowProps {
  /** Where workloads find the server, such as `http://mlflow.fraud.svc:5000`. */
  readonly trackingUri: string;
  /** A Secret whose key `reader` holds credentials in the form of `~/.mlflow/credentials`. */
  readonly auth: SecretSource;
  /** Where on the network it is, with the ports on which it listens. */
  readonly peer: NetworkPeer;
}

/** An MLflow server that something else runs: another release, or a provider. */
export class ExternalMlflow implements ModelRegistry {
  /** Where workloads find the server. */
  public readonly trackingUri: string;
  public readonly ports: readonly number[];

  /** @throws PlatformError if the URI is none, or names a user */
  constructor(private readonly props: ExternalMlflowProps) {
    const { trackingUri, peer } = props;
    const url = URL.canParse(trackingUri) ? new URL(trackingUri) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      throw new PlatformError(
        'ExternalMlflow',
        `trackingUri must be the URL of a server, without user and password, got "${trackingUri}"`,
        'write scheme, host and port, for example "http://mlflow.fraud.svc:5000"; credentials belong into the Secret',
      );
    }
    this.trackingUri = trackingUri;
    this.ports = peer.ports;
  }

  public get policy(): PeerPolicy | undefined {
    return this.props.peer.policy;
  }

  public networkPeers(scope: Construct): NetworkPolicyPeer[] {
    return this.props.peer.networkPeers(scope);
  }

  /** Gives a workload the credentials of the reader, and tells it where the server is. */
  public grantRead(workload: Workload): void {
    connectMlflow(workload, this.props, 'reader');
  }
}
