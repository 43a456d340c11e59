import { promotionAlerts } from './promotion-alerts';
import { requestAlerts } from './request-alerts';

/** What alerts must know about something that runs. */
export interface Alerted {
  readonly namespace: string;
  /** Name of the workload, as the people on call know it. */
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | undefined;
  /** Name of what runs its pods. */
  readonly owner: string;
  /** Whether the old pods are stopped before new ones start, so that a rollout that is stuck serves nobody. */
  readonly recreated?: boolean;
  /** Whether Envoy stands before its pods and is scraped. */
  readonly proxied?: boolean;
  /** Histogram of the time that requests took, as the program itself measures it; undefined if nobody scrapes it. */
  readonly latency?: string;
  /** Job without which it does not start. */
  readonly migration?: string;
  /** Time between two looks of a promotion controller; undefined if it is none, or nobody scrapes it. */
  readonly looksEverySeconds?: number;
}

/** What is promised to callers. */
export interface Objectives {
  /** Time within which 99 of 100 requests should be answered. */
  readonly latencySeconds: number;
  /** Part of the answers that may be errors. */
  readonly errorPercent: number;
}

/** @see https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** Longest name of a Deployment whose pods' names hold all of it: Kubernetes cuts what is before its random part. */
const LONGEST_WHOLE = 46;

/** A regular expression for the names of the pods, and of no others that this library makes. */
export function podPattern({ kind, owner }: Pick<Alerted, 'kind' | 'owner'>): string {
  if (kind === 'StatefulSet') {
    return `${owner}-[0-9]+`;
  }
  return owner.length > LONGEST_WHOLE ? `${owner.slice(0, LONGEST_WHOLE)}.+` : `${owner}-[a-z0-9]+-[a-z0-9]{5}`;
}

/** What selects the metrics of the pods. */
export const podsOf = (alerted: Alerted): string => `namespace="${alerted.namespace}",pod=~"${podPattern(alerted)}"`;

/**
 * Alerts on one workload. All but those on requests come from kube-state-metrics, so they need nothing of the
 * workload itself.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/tree/main/docs
 */
export function workloadAlerts(alerted: Alerted, objectives: Objectives): AlertRule[] {
  const { namespace, name, migration } = alerted;
  const pods = podsOf(alerted);
  const labels = (severity: string) => ({ severity, workload: name });
  return [
    ...availabilityAlerts(alerted),
    {
      alert: 'PodsRestarting',
      expr: `increase(kube_pod_container_status_restarts_total{${pods}}[15m]) > 2`,
      for: '1m',
      labels: labels('warning'),
      annotations: {
        summary: `${name} restarts again and again`,
        description: `Container {{ $labels.container }} of {{ $labels.pod }} restarted more than twice in 15 minutes: kubectl logs --previous tells why.`,
      },
    },
    ...requestAlerts(alerted, pods, objectives),
    ...promotionAlerts(alerted, pods),
    ...(migration === undefined
      ? []
      : [
          {
            alert: 'MigrationFailed',
            expr: `kube_job_failed{namespace="${namespace}",job_name="${migration}",condition="true"} == 1`,
            labels: labels('critical'),
            annotations: {
              summary: `the schema of ${name} was not migrated`,
              description: `Job ${migration} failed, so the new version does not start: kubectl logs job/${migration} tells why.`,
            },
          },
        ]),
  ];
}

/** Alerts on whatever else happens in a namespace. */
export function namespaceAlerts(namespace: string, freePercent: number): AlertRule[] {
  const own = `{namespace="${namespace}"}`;
  return [
    {
      alert: 'VolumeFilling',
      expr: `100 * kubelet_volume_stats_available_bytes${own} / kubelet_volume_stats_capacity_bytes${own} < ${freePercent}`,
      for: '15m',
      labels: { severity: 'warning' },
      annotations: {
        summary: 'a volume is almost full',
        description: `Volume claim {{ $labels.persistentvolumeclaim }} of ${namespace} has {{ $value | humanize }} % left.`,
      },
    },
    {
      alert: 'JobFailed',
      expr: `kube_job_failed{namespace="${namespace}",condition="true"} == 1`,
      labels: { severity: 'warning' },
      annotations: {
        summary: 'a Job failed',
        description: `Job {{ $labels.job_name }} of ${namespace} failed: kubectl logs job/{{ $labels.job_name }} tells why.`,
      },
    },
    {
      alert: 'CronJobLate',
      expr: lateCronJobs(own),
      for: '6h',
      labels: { severity: 'warning' },
      annotations: {
        summary: 'a CronJob has not succeeded in its time',
        description: `CronJob {{ $labels.cronjob }} of ${namespace} has let more than its period pass without a success.`,
      },
    },
  ];
}

/** Those whose last success is longer ago than five quarters of the time between two runs, whatever that is. */
function lateCronJobs(selector: string): string {
  const [success, created, last, next] = [
    'kube_cronjob_status_last_successful_time',
    'kube_cronjob_created',
    'kube_cronjob_status_last_schedule_time',
    'kube_cronjob_next_schedule_time',
  ].map(metric => `${metric}${selector}`);
  return `time() - (${success} or ${created}) > 1.25 * (${next} - ${last})`;
}

function availabilityAlerts({ namespace, name, kind, owner, recreated }: Alerted): AlertRule[] {
  const metrics = (kind: string) => `{namespace="${namespace}",${kind}="${owner}"}`;
  const down = (expr: string): AlertRule => ({
    alert: 'WorkloadDown',
    expr,
    for: '5m',
    labels: { severity: 'critical', workload: name },
    annotations: {
      summary: `${name} is down`,
      description: `No pod of ${name} in ${namespace} has been ready for 5 minutes.`,
    },
  });
  switch (kind) {
    case 'Deployment': {
      const deployment = metrics('deployment');
      return [
        // Without the second half, a model that was scaled to zero on purpose would count as down.
        down(
          `kube_deployment_status_replicas_available${deployment} == 0 and on (namespace, deployment) kube_deployment_spec_replicas${deployment} > 0`,
        ),
        {
          alert: 'RolloutStuck',
          expr: `kube_deployment_status_condition{namespace="${namespace}",deployment="${owner}",condition="Progressing",status="false"} == 1`,
          for: '1m',
          labels: { severity: recreated ? 'critical' : 'warning', workload: name },
          annotations: {
            summary: `the new version of ${name} does not start`,
            description: `The rollout of ${name} in ${namespace} got nowhere in time; ${recreated ? 'the old version was stopped for it, so nothing serves' : 'the old version serves on'}.`,
          },
        },
      ];
    }
    case 'StatefulSet': {
      const statefulSet = metrics('statefulset');
      return [
        down(
          `kube_statefulset_status_replicas_ready${statefulSet} == 0 and on (namespace, statefulset) kube_statefulset_replicas${statefulSet} > 0`,
        ),
      ];
    }
    case undefined:
      return [];
  }
}
