import { namespaceAlerts, podPattern, workloadAlerts, type Alerted } from '../../lib/core/alert-rules';
import { dashboard } from '../../lib/core/dashboard';

const churn: Alerted = { namespace: 'fraud', name: 'churn', kind: 'Deployment', owner: 'churn' };
const objectives = { latencySeconds: 1, errorPercent: 5 };
const alert = (name: string, alerted: Alerted) => workloadAlerts(alerted, objectives).find(rule => rule.alert === name);
const pattern = (owner: string, kind: Alerted['kind'] = 'Deployment') =>
  new RegExp(`^(?:${podPattern({ kind, owner })})$`);

describe('the pattern for the names of pods', () => {
  test.each([
    ['churn-5d8f7c6b9d-x2x4z', true],
    ['churn-7f9-abcde', true],
    ['churn', false],
    ['churn-web-5d8f7c6b9d-x2x4z', false],
    ['churn-migration-x2x4z-0', false],
    ['other-churn-5d8f7c6b9d-x2x4z', false],
  ])('of a Deployment, for %s, says %s', (name, matches) => {
    expect(pattern('churn').test(name)).toBe(matches);
  });

  it('fits those that Kubernetes cuts', () => {
    const owner = 'c'.repeat(60);
    expect(pattern(owner).test(`${`${owner}-5d8f7c6b9d-`.slice(0, 58)}x2x4z`)).toBe(true);
    const just = 'c'.repeat(46);
    expect(pattern(just).test(`${`${just}-5d8f7c6b9d-`.slice(0, 58)}x2x4z`)).toBe(true);
  });

  test.each([
    ['minio-0', true],
    ['minio-12', true],
    ['minio-init-0', false],
  ])('of a StatefulSet, for %s, says %s', (name, matches) => {
    expect(pattern('minio', 'StatefulSet').test(name)).toBe(matches);
  });
});

describe('alerts on a workload', () => {
  it('tell down from scaled to zero', () => {
    expect(alert('WorkloadDown', churn)).toMatchObject({
      expr:
        'kube_deployment_status_replicas_available{namespace="fraud",deployment="churn"} == 0 ' +
        'and on (namespace, deployment) kube_deployment_spec_replicas{namespace="fraud",deployment="churn"} > 0',
      for: '5m',
      labels: { severity: 'critical', workload: 'churn' },
    });
  });

  it('know a StatefulSet', () => {
    const minio: Alerted = { ...churn, name: 'minio', owner: 'minio', kind: 'StatefulSet' };
    expect(alert('WorkloadDown', minio)!.expr).toBe(
      'kube_statefulset_status_replicas_ready{namespace="fraud",statefulset="minio"} == 0 ' +
        'and on (namespace, statefulset) kube_statefulset_replicas{namespace="fraud",statefulset="minio"} > 0',
    );
    expect(alert('RolloutStuck', minio)).toBeUndefined();
  });

  it('are about restarts alone where nobody says what runs the pods', () => {
    expect(workloadAlerts({ ...churn, kind: undefined }, objectives).map(rule => rule.alert)).toEqual([
      'PodsRestarting',
    ]);
  });

  it('are about the latency only where it is known', () => {
    expect(alert('RequestsSlow', churn)).toBeUndefined();
    expect(alert('RequestsSlow', { ...churn, latency: 'answer_seconds' })!.expr).toBe(
      'histogram_quantile(0.99, sum by (le) (rate(answer_seconds_bucket' +
        '{namespace="fraud",pod=~"churn-[a-z0-9]+-[a-z0-9]{5}"}[5m]))) > 1',
    );
  });

  it('are about the latency that callers of a proxy see, in seconds', () => {
    expect(alert('RequestsSlow', { ...churn, proxied: true, latency: 'answer_seconds' })!.expr).toBe(
      'histogram_quantile(0.99, sum by (le) (rate(envoy_cluster_upstream_rq_time_bucket' +
        '{namespace="fraud",pod=~"churn-[a-z0-9]+-[a-z0-9]{5}",envoy_cluster_name="model"}[5m]))) / 1000 > 1',
    );
  });

  it('are about errors, limits and credentials only where a proxy tells them', () => {
    const names = ['RequestsFailing', 'RequestsRefused', 'CredentialsRejected'];
    expect(names.map(name => alert(name, churn))).toEqual([undefined, undefined, undefined]);
    const rules = names.map(name => alert(name, { ...churn, proxied: true })!);
    expect(rules.map(({ labels }) => labels['severity'])).toEqual(['critical', 'warning', 'critical']);
    const pods = '{namespace="fraud",pod=~"churn-[a-z0-9]+-[a-z0-9]{5}"';
    expect(rules[0]!.expr).toBe(
      `100 * sum(rate(envoy_cluster_upstream_rq_xx${pods},envoy_cluster_name="model",envoy_response_code_class="5"}[5m]))` +
        ` / sum(rate(envoy_cluster_upstream_rq_xx${pods},envoy_cluster_name="model"}[5m])) > 5`,
    );
  });

  it('are about a migration only where there is one', () => {
    expect(alert('MigrationFailed', churn)).toBeUndefined();
    expect(alert('MigrationFailed', { ...churn, migration: 'churn-migration' })!.labels).toMatchObject({
      severity: 'critical',
    });
  });

  it('name what is wrong and where to look, each by a name of its own', () => {
    const all = workloadAlerts({ ...churn, proxied: true, migration: 'm' }, objectives);
    expect(new Set(all.map(rule => rule.alert)).size).toBe(8);
    for (const { annotations } of [...all, ...namespaceAlerts('fraud', 15)]) {
      expect(annotations.summary).not.toBe('');
      expect(annotations.description).toMatch(/\.$/);
    }
  });
});

