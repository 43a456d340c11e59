import type { Alerted, AlertRule } from './alert-rules';

/** Looks without a success that are no accident any more. */
const LOOKS = 10;
const LEAST_SECONDS = 300;

/**
 * Alerts on a promotion controller that is scraped. What a gate holds is no reason to wake anybody: that is what gates are
 * for.
 *
 * @param pods what selects the metrics
 */
export function promotionAlerts({ name, looksEverySeconds }: Alerted, pods: string): AlertRule[] {
  if (looksEverySeconds === undefined) {
    return [];
  }
  const labels = (severity: string) => ({ severity, workload: name });
  return [
    {
      alert: 'PromotionsStalled',
      // After a start it is 0, until the first look has ended.
      expr: `time() - max(mlops_last_success_timestamp_seconds{${pods}}) > ${Math.max(LOOKS * looksEverySeconds, LEAST_SECONDS)}`,
      for: '5m',
      labels: labels('warning'),
      annotations: {
        summary: `${name} does not see everything that it promotes`,
        description: `No look of ${name} saw the repository, every registry and every pin file for too long, so some versions stay as they are: its log tells why, and so do mlops_registry_fault, mlops_repository_fault and mlops_pin_mistakes.`,
      },
    },
    {
      alert: 'RegistryDenied',
      expr: `max by (registry) (mlops_registry_fault{${pods},fault=~"denied|anonymous"}) > 0`,
      for: '5m',
      labels: labels('warning'),
      annotations: {
        summary: 'registry {{ $labels.registry }} does not take the credentials',
        description: `Registry {{ $labels.registry }} answers 401 or 403 to ${name}, so its models stay as they are: renew the Secret with its credentials, or what they may do.`,
      },
    },
    {
      alert: 'HistoryRewritten',
      expr: `max(mlops_repository_fault{${pods},fault="rewritten"}) > 0`,
      labels: labels('critical'),
      annotations: {
        summary: 'the history of the branch was rewritten',
        description: `Commits that ${name} has seen are gone from the branch, so it promotes nothing: find out who did that. To go on with what is there now, delete its pod.`,
      },
    },
    {
      alert: 'PushRefused',
      expr: `max by (fault) (mlops_repository_fault{${pods},fault=~"denied|anonymous|refused|unsigned"}) > 0`,
      for: '5m',
      labels: labels('warning'),
      annotations: {
        summary: `the repository takes nothing from ${name}`,
        description: `${name} cannot read the branch, or not push to it ({{ $labels.fault }}): renew its credentials or the key that signs, or let it push to the branch.`,
      },
    },
  ];
}
