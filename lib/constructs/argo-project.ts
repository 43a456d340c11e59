import { Construct } from 'constructs';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { holdsLogin } from '../core/secret-text';
import { KubeObject } from './kube-object';
import { objectName } from './object-name';

/** A kind of objects, as Argo CD lists them. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
  /** Names of the objects, `*` for any characters; cluster-scoped kinds only. */
  readonly name?: string;
}

/** An AppProject, as far as we set it. */
export interface AppProjectManifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec: {
    readonly description?: string;
    readonly sourceRepos: readonly string[];
    readonly destinations: readonly { readonly server: string; readonly namespace: string }[];
    readonly clusterResourceWhitelist: readonly GroupKind[];
    readonly namespaceResourceBlacklist?: readonly GroupKind[];
    readonly namespaceResourceWhitelist?: readonly GroupKind[];
  };
}

export interface ArgoProjectProps {
  /** Git repositories from which its applications may come; no `*`. */
  readonly repositories: readonly string[];
  /** Namespaces into which its applications may deploy; no `*`. */
  readonly namespaces: readonly string[];
  /**
   * API server of the cluster that they are in.
   *
   * @default https://kubernetes.default.svc
   */
  readonly server?: string;
  /**
   * Cluster-scoped kinds that its applications may hold.
   *
   * @default - none
   */
  readonly clusterKinds?: readonly GroupKind[];
  /**
   * Kinds that its applications may not hold.
   *
   * @default ISOLATION_KINDS
   */
  readonly deniedKinds?: readonly GroupKind[];
  /**
   * The only namespaced kinds that its applications may hold.
   *
   * @default - all but those denied
   */
  readonly allowedKinds?: readonly GroupKind[];
  /**
   * A sentence about it, shown by Argo CD.
   *
   * @default - none
   */
  readonly description?: string;
}

/** The API server of the cluster that Argo CD itself runs in. */
export const IN_CLUSTER = 'https://kubernetes.default.svc';

/** What isolates and limits a team, and what would lead around that; a team may not deploy any of it. */
export const ISOLATION_KINDS: readonly GroupKind[] = [
  { group: '', kind: 'Endpoints' },
  { group: '', kind: 'LimitRange' },
  { group: '', kind: 'ResourceQuota' },
  { group: '', kind: 'ServiceAccount' },
  { group: 'argoproj.io', kind: 'AppProject' },
  { group: 'argoproj.io', kind: 'Application' },
  { group: 'argoproj.io', kind: 'ApplicationSet' },
  { group: 'cilium.io', kind: '*' },
  { group: 'crd.antrea.io', kind: '*' },
  { group: 'crd.projectcalico.org', kind: '*' },
  { group: 'discovery.k8s.io', kind: 'EndpointSlice' },
  { group: 'extensions.istio.io', kind: '*' },
  { group: 'gateway.envoyproxy.io', kind: '*' },
  { group: 'gateway.networking.k8s.io', kind: 'Gateway' },
  { group: 'gateway.networking.k8s.io', kind: 'ListenerSet' },
  { group: 'gateway.networking.k8s.io', kind: 'ReferenceGrant' },
  { group: 'k8s.ovn.org', kind: '*' },
  { group: 'networking.istio.io', kind: 'EnvoyFilter' },
  { group: 'networking.istio.io', kind: 'Gateway' },
  { group: 'networking.istio.io', kind: 'ServiceEntry' },
  { group: 'networking.istio.io', kind: 'Sidecar' },
  { group: 'networking.istio.io', kind: 'WorkloadEntry' },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  { group: 'projectcalico.org', kind: '*' },
  { group: 'rbac.authorization.k8s.io', kind: 'Role' },
  { group: 'rbac.authorization.k8s.io', kind: 'RoleBinding' },
  { group: 'security.istio.io', kind: '*' },
];

/**
 * What one team may deploy with Argo CD: from its repositories, into its namespaces, nothing cluster-scoped and
 * nothing that isolates it. The chart it is in must have Argo CD's own namespace.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/projects/
 */
export class ArgoProject extends Construct {
  /** Name of the AppProject. */
  public readonly name: string;
  /** API server of the cluster that its applications deploy to. */
  public readonly server: string;
  /** Git repositories from which its applications may come. */
  public readonly repositories: readonly string[];
  /** Namespaces into which its applications may deploy. */
  public readonly namespaces: readonly string[];
  public readonly appProject: KubeObject<AppProjectManifest>;

  constructor(scope: Construct, id: string, props: ArgoProjectProps) {
    super(scope, id);
    this.name = objectName(this);
    this.server = props.server ?? IN_CLUSTER;
    this.repositories = props.repositories;
    this.namespaces = props.namespaces;
    const {
      repositories,
      namespaces,
      clusterKinds = [],
      deniedKinds = ISOLATION_KINDS,
      allowedKinds,
      description,
    } = props;
    const open = [...repositories, ...namespaces, this.server].find(name => /[*?{]|^!|^$/.test(name));
    if (open !== undefined) {
      throw new PlatformError(
        this,
        `"${open}" may not stand for any repository, namespace or server`,
        'name each of them',
      );
    }
    const login = repositories.find(holdsLogin);
    if (login !== undefined) {
      throw new PlatformError(
        this,
        `a repository of ${new URL(login).host} has a password in its URL, which would stand in the manifest`,
        'leave user and password out; Argo CD takes them from a repository Secret',
      );
    }
    const misnamed = namespaces.find(name => !isDnsLabel(name));
    if (misnamed !== undefined) {
      throw new PlatformError(this, `"${misnamed}" cannot name a namespace`, `use ${DNS_LABEL_RULE}`);
    }
    if (repositories.length === 0 || namespaces.length === 0) {
      throw new PlatformError(
        this,
        'an Argo project needs at least one repository and one namespace',
        'name them; without them it allows nothing',
      );
    }
    if (this.name === 'default') {
      throw new PlatformError(this, 'the Argo project "default" allows everything', 'choose another id');
    }
    this.appProject = new KubeObject<AppProjectManifest>(this, 'project', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: {
        name: this.name,
        annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
        // It stays until no application refers to it: without it Argo CD could not remove what they deployed.
        finalizers: ['resources-finalizer.argocd.argoproj.io'],
      },
      spec: {
        description,
        sourceRepos: repositories,
        destinations: namespaces.map(namespace => ({ namespace, server: this.server })),
        clusterResourceWhitelist: clusterKinds,
        namespaceResourceBlacklist: deniedKinds.length > 0 ? deniedKinds : undefined,
        namespaceResourceWhitelist: allowedKinds,
      },
    });
  }
}
