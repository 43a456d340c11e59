import { posix } from 'node:path';
import { Construct } from 'constructs';
import type { ConfigMap, Container, PodTemplateSpec, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { canonicalJson } from '../core/canonical-json';
import { checksum } from '../core/checksum';
import { checkPinnedImage } from '../core/container-image';
import { bodyRoom } from '../core/envoy-bodies';
import { envoyBootstrap, PROXY_FILES, PROXY_PORTS } from '../core/envoy-bootstrap';
import type { CheckedLimits } from '../core/envoy-limits';
import { PlatformError } from '../core/platform-error';
import { parseQuantity } from '../core/quantity';
import { checkedResources, type Resources } from '../core/resources';
import { SyncWave } from '../core/sync-wave';
import type { ApiAuth } from './api-auth';
import { KubeObject } from './kube-object';
import type { ModelRuntime } from './model-runtime';
import { CONTAINER_SECURITY } from './pod-security';
import type { PodProps, Workload } from './workload';

/** The proxy that stands before each pod of an API. */
export interface EnvoyProps {
  /**
   * Image of Envoy 1.36 or newer, pinned.
   *
   * @default docker.io/envoyproxy/envoy:distroless-v1.40.0
   */
  readonly image?: string;
  /**
   * What it may use; it stops taking requests before its memory is used up.
   *
   * @default - requests 100m CPU, 256Mi memory; limits 1 CPU, 256Mi memory
   */
  readonly resources?: Resources;
}

export interface EnvoySidecarProps extends EnvoyProps {
  readonly workload: Workload;
  readonly runtime: ModelRuntime;
  readonly auth: ApiAuth;
  readonly limits: CheckedLimits;
}

const IMAGE = 'docker.io/envoyproxy/envoy:distroless-v1.40.0';
const RESOURCES = {
  requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '32Mi' },
  limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '128Mi' },
};

/**
 * Envoy in the pods of a model, the only way to it: it authenticates callers, refuses what is too much or too large,
 * and counts and logs requests. It starts before the model and stops after it.
 *
 * The port of the model itself is closed to all but the kubelet, by the network policy of the workload.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export class EnvoySidecar extends Construct {
  /** What Envoy is told when it starts. */
  public readonly config: KubeObject<ConfigMap>;
  private readonly container: Container;
  private readonly checksum: string;
  private readonly mounts: VolumeMount[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EnvoySidecarProps,
  ) {
    super(scope, id);
    const { workload, runtime, auth, image = IMAGE } = props;
    checkPinnedImage(this, image, IMAGE, 'proxy.image');
    this.checkPorts(runtime);
    const resources = checkedResources(this, props.resources ?? {}, RESOURCES);

    const name = `${workload.name}-proxy`;
    workload.addVolume({ name: 'proxy', configMap: { name } });
    workload.addVolume({ name: 'proxy-run', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } });
    this.mounts.push(
      { name: 'proxy', mountPath: posix.dirname(PROXY_FILES.bootstrap), readOnly: true },
      { name: 'proxy-run', mountPath: PROXY_FILES.run },
    );
    const { startup, readiness, liveness } = runtime.probes;
    const memory = parseQuantity(resources.limits['memory']!)!;
    const bootstrap = envoyBootstrap({
      name: workload.name,
      namespace: workload.namespace,
      modelPort: runtime.port,
      // A path that stands twice is refused all the same, and the list does not depend on what the paths are.
      privatePaths: [readiness, liveness, ...(startup === undefined ? [] : [startup]), ...metricsPath(runtime)],
      auth: auth.connect(this, workload),
      clients: auth.clients,
      modelMetrics: runtime.metrics,
      limits: props.limits,
      memory,
      room: bodyRoom(this, memory, props.limits.requestBytes),
    });
    const text = `${canonicalJson(bootstrap)}\n`;
    this.config = new KubeObject<ConfigMap>(this, 'config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: workload.namespace, labels: workload.labels, annotations: SyncWave.GUARDS },
      data: { [posix.basename(PROXY_FILES.bootstrap)]: text },
    });
    this.checksum = checksum(text);
    this.container = this.defineContainer(image, resources);
  }

  /** The template of the workload's pods, with the proxy in them. Another configuration of it makes new pods. */
  public podTemplate(spec: PodProps, labels: Record<string, string>): PodTemplateSpec {
    const initContainers = [...(spec.initContainers ?? []), this.container];
    const template = this.props.workload.podTemplate({ ...spec, initContainers }, labels);
    return { ...template, metadata: { ...template.metadata, annotations: { 'checksum/proxy': this.checksum } } };
  }

  /** Mounts files where the filters that authenticate look for them; the model cannot see them. */
  public mountAuth(files: Pick<Volume, 'secret' | 'configMap'>, place: 'auth' | 'authority' = 'auth'): void {
    const name = `proxy-${place}`;
    this.props.workload.addVolume({ name, ...files });
    this.mounts.push({ name, mountPath: PROXY_FILES[place], readOnly: true });
  }

  private checkPorts({ port, metrics }: ModelRuntime): void {
    const taken = Object.values(PROXY_PORTS).find(own => own === port || own === metrics?.port);
    if (taken !== undefined) {
      throw new PlatformError(
        this,
        `the model cannot listen on port ${taken}, which belongs to the proxy in its pods`,
        `choose a port other than ${Object.values(PROXY_PORTS).join(' and ')}`,
      );
    }
  }

  private defineContainer(image: string, resources: Resources): Container {
    const ready = { httpGet: { path: '/ready', port: PROXY_PORTS.status }, timeoutSeconds: 5 };
    return {
      name: 'proxy',
      image,
      imagePullPolicy: 'Always',
      restartPolicy: 'Always',
      args: [
        ...['-c', PROXY_FILES.bootstrap, '--concurrency', '1', '--log-level', 'warning', '--log-format', '%v'],
        // Envoy quotes a file that it refuses, with the keys in it; a metric counts such files.
        ...['--component-log-level', 'config:critical'],
      ],
      securityContext: CONTAINER_SECURITY,
      volumeMounts: this.mounts,
      ports: [
        { name: 'api', containerPort: PROXY_PORTS.api, protocol: 'TCP' },
        { name: 'proxy-status', containerPort: PROXY_PORTS.status, protocol: 'TCP' },
      ],
      resources,
      startupProbe: { ...ready, periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: { ...ready, periodSeconds: 5, failureThreshold: 2 },
      // While it drains it is not ready, and must not be restarted for that.
      livenessProbe: {
        tcpSocket: { port: PROXY_PORTS.status },
        timeoutSeconds: 5,
        periodSeconds: 20,
        failureThreshold: 3,
      },
    };
  }
}

/** Path on the port for callers at which the model tells how it is. */
const metricsPath = ({ port, metrics }: ModelRuntime): string[] => (metrics?.port === port ? [metrics.path] : []);
