import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { LimitRange, Namespace, ResourceQuota, ServiceAccount } from 'kubernetes-types/core/v1';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { quotaOverruns } from '../core/quota-usage';
import { checkedQuantity, checkedResources, type Resources } from '../core/resources';
import { CONFIRM_REMOVAL, SyncWave } from '../core/sync-wave';
import { ClusterNetwork } from './cluster-network';
import { guardFacts, refuseFacts, type GuardedNamespace } from './guarded-namespace';
import { pullSecrets, registerPullSecrets } from './image-pull-secrets';
import { withHookChecksum } from './hook-checksum';
import { contentOf, KubeObject } from './kube-object';
import { defineAdoptedLabels, type NamespaceAdoption } from './namespace-adoption';
import { objectName } from './object-name';
import type { SecretSource } from './secret-source';
import { TeamAccess, type TeamSubject } from './team-access';

/** What a whole team may use at once. */
export interface TeamQuota {
  /** Sum of all CPU requests, such as `20` or `500m`. */
  readonly cpu: string;
  /** Sum of all memory requests, and of all memory limits, such as `64Gi`. */
  readonly memory: string;
  /**
   * Sum of all GPU requests.
   *
   * @default 0
   */
  readonly gpus?: number;
  /**
   * Extended resource that a GPU is.
   *
   * @default nvidia.com/gpu
   */
  readonly gpuResource?: string;
  /**
   * Sum of all storage that is claimed.
   *
   * @default 100Gi
   */
  readonly storage?: string;
  /**
   * Greatest number of objects, by resource: `pods`, `count/jobs.batch`, …
   *
   * @default - 100 pods, 50 Services of which none has a node port or a load balancer, 20 volume claims, 100 Secrets,
   * 100 ConfigMaps, 100 Jobs
   */
  readonly objects?: Readonly<Record<string, number>>;
}

export interface TeamNamespaceProps {
  /**
   * Name of the namespace.
   *
   * @default - the namespace of the chart, or the construct's own id if that has none
   */
  readonly name?: string;
  /**
   * Who may hand in secrets, restart pods and see everything else.
   *
   * @default - nobody
   */
  readonly owners?: readonly TeamSubject[];
  /**
   * Who may see what runs.
   *
   * @default - nobody
   */
  readonly members?: readonly TeamSubject[];
  /** What all pods of the team may use at once. */
  readonly quota: TeamQuota;
  /**
   * Requests and limits of a container that states none.
   *
   * @default - requests 100m CPU, 128Mi memory, 64Mi disk; limits 500m CPU, 512Mi memory, 1Gi disk
   */
  readonly containerDefaults?: Resources;
  /**
   * Version of the Pod Security Standards that the namespace holds pods to.
   *
   * @default v1.33
   */
  readonly podSecurityVersion?: string;
  /**
   * Secrets of the type `kubernetes.io/dockerconfigjson` with which the pods of all its workloads get their images.
   *
   * @default - none
   */
  readonly imagePullSecrets?: readonly SecretSource[];
  /**
   * That the namespace is there and somebody else's, a Kubeflow Profile's for example: it gets the same guards, but no
   * Namespace object. `{ podSecurity: 'baseline' }` sets the labels of that standard and nothing else of it.
   *
   * @default false
   */
  readonly adopt?: boolean | NamespaceAdoption;
  /**
   * Guards of the cluster, see `ClusterGuards`, which read on the Namespace what belongs to the team.
   *
   * @default - none
   */
  readonly guarded?: GuardedNamespace;
}

const GPU = 'nvidia.com/gpu';
const OBJECT_COUNTS = {
  pods: 100,
  services: 50,
  'services.loadbalancers': 0,
  'services.nodeports': 0,
  persistentvolumeclaims: 20,
  secrets: 100,
  configmaps: 100,
  'count/jobs.batch': 100,
};

const CONTAINER_DEFAULTS = {
  requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
};

/**
 * A team's namespace: closed to every other team, limited, held to Pod Security "restricted", and open to the team's
 * people without letting them change any of that.
 *
 * At synthesis it checks that the team's own workloads fit its quota even while all of them roll out.
 *
 * @see https://kubernetes.io/docs/concepts/security/multi-tenancy/
 */
export class TeamNamespace extends Construct {
  /** Name of the namespace. */
  public readonly name: string;
  /** The Namespace; undefined if an adopted one keeps its labels as they are. */
  public readonly namespace: KubeObject<Namespace> | undefined;
  public readonly quota: KubeObject<ResourceQuota>;
  /** Extended resource that a GPU is. */
  public readonly gpuResource: string;
  public readonly limits: KubeObject<LimitRange>;
  /** Closes every pod of the namespace in both directions. */
  public readonly defaultDeny: KubeObject<NetworkPolicy>;
  /** Lets every pod of the namespace ask for host names. */
  public readonly allowDns: KubeObject<NetworkPolicy>;
  /** The account of pods that name none; it has no rights and no token. */
  public readonly defaultAccount: KubeObject<ServiceAccount>;
  public readonly access: TeamAccess;

