import type { Construct } from 'constructs';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { checkCounts } from '../core/counts';
import { isObjectName, OBJECT_NAME_RULE } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { holdsLogin, namesSecret } from '../core/secret-text';
import { checkRange } from './autoscaling';
import { KubeObject, type Manifest } from './kube-object';

/** Limits between which KEDA moves the number of pods, and what moves it. */
export interface KedaScaling {
  /**
   * Fewest pods while there is work. Not with `scaleToZero`.
   *
   * @default 2
   */
  readonly min?: number;
  /** Most pods. */
  readonly max: number;
  /**
   * Stops the last pod when no trigger is active. Until one is up again, requests fail: KEDA holds none back.
   *
   * @default false
   */
  readonly scaleToZero?: boolean;
  /** What the number of pods follows; that which asks for most wins. */
  readonly triggers: readonly KedaTrigger[];
  /**
   * Time between two looks at the triggers, in seconds.
   *
   * @default 30
   */
  readonly pollingSeconds?: number;
  /**
   * Time without an active trigger after which the last pod is stopped, in seconds. Only with `scaleToZero`.
   *
   * @default 300
   */
  readonly cooldownSeconds?: number;
}

/** What KEDA asks about the load; every value is a text. */
export interface KedaTrigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly metricType?: 'AverageValue' | 'Utilization' | 'Value';
  readonly authenticationRef?: { readonly name: string };
}

export interface PrometheusTriggerProps {
  /** URL of Prometheus, as KEDA's operator reaches it: `http://prometheus.monitoring.svc:9090`. */
  readonly server: string;
  /** Query that returns one number, the load of all pods together. */
  readonly query: string;
  /** Load that one pod takes. */
  readonly threshold: number;
  /**
   * Load above which the first pod starts. Only with `scaleToZero`.
   *
   * @default 0
   */
  readonly activationThreshold?: number;
  /**
   * Name of the TriggerAuthentication of the namespace that holds KEDA's credentials for the server.
   *
   * @default - the server asks for none
   */
  readonly authentication?: string;
}

export interface RawTriggerProps {
  /** Name of one of KEDA's scalers: `kafka`, `rabbitmq`, `cron`, … */
  readonly type: string;
  /** Its settings. No secrets: those come from a TriggerAuthentication. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * How the value is compared.
   *
   * @default - the scaler's own
   */
  readonly metricType?: 'AverageValue' | 'Value';
  /**
   * Name of a TriggerAuthentication of the namespace.
   *
   * @default - none
   */
  readonly authentication?: string;
}

/** @see https://keda.sh/docs/latest/reference/scaledobject-spec/ */
export interface ScaledObject extends Manifest {
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    readonly pollingInterval: number;
    readonly cooldownPeriod?: number;
    readonly triggers: readonly KedaTrigger[];
  };
}

/** They measure pods, so they see nothing as long as there is none. */
const NEEDS_PODS = new Set(['cpu', 'memory']);

