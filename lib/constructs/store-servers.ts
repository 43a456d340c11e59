import { Construct } from 'constructs';
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { Container, PodSpec, Service, ServicePort } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { checkedSize } from '../core/resources';
import { SyncWave } from '../core/sync-wave';
import { defineDisruptionBudget } from './disruption-budget';
import { KubeObject } from './kube-object';
import { COMPONENT } from './metrics';
import { apart, placed, type Placement } from './placement';
import { Workload } from './workload';

/** What the servers of a store need whatever program they run. */
export interface StoreServersProps {
  readonly name: string;
  readonly program: string;
  /** Port of the S3 API. */
  readonly port: number;
  /** More ports on which the pods listen, each with its name. */
  readonly otherPorts?: Readonly<Record<string, number>>;
  /** Number of pods, each with a volume of its own. */
  readonly servers: number;
  readonly size: string;
  readonly storageClass?: string;
  readonly placement?: Placement;
}

/** Where the volume of a server is mounted. */
export const DATA = '/data';

/** Name of the Service by which each server has a name of its own. */
export const serversOf = (name: string): string => `${name}-servers`;

/** The pods of a store that we run: a StatefulSet with a volume for each, a Service before all of them and one for each. */
export class StoreServers extends Construct {
  public readonly workload: Workload;
  public readonly service: KubeObject<Service>;
  /** Gives each server a name, also before it is ready. */
  public readonly headlessService: KubeObject<Service>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: StoreServersProps,
  ) {
    super(scope, id);
    const { name, program, port, otherPorts = {} } = props;
    checkedSize(scope, 'size', props.size);
    this.workload = new Workload(this, 'workload', { name, program, ports: [port, ...Object.values(otherPorts)] });
    const ports = Object.entries({ s3: port, ...otherPorts }).map(([portName, number]): ServicePort => ({
      name: portName,
      port: number,
      targetPort: number,
      protocol: 'TCP',
    }));
    this.service = this.defineService('service', name, { ports });
    this.headlessService = this.defineService('headless-service', serversOf(name), {
      ports,
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
    this.service.metadata.addLabel(COMPONENT, 's3');
    this.headlessService.metadata.addLabel(COMPONENT, 'servers');
  }

  /** The StatefulSet of the pods. */
  public statefulSet(pod: Pick<PodSpec, 'containers' | 'initContainers'>): KubeObject<StatefulSet> {
    const { name, servers, size, storageClass, placement } = this.props;
    return new KubeObject<StatefulSet>(this, 'stateful-set', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: this.metadata(),
      spec: {
        replicas: servers,
        serviceName: serversOf(name),
        // Servers that wait for each other could not start one after the other.
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: this.workload.selector },
        template: this.workload.podTemplate({
          ...pod,
          ...placed(this, placement),
          ...(servers > 1 ? this.apart() : {}),
          terminationGracePeriodSeconds: 60,
        }),
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: storageClass,
              resources: { requests: { storage: size } },
            },
          },
        ],
      },
    });
  }

  /** Lets maintenance take one server at a time; nothing where there is only one. */
  public disruptionBudget(): KubeObject<PodDisruptionBudget> | undefined {
    return this.props.servers > 1 ? defineDisruptionBudget(this, this.workload) : undefined;
  }

  /** A container that keeps its data on the volume of its server. */
  public container(props: Parameters<Workload['container']>[0]): Container {
    const container = this.workload.container(props);
    return {
      ...container,
      get volumeMounts() {
        return [...container.volumeMounts!, { name: 'data', mountPath: DATA }];
      },
    };
  }

  /** Each server on a node of its own and all of them in several zones, as far as there are any. */
  private apart(): Pick<PodSpec, 'affinity' | 'topologySpreadConstraints'> {
    return {
      affinity: this.props.placement?.affinity ?? apart(this.workload.selector),
      topologySpreadConstraints: [
        {
          labelSelector: { matchLabels: this.workload.selector },
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
        },
      ],
    };
  }

  private defineService(id: string, name: string, spec: Service['spec']): KubeObject<Service> {
    return new KubeObject<Service>(this, id, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...this.metadata(), name },
      spec: { selector: this.workload.selector, ...spec },
    });
  }

  private metadata() {
    return { name: this.props.name, labels: this.workload.labels, annotations: SyncWave.STORES };
  }
}