  constructor(scope: Construct, id: string, props: TeamNamespaceProps) {
    super(scope, id);
    this.name = props.name ?? Chart.of(this).namespace ?? objectName(this);
    this.check(props);
    registerPullSecrets(this, props.imagePullSecrets ?? []);

    const guard = (name: string) => ({ name, namespace: this.name, annotations: SyncWave.GUARDS });
    const containers = checkedResources(this, props.containerDefaults ?? {}, CONTAINER_DEFAULTS);
    this.namespace = this.defineNamespace(props);
    this.gpuResource = props.quota.gpuResource ?? GPU;
    this.quota = new KubeObject<ResourceQuota>(this, 'quota', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { ...guard('team'), annotations: withHookChecksum(Chart.of(this), SyncWave.GUARDS) },
      spec: { hard: hardLimits(props.quota) },
    });
    this.limits = new KubeObject<LimitRange>(this, 'limits', {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: guard('containers'),
      spec: { limits: [{ type: 'Container', defaultRequest: containers.requests, default: containers.limits }] },
    });
    this.defaultDeny = new KubeObject<NetworkPolicy>(this, 'default-deny', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: guard('default-deny'),
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    this.allowDns = new KubeObject<NetworkPolicy>(this, 'allow-dns', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: guard('allow-dns'),
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [ClusterNetwork.of(this).dnsEgress] },
    });
    this.defaultAccount = new KubeObject<ServiceAccount>(this, 'default-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: guard('default'),
      imagePullSecrets: pullSecrets(this),
      automountServiceAccountToken: false,
    });
    this.access = new TeamAccess(this, 'access', {
      namespace: this.name,
      owners: props.owners ?? [],
      members: props.members ?? [],
    });
    this.node.addValidation({ validate: () => this.overruns(containers) });
  }

  private defineNamespace({ podSecurityVersion = 'v1.33', adopt = false, guarded }: TeamNamespaceProps) {
    const facts = guardFacts(this, this.name, guarded);
    if (adopt !== false) {
      const { podSecurity } = adopt === true ? {} : adopt;
      if (podSecurity === undefined) {
        refuseFacts(this, this.name, facts);
        return undefined;
      }
      const labels = { ...podSecurityLabels(podSecurity, podSecurityVersion), ...facts.labels };
      return defineAdoptedLabels(this, this.name, labels, facts.annotations);
    }
    return new KubeObject<Namespace>(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: this.name,
        labels: { ...podSecurityLabels('restricted', podSecurityVersion), ...facts.labels },
        annotations: { ...SyncWave.NAMESPACE, ...CONFIRM_REMOVAL, ...facts.annotations },
      },
    });
  }

  private check(props: TeamNamespaceProps): void {
    if (!isDnsLabel(this.name)) {
      throw new PlatformError(this, `"${this.name}" cannot name a namespace`, `use ${DNS_LABEL_RULE}`);
    }
    if (this.name === 'default' || this.name.startsWith('kube-')) {
      throw new PlatformError(
        this,
        `the namespace "${this.name}" is Kubernetes' own`,
        'give the team a namespace of its own',
      );
    }
    const { namespace = this.name } = Chart.of(this);
    if (namespace !== this.name) {
      throw new PlatformError(
        this,
        `the namespace "${this.name}" is not that of its chart, "${namespace}": the team's workloads would be outside of it`,
        'leave name out',
      );
    }
    if (!/^v1\.\d+$/.test(props.podSecurityVersion ?? 'v1.33')) {
      throw new PlatformError(
        this,
        `podSecurityVersion must be pinned, got "${props.podSecurityVersion}"`,
        'write the version of Kubernetes it came with, for example "v1.33"',
      );
    }
    const { cpu, memory, storage, gpus = 0, gpuResource = GPU, objects = {} } = props.quota;
    checkedQuantity(this, 'quota.cpu', cpu);
    checkedQuantity(this, 'quota.memory', memory);
    checkedQuantity(this, 'quota.storage', storage ?? '100Gi');
    const own = Object.keys(objects).find(resource => /^(requests|limits)\.|^(cpu|memory)$/.test(resource));
    if (own !== undefined || !/^[a-z0-9.-]+\/[\w.-]+$/.test(gpuResource)) {
      throw new PlatformError(
        this,
        own === undefined
          ? `"${gpuResource}" is no extended resource`
          : `quota.objects may not hold ${own}: it is no kind of object`,
        own === undefined
          ? 'name it with its domain, such as "nvidia.com/gpu"'
          : 'state it as cpu, memory, gpus or storage of the quota',
      );
    }
    for (const [resource, count] of Object.entries({ gpus, ...objects })) {
      if (!Number.isInteger(count) || count < 0) {
        throw new PlatformError(
          this,
          `quota for ${resource} must be a whole number, got ${count}`,
          'write 0 or a greater one',
        );
      }
    }
  }

  /**
   * Says by how much the team's workloads exceed the quota while they roll out. Looks at its own chart and at those
   * with this namespace, not at the whole App: with many teams in one App that would be quadratic.
   */
  private overruns(containers: Required<Resources>): string[] {
    const own = Chart.of(this);
    const others = this.node.root.node.children.filter(child => Chart.isChart(child) && child.namespace === this.name);
    const objects = [...new Set([own, ...others])]
      .flatMap(chart => chart.node.findAll())
      .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
      .filter(object => object.metadata.namespace === this.name)
      .map(contentOf);
    return quotaOverruns(objects, this.quota.body.spec!.hard!, containers);
  }
}

function hardLimits(quota: TeamQuota): Record<string, string> {
  const { cpu, memory, gpus = 0, gpuResource = GPU, storage = '100Gi', objects } = quota;
  const counts = Object.entries({ ...OBJECT_COUNTS, ...objects }).map(([resource, count]) => [resource, `${count}`]);
  return {
    'requests.cpu': cpu,
    'requests.memory': memory,
    'limits.memory': memory,
    [`requests.${gpuResource}`]: `${gpus}`,
    'requests.storage': storage,
    ...Object.fromEntries(counts),
  };
}

/** @see https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
function podSecurityLabels(level: string, version: string): Record<string, string> {
  const modes = ['enforce', 'audit', 'warn'].flatMap(mode => [
    [`pod-security.kubernetes.io/${mode}`, level],
    [`pod-security.kubernetes.io/${mode}-version`, version],
  ]);
  return Object.fromEntries(modes);
}