export const KedaTrigger = {
  /**
   * A query to Prometheus.
   *
   * @throws PlatformError if the URL, the query or a number makes no sense
   * @see https://keda.sh/docs/latest/scalers/prometheus/
   */
  prometheus(props: PrometheusTriggerProps): KedaTrigger {
    const { server, query, threshold, activationThreshold, authentication } = props;
    const url = URL.canParse(server) ? new URL(server) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new PlatformError(
        'KedaTrigger.prometheus',
        `server must be the URL of Prometheus, got "${server}"`,
        'write scheme, host and port, for example "http://prometheus.monitoring.svc:9090"',
      );
    }
    if (url.username !== '' || url.password !== '') {
      throw new PlatformError(
        'KedaTrigger.prometheus',
        `server names a user of ${url.host}, who would stand in the manifest`,
        'put user and password into a Secret, and name the TriggerAuthentication that refers to that: authentication: "prometheus"',
      );
    }
    if (query.trim() === '') {
      throw new PlatformError('KedaTrigger.prometheus', 'query is empty', 'write one that returns a single number');
    }
    for (const [name, value] of Object.entries({ threshold, activationThreshold: activationThreshold ?? 1 })) {
      if (!Number.isFinite(value) || value <= 0) {
        throw new PlatformError(
          'KedaTrigger.prometheus',
          `${name} must be greater than 0, got ${value}`,
          'write the load that it stands for',
        );
      }
    }
    return {
      type: 'prometheus',
      metadata: {
        serverAddress: server,
        query,
        threshold: `${threshold}`,
        ...(activationThreshold && { activationThreshold: `${activationThreshold}` }),
      },
      authenticationRef: authenticationRef('KedaTrigger.prometheus', authentication),
    };
  },

  /**
   * CPU use, in percent of the request.
   *
   * @throws PlatformError if that is no whole number
   * @see https://keda.sh/docs/latest/scalers/cpu/
   */
  cpu(percent = 70): KedaTrigger {
    checkCounts('KedaTrigger.cpu', { percent });
    return { type: 'cpu', metricType: 'Utilization', metadata: { value: `${percent}` } };
  },

  /**
   * Any of KEDA's scalers, with the settings that its page names.
   *
   * @throws PlatformError if a secret would stand in the manifest
   * @see https://keda.sh/docs/latest/scalers/
   */
  raw(props: RawTriggerProps): KedaTrigger {
    const { type, metadata, metricType, authentication } = props;
    const secret = Object.keys(metadata).find(key => namesSecret(key) || holdsLogin(metadata[key]!));
    if (secret !== undefined) {
      throw new PlatformError(
        'KedaTrigger.raw',
        `the value of metadata.${secret} would stand in the manifest`,
        'put it into a Secret, and name the TriggerAuthentication that refers to that: authentication: "queue"',
      );
    }
    return { type, metadata, metricType, authenticationRef: authenticationRef('KedaTrigger.raw', authentication) };
  },
};

/** @throws PlatformError if a number makes no sense, or no trigger could ever start the first pod */
export function checkKeda(where: Construct, keda: KedaScaling): void {
  const { min = 2, max, scaleToZero = false, triggers, pollingSeconds = 30, cooldownSeconds = 300 } = keda;
  if (keda.min === 0) {
    throw new PlatformError(where, 'keda.min (0) would stop the last pod', 'say so: scaleToZero: true, without min');
  }
  checkCounts(where, {
    'keda.min': min,
    'keda.max': max,
    'keda.pollingSeconds': pollingSeconds,
    'keda.cooldownSeconds': cooldownSeconds,
  });
  if (scaleToZero && keda.min !== undefined) {
    throw new PlatformError(
      where,
      `keda.min (${keda.min}) and keda.scaleToZero contradict each other`,
      'remove one of them',
    );
  }
  if (!scaleToZero && keda.cooldownSeconds !== undefined) {
    throw new PlatformError(
      where,
      `keda.cooldownSeconds (${keda.cooldownSeconds}) has no effect without keda.scaleToZero`,
      'remove it, or add scaleToZero: true',
    );
  }
  checkRange(where, 'keda', scaleToZero ? 1 : min, max);
  if (triggers.length === 0) {
    throw new PlatformError(where, 'keda.triggers is empty', 'name what the number of pods follows: KedaTrigger.cpu()');
  }
  if (scaleToZero && triggers.every(({ type }) => NEEDS_PODS.has(type))) {
    throw new PlatformError(
      where,
      `keda.scaleToZero needs a trigger that works without a pod, got ${triggers.map(({ type }) => type).join(', ')}`,
      'add one from outside, such as KedaTrigger.prometheus(), or remove scaleToZero',
    );
  }
}

/**
 * KEDA's autoscaler for the Deployment that has the name of the metadata.
 *
 * @see https://keda.sh/docs/latest/concepts/scaling-deployments/
 */
export function defineScaledObject(
  scope: Construct,
  metadata: ObjectMeta,
  keda: KedaScaling,
): KubeObject<ScaledObject> {
  const { min = 2, max, scaleToZero = false, triggers, pollingSeconds = 30, cooldownSeconds = 300 } = keda;
  return new KubeObject<ScaledObject>(scope, 'scaled-object', {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name! },
      minReplicaCount: scaleToZero ? 0 : min,
      maxReplicaCount: max,
      pollingInterval: pollingSeconds,
      cooldownPeriod: scaleToZero ? cooldownSeconds : undefined,
      triggers,
    },
  });
}

function authenticationRef(where: string, name: string | undefined): KedaTrigger['authenticationRef'] {
  if (name !== undefined && !isObjectName(name)) {
    throw new PlatformError(where, `"${name}" cannot name a TriggerAuthentication`, `use ${OBJECT_NAME_RULE}`);
  }
  return name === undefined ? undefined : { name };
}
