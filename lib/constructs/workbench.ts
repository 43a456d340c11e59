import type { Construct } from 'constructs';
import type {
  ConfigMap,
  EnvFromSource,
  EnvVar,
  PersistentVolumeClaim,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1';
import { checkedSize } from '../core/resources';
import { CONFIRM_REMOVAL } from '../core/sync-wave';
import { KubeObject, type Manifest } from './kube-object';
import type { NetworkPeer } from './network-peer';
import { objectName } from './object-name';
import { Workload } from './workload';
import { WorkloadPeer } from './workload-peer';

export interface WorkbenchProps {
  /**
   * Size of the team's volume.
   *
   * @default 20Gi
   */
  readonly size?: string;
  /**
   * Storage class of the volume.
   *
   * @default - the cluster's default
   */
  readonly storageClass?: string;
  /**
   * Whether pods of several nodes may mount the volume at once, or those of one.
   *
   * @default ReadWriteMany
   */
  readonly accessMode?: 'ReadWriteMany' | 'ReadWriteOnce';
  /**
   * Home of the user in the notebooks' images. Credentials go where programs look for them below it, the volume to
   * `<home>/team`.
   *
   * @default /home/jovyan
   */
  readonly home?: string;
  /**
   * Group that the volume belongs to, in whose name all notebooks read and write it.
   *
   * @default 100, as Kubeflow, JupyterHub and Jupyter's images have it
   */
  readonly fsGroup?: number;
  /**
   * Ports on which the notebooks listen.
   *
   * @default [8888]
   */
  readonly ports?: readonly number[];
  /**
   * Whether to define a PodDefault, by which Kubeflow adds all of it to the notebooks for which it is ticked.
   *
   * @default false
   */
  readonly podDefault?: boolean;
}

/** What a notebook's pod needs to be one of the team's. It is complete when the whole tree is. */
export interface WorkbenchAttachment {
  readonly labels: Readonly<Record<string, string>>;
  readonly envFrom: readonly EnvFromSource[];
  /** Variables that do not stand in the ConfigMap because they come from elsewhere. */
  readonly env: readonly EnvVar[] | undefined;
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly securityContext: { readonly fsGroup: number };
}

/** @see https://www.kubeflow.org/docs/components/central-dash/ and its admission webhook's README */
export interface PodDefault extends Manifest {
  readonly spec: Omit<WorkbenchAttachment, 'securityContext'> & {
    readonly desc: string;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  };
}

/**
 * What the notebooks of a team share, whoever starts their pods: a volume, one label that opens the network paths, and
 * the credentials that were granted.
 *
 * @see https://www.kubeflow.org/docs/components/notebooks/
 */
export class Workbench extends WorkloadPeer {
  /** Name of the volume claim and of the other objects. */
  public readonly name: string;
  /** What to grant: `mlflow.grantReadWrite(workbench.workload)`. Its template fits notebooks that you define yourself. */
  public readonly workload: Workload;
  /** The team's volume. */
  public readonly volumeClaim: KubeObject<PersistentVolumeClaim>;
  /** Variables for the notebooks; no secrets. */
  public readonly environment: KubeObject<ConfigMap>;
  /** For Kubeflow; undefined unless asked for. */
  public readonly podDefault: KubeObject<PodDefault> | undefined;
  public readonly ports: readonly number[];
  private readonly fsGroup: number;

  constructor(scope: Construct, id: string, props: WorkbenchProps = {}) {
    super(scope, id);
    this.name = objectName(this);
    const { size = '20Gi', home = '/home/jovyan', fsGroup = 100, ports = [8888] } = props;
    checkedSize(this, 'size', size);

    this.ports = ports;
    this.fsGroup = fsGroup;
    this.workload = new Workload(this, 'notebooks', { name: this.name, program: 'notebook', ports, home, fsGroup });
    this.workload.addVolume(
      { name: 'team', persistentVolumeClaim: { claimName: this.name } },
      { mountPath: `${home}/team` },
    );
    // In no sync wave: where a volume is made for its first pod, a later wave would wait for somebody's first notebook.
    this.volumeClaim = new KubeObject<PersistentVolumeClaim>(this, 'volume', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: this.name, labels: this.workload.labels, annotations: CONFIRM_REMOVAL },
      spec: {
        accessModes: [props.accessMode ?? 'ReadWriteMany'],
        storageClassName: props.storageClass,
        resources: { requests: { storage: size } },
      },
    });
    this.environment = this.defineEnvironment();
    this.podDefault = props.podDefault ? this.definePodDefault() : undefined;
  }

  /** Lets the notebooks call the peer. */
  public allowTo(peer: NetworkPeer): void {
    this.workload.allowTo(peer);
  }

  /** What to write into a pod that something else makes: JupyterHub's settings, a Notebook, a development container. */
  public get attachment(): WorkbenchAttachment {
    return { ...this.shared, securityContext: { fsGroup: this.fsGroup } };
  }

  /** What a PodDefault has fields for: the group is set by Kubeflow's notebook controller, which makes the pods. */
  private get shared(): Omit<WorkbenchAttachment, 'securityContext'> {
    const { environment, volumes, mounts } = this.workload.granted;
    const indirect = environment.filter(({ valueFrom }) => valueFrom !== undefined);
    return {
      labels: this.workload.selector,
      envFrom: [{ configMapRef: { name: this.environment.name } }],
      env: indirect.length > 0 ? indirect : undefined,
      volumes,
      volumeMounts: mounts,
    };
  }

  private defineEnvironment(): KubeObject<ConfigMap> {
    const { workload } = this;
    return new KubeObject<ConfigMap>(this, 'environment', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: this.name, labels: workload.labels },
      get data() {
        const plain = workload.granted.environment.filter(({ valueFrom }) => valueFrom === undefined);
        return Object.fromEntries(plain.map(({ name, value = '' }) => [name, value]));
      },
    });
  }

  private definePodDefault(): KubeObject<PodDefault> {
    const shared = () => this.shared;
    const { name } = this;
    return new KubeObject<PodDefault>(this, 'pod-default', {
      apiVersion: 'kubeflow.org/v1alpha1',
      kind: 'PodDefault',
      metadata: { name, labels: this.workload.labels },
      get spec() {
        return {
          desc: `The team's volume, tracking server and stores (${name})`,
          // Kubeflow's form ticks a PodDefault by giving the pod its label with this very value.
          selector: { matchLabels: { [name]: 'true' } },
          ...shared(),
        };
      },
    });
  }
}