describe('an alert on a rollout', () => {
  it('says that the old version serves on, where it does', () => {
    const { labels, annotations } = alert('RolloutStuck', churn)!;
    expect(labels).toMatchObject({ severity: 'warning' });
    expect(annotations.description).toBe(
      'The rollout of churn in fraud got nowhere in time; the old version serves on.',
    );
  });

  it('is critical where the old version was stopped first', () => {
    const { labels, annotations } = alert('RolloutStuck', { ...churn, recreated: true })!;
    expect(labels).toMatchObject({ severity: 'critical' });
    expect(annotations.description).toBe(
      'The rollout of churn in fraud got nowhere in time; the old version was stopped for it, so nothing serves.',
    );
  });
});

describe('an alert on CronJobs', () => {
  it('compares the last success, or the birth of one without any, with the time between two runs', () => {
    const late = namespaceAlerts('fraud', 15).find(rule => rule.alert === 'CronJobLate')!;
    expect(late.expr).toBe(
      'time() - (kube_cronjob_status_last_successful_time{namespace="fraud"} or kube_cronjob_created{namespace="fraud"}) ' +
        '> 1.25 * (kube_cronjob_next_schedule_time{namespace="fraud"} - kube_cronjob_status_last_schedule_time{namespace="fraud"})',
    );
    // A nightly one: 30 hours and these.
    expect(late.for).toBe('6h');
  });
});

describe('expressions', () => {
  it('ask about nothing outside of the namespace', () => {
    const more = { latency: 'answer_seconds', migration: 'm', looksEverySeconds: 30 };
    const all = [true, false].map(proxied => ({ ...churn, proxied, ...more }));
    const rules = [...all.flatMap(one => workloadAlerts(one, objectives)), ...namespaceAlerts('fraud', 15)].map(
      ({ expr }) => expr,
    );
    const panels = (dashboard('uid', 'title', 'fraud', all) as any).panels.flatMap((panel: any) =>
      panel.targets.map(({ expr }: any) => expr),
    );
    for (const expr of [...rules, ...panels]) {
      const selectors: string[] = expr.match(/\w+\{(?:[^{}"]|"[^"]*")*\}/g) ?? [];
      expect(selectors.length).toBeGreaterThan(0);
      for (const selector of selectors) {
        expect(selector).toMatch(/\{namespace="fraud"/);
      }
    }
  });
});
