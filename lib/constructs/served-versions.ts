import { Construct } from 'constructs';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { modelMistakes, type ServedModel } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import type { Exposure } from './exposure';
import type { NetworkPeer, PeerPolicy } from './network-peer';
import { serviceName } from './object-name';
import type { RouteBackend } from './route-target';
import { SERVICE_PORT, ServedVersion, type ServedVersionProps } from './served-version';

export interface ServedVersionsProps extends Omit<ServedVersionProps, 'model'> {
  readonly model: ServedModel;
}

/** Above it Kubernetes cuts names of pods, and nobody could tell those of a canary from those of the stable version. */
const LONGEST = 46;

/**
 * Name of an API, and so of its objects. With versions beside it, it is short enough for theirs.
 *
 * @throws PlatformError if no Service can have that name
 */
export const apiName = (api: Construct, { canary, shadow }: ServedModel): string =>
  serviceName(api, canary || shadow ? LONGEST : undefined);

/** The versions that an API serves side by side, each with pods and a Service of its own, all of them alike. */
export class ServedVersions implements NetworkPeer {
  /** The version that answers, unless a canary does. */
  public readonly stable: ServedVersion;
  /** The version that answers a part of the requests, if there is one. */
  public readonly canary: ServedVersion | undefined;
  /** The version that gets copies of requests, if there is one. */
  public readonly shadow: ServedVersion | undefined;
  /** Where a route leads requests, and how many of 100. */
  public readonly backends: readonly RouteBackend[];
  /** Where a route sends a copy of each request; undefined if nowhere. */
  public readonly mirror: RouteBackend | undefined;

  /**
   * @param route what leads requests to the API
   * @throws PlatformError if the versions cannot be beside each other, or no route leads to them
   */
  constructor(api: Construct, props: ServedVersionsProps, route: Exposure | undefined) {
    const { name, model } = props;
    check(api, model, route);
    this.stable = new ServedVersion(api, props);
    const beside = (kind: 'canary' | 'shadow') => {
      const version = model[kind];
      return (
        version &&
        new ServedVersion(new Construct(api, kind), {
          ...props,
          name: `${name}-${kind}`,
          model: { name: model.name, version: version.version, digest: version.digest },
        })
      );
    };
    this.canary = beside('canary');
    this.shadow = beside('shadow');
    const percent = model.canary?.percent ?? 0;
    this.backends = this.canary
      ? [backend(this.stable, 100 - percent), backend(this.canary, percent)]
      : [backend(this.stable)];
    this.mirror = this.shadow && backend(this.shadow);
  }

  /** All of them, the stable one first. */
  public get all(): readonly ServedVersion[] {
    return [this.stable, this.canary, this.shadow].filter(version => version !== undefined);
  }

  public get ports(): readonly number[] {
    return this.stable.workload.ports;
  }

  /** Lets the peer call every version. */
  public allowFrom(peer: NetworkPeer): void {
    this.all.forEach(({ workload }) => workload.allowFrom(peer));
  }

  /** Lets every version call the peer. */
  public allowTo(peer: NetworkPeer): void {
    this.all.forEach(({ workload }) => workload.allowTo(peer));
  }

  /** The policies of all versions as one. */
  public get policy(): PeerPolicy {
    const policies = this.all.map(({ workload }) => workload.policy);
    return {
      openIngress: (peer, ports) => policies.forEach(policy => policy.openIngress(peer, ports)),
      openEgress: (peer, ports) => policies.forEach(policy => policy.openEgress(peer, ports)),
    };
  }

  public networkPeers(): NetworkPolicyPeer[] {
    return this.all.flatMap(({ workload }) => workload.networkPeers());
  }
}

const backend = ({ name, workload }: ServedVersion, weight?: number): RouteBackend => ({
  service: name,
  port: SERVICE_PORT,
  workload,
  weight,
});

function check(api: Construct, model: ServedModel, route: Exposure | undefined): void {
  const [mistake] = modelMistakes(model);
  if (mistake) {
    throw new PlatformError(api, mistake.problem, mistake.remedy);
  }
  const [kind, version] = Object.entries({ canary: model.canary, shadow: model.shadow }).find(([, one]) => one) ?? [];
  if (version && !route?.address) {
    throw new PlatformError(
      api,
      `no route leads requests to the ${kind} (version ${version.version})`,
      `choose an exposure that can, such as Exposure.gateway() or Exposure.istio(), or remove ${kind} from the pin`,
    );
  }
}
