import { Construct } from 'constructs';
import type {
  Container,
  EnvVar,
  KeyToPath,
  LocalObjectReference,
  PodSpec,
  PodTemplateSpec,
  ServiceAccount,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { checkCounts } from '../core/counts';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { checkPorts } from '../core/port';
import { checkedSize } from '../core/resources';
import { holdsLogin, namesSecret } from '../core/secret-text';
import { SyncWave } from '../core/sync-wave';
import { pullSecrets } from './image-pull-secrets';
import { KubeObject } from './kube-object';
import { podsOf, type NetworkPeer } from './network-peer';
import { checkedName, namespaceOf, objectName } from './object-name';
import { CONTAINER_SECURITY, POD_SECURITY } from './pod-security';
import type { SecretSource } from './secret-source';
import { WorkloadPolicy } from './workload-policy';

export interface WorkloadProps {
  /** What runs, for the label `app.kubernetes.io/name`: `mlflow`, `model-api`, `trainer`. */
  readonly program: string;
  /**
   * TCP ports that the pods listen on.
   *
   * @default - none, the pods only call
   */
  readonly ports?: readonly number[];
  /**
   * Name of the workload and of the objects that belong to it.
   *
   * @default - the ids below the chart, joined by "-"
   */
  readonly name?: string;
  /**
   * Most that its containers may write to `/tmp`; beside their home, that is their only writable place.
   *
   * @default 1Gi
   */
  readonly scratch?: string;
  /**
   * Home of the user that its containers run as.
   *
   * @default /home/app
   */
  readonly home?: string;
  /**
   * Group that its volumes belong to.
   *
   * @default 10001
   */
  readonly fsGroup?: number;
  /**
   * Secrets of the type `kubernetes.io/dockerconfigjson` with which its pods get their images.
   *
   * @default - those of the team's namespace
   */
  readonly imagePullSecrets?: readonly SecretSource[];
}

/** Part of a container that the workload does not fill in itself. */
export type ContainerProps = Omit<Container, 'env' | 'securityContext' | 'volumeMounts'> &
  Required<Pick<Container, 'image'>>;

/** What a container uses of that which its workload was granted, by name. */
export interface Needs {
  readonly volumes?: readonly string[];
  readonly variables?: readonly string[];
}

/** Part of a pod that the workload does not fill in itself. */
export type PodProps = Omit<
  PodSpec,
  'automountServiceAccountToken' | 'securityContext' | 'serviceAccountName' | 'volumes'
>;

/**
 * Pods of one kind: their identity, the network paths they may use, the credentials they were granted, and a pod
 * template that Pod Security "restricted" admits.
 *
 * It defines a ServiceAccount without a token and a NetworkPolicy of its own, but no Deployment or Job: those use
 * `podTemplate()`.
 */
export class Workload extends Construct implements NetworkPeer {
  /** Name of the workload and of the objects that belong to it. */
  public readonly name: string;
  public readonly namespace: string;
  public readonly ports: readonly number[];
  /** Labels of its objects. */
  public readonly labels: Record<string, string>;
  /** The one label that selects its pods. It holds no version, so it never changes. */
  public readonly selector: Record<string, string>;
  public readonly serviceAccount: KubeObject<ServiceAccount>;
  public readonly policy: WorkloadPolicy;
  /** Home of the user that containers run as; writable, as `/tmp` is, while the root file system is not. */
  public readonly home: string;
  private readonly environment: EnvVar[] = [];
  private readonly volumes: Volume[];
  private readonly mounts: VolumeMount[];
  private readonly secrets: SecretSource[] = [];

  private readonly imagePullSecrets: LocalObjectReference[] | undefined;
  private readonly fsGroup: number;

  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);
    this.name = props.name === undefined ? objectName(this) : checkedName(this, props.name);
    this.namespace = namespaceOf(this);
    this.ports = props.ports ?? [];
    if (this.ports.length > 0) {
      checkPorts(this, this.ports);
    }
    if (!isDnsLabel(props.program)) {
      throw new PlatformError(this, `"${props.program}" cannot be the label of a program`, `use ${DNS_LABEL_RULE}`);
    }
    this.home = props.home ?? '/home/app';
    if (!this.home.startsWith('/')) {
      throw new PlatformError(this, `home must be an absolute path, got "${this.home}"`, `write "/${this.home}"`);
    }
    checkedSize(this, 'scratch', props.scratch ?? '1Gi');
    checkCounts(this, { fsGroup: props.fsGroup ?? 1 });
    this.fsGroup = props.fsGroup ?? POD_SECURITY.fsGroup!;
    this.imagePullSecrets = pullSecrets(this, props.imagePullSecrets);
    this.volumes = [
      { name: 'home', emptyDir: { sizeLimit: '64Mi' } },
      { name: 'tmp', emptyDir: { sizeLimit: props.scratch ?? '1Gi' } },
    ];
    this.mounts = [
      { name: 'home', mountPath: this.home },
      { name: 'tmp', mountPath: '/tmp' },
    ];
    this.selector = { 'app.kubernetes.io/instance': this.name };
    this.labels = { 'app.kubernetes.io/name': props.program, ...this.selector };
    this.serviceAccount = new KubeObject<ServiceAccount>(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: this.name, namespace: this.namespace, labels: this.labels, annotations: SyncWave.GUARDS },
      automountServiceAccountToken: false,
    });
    this.policy = new WorkloadPolicy(this, 'policy', this);
    this.addEnvironment({ name: 'HOME', value: this.home });
  }

  /** Lets the peer call the workload's ports; if it is a workload too, its own policy is opened for that as well. */
  public allowFrom(peer: NetworkPeer, ports: readonly number[] = this.ports): void {
    this.policy.openIngress(peer, ports);
    peer.policy?.openEgress(this, ports);
  }

  /** Lets the workload call the peer's ports; if that is a workload too, its own policy is opened for that as well. */
  public allowTo(peer: NetworkPeer, ports: readonly number[] = peer.ports): void {
    this.policy.openEgress(peer, ports);
    peer.policy?.openIngress(this, ports);
  }

  public networkPeers(): NetworkPolicyPeer[] {
    return [podsOf(this.namespace, this.selector)];
  }

  /**
   * Sets variables in every container made by `container()`. Never for a secret where a file works.
   *
   * @throws PlatformError if a variable has another value already, or a secret would stand in the manifest
   */
  public addEnvironment(...variables: EnvVar[]): void {
    for (const variable of variables) {
      if (variable.value && (namesSecret(variable.name) || holdsLogin(variable.value))) {
        throw new PlatformError(
          this,
          `the value of the variable ${variable.name} would stand in the manifest`,
          'put it into a Secret and mount it as a file: mountSecret()',
        );
      }
      const known = this.environment.find(({ name }) => name === variable.name);
      if (known === undefined) {
        this.environment.push(variable);
      } else if (JSON.stringify(known) !== JSON.stringify(variable)) {
        throw new PlatformError(
          this,
          `the variable ${variable.name} is ${valueOf(known)} and cannot be ${valueOf(variable)} too`,
          'set it once',
        );
      }
    }
  }

  /**
   * Mounts a volume in every container made by `container()`.
   *
   * @param mount left out, the pods have the volume, and only containers that somebody else defines mount it
   * @throws PlatformError if another volume has that name, or is mounted there
   */
  public addVolume(volume: Volume, mount?: Omit<VolumeMount, 'name'>): void {
    const known = this.volumes.find(({ name }) => name === volume.name);
    if (known === undefined) {
      this.volumes.push(volume);
    } else if (JSON.stringify(known) !== JSON.stringify(volume)) {
      throw new PlatformError(
        this,
        `the volume "${volume.name}" is taken: the workload was granted two different things of one kind`,
        'grant it one of them',
      );
    }
    if (mount === undefined) {
      return;
    }
    const added = { name: volume.name, ...mount };
    const mounted = this.mounts.find(({ mountPath }) => mountPath === mount.mountPath);
    if (mounted === undefined) {
      this.mounts.push(added);
    } else if (JSON.stringify(mounted) !== JSON.stringify(added)) {
      throw new PlatformError(
        this,
        `the volume "${volume.name}" cannot be mounted at ${mount.mountPath}: "${mounted.name}" is, in another way`,
        'choose another path',
      );
    }
  }

  /** Mounts a key of a Secret as a file below the home of the user, where programs look for their credentials. */
  public mountInHome(volume: string, secret: SecretSource, directory: string, key: KeyToPath): void {
    this.mountSecret(volume, secret, `${this.home}/${directory}`, [key]);
  }

  /**
   * Mounts keys of a Secret as files, in every container made by `container()`.
   *
   * @param optional whether the pods start without the Secret too; then the folder is empty
   */
  public mountSecret(
    volume: string,
    secret: SecretSource,
    directory: string,
    keys: readonly KeyToPath[],
    optional?: boolean,
  ): void {
    this.addVolume(
      { name: volume, secret: { secretName: secret.name, items: [...keys], optional } },
      { mountPath: directory, readOnly: true },
    );
    this.secrets.push(secret);
  }

  /** Tells the Secrets mounted so far that pods start before everything else of a sync. */
  public startBeforeSync(): void {
    this.secrets.forEach(secret => secret.beforeSync?.());
  }

  /** What containers made by `container()` get of what was granted, for pods that others make. It grows with grants. */
  public get granted(): { readonly environment: EnvVar[]; readonly volumes: Volume[]; readonly mounts: VolumeMount[] } {
    const own = new Set(['home', 'tmp']);
    return {
      environment: this.environment.filter(({ name }) => name !== 'HOME'),
      volumes: this.volumes.filter(({ name }) => !own.has(name)),
      mounts: this.mounts.filter(({ name }) => !own.has(name)),
    };
  }

  /** A container that runs the workload's own program: with its variables, mounts and security context. */
  public container(props: ContainerProps): Container {
    return {
      imagePullPolicy: 'Always',
      securityContext: CONTAINER_SECURITY,
      env: this.environment,
      volumeMounts: this.mounts,
      ...props,
    };
  }

  /**
   * A container that stands beside the workload's own program or prepares it: of what was granted it gets only what it
   * says it needs, besides its home and `/tmp`.
   */
  public sideContainer(props: ContainerProps, needs: Needs = {}): Container {
    const { environment, mounts } = this;
    const volumes = ['home', 'tmp', ...(needs.volumes ?? [])];
    const variables = ['HOME', ...(needs.variables ?? [])];
    return {
      ...this.container(props),
      // Getters: what is granted later counts too.
      get env() {
        return environment.filter(({ name }) => variables.includes(name));
      },
      get volumeMounts() {
        return mounts.filter(({ name }) => volumes.includes(name));
      },
    };
  }

  /** The template of its pods. */
  public podTemplate(spec: PodProps, labels: Record<string, string> = {}): PodTemplateSpec {
    return {
      metadata: { labels: { ...labels, ...this.labels } },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { ...POD_SECURITY, fsGroup: this.fsGroup },
        serviceAccountName: this.name,
        volumes: this.volumes,
        imagePullSecrets: this.imagePullSecrets,
        ...spec,
      },
    };
  }
}

const valueOf = ({ value, valueFrom }: EnvVar): string =>
  valueFrom === undefined ? `"${value ?? ''}"` : JSON.stringify(valueFrom);
