import { promotionAlerts } from '../../lib/core/promotion-alerts';
import { Controller } from '../../lib/promotion/controller';
import { Cycle } from '../../lib/promotion/cycle';
import { GitError } from '../../lib/promotion/git-repository';
import { WatchMetrics } from '../../lib/promotion/ports/watch-metrics';
import { ServiceError } from '../../lib/promotion/service-error';
import { telling } from '../../lib/promotion/telling-registry';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { MemoryRegistry } from './memory-registry';
import { PIN, RULES } from './one-team';
import { begins } from './prometheus-text';

const TWO_REGISTRIES = RULES.replace(
  'environments:',
  '  second: { url: http://second.example.com }\nenvironments:',
).concat('  search: { registry: second }\n');
const ALERTS = promotionAlerts(
  { namespace: 'platform', name: 'promotion', owner: 'promotion', kind: 'Deployment', looksEverySeconds: 60 },
  'namespace="platform",pod=~"promotion-.+"',
);
const PINS = 'models:\n  churn:\n    version: 1\n';

describe('what the controller tells Prometheus', () => {
  let server: MemoryGitServer;
  let git: MemoryGitRepository;
  let metrics: WatchMetrics;
  let cycle: Cycle;
  let now: Date;
  const registries = { mlflow: new MemoryRegistry(), second: new MemoryRegistry() };

  beforeEach(async () => {
    server = new MemoryGitServer();
    server.edit({ 'promotion.yaml': TWO_REGISTRIES, [PIN]: PINS, 'environments/production/search.yaml': PINS });
    for (const registry of Object.values(registries)) {
      registry.fault = undefined;
      registry.register('churn', 1).register('churn', 2);
      await registry.moveAlias('churn', 'champion', 1);
    }
    git = new MemoryGitRepository(server);
    metrics = new WatchMetrics();
    now = new Date(1_000_000);
    const registry = telling(
      ({ name }) => registries[name as keyof typeof registries],
      (name, fault) => metrics.faulted(name, fault),
    );
    cycle = new Cycle({
      git,
      registry,
      synthesize: async () => undefined,
      pushed: done => metrics.pushed(done),
      now: () => now,
      pause: async () => undefined,
    });
  });

  /** Looks once, a second later than before. */
  async function look(): Promise<void> {
    now = new Date(now.getTime() + 1000);
    const stop = new AbortController();
    const report: Controller['props']['report'] = async result => {
      metrics.looked(result, now);
      stop.abort();
    };
    await new Controller({ cycle, intervalSeconds: 1, dryRun: false, report, now: () => now }).run(stop.signal);
  }
  const told = async (name: string) =>
    (await metrics.text()).split('\n').filter(line => new RegExp(`^mlops_${name}[ {]`).test(line));

  it('is when everything was seen last', async () => {
    await look();
    expect(await told('looks_total')).toEqual(['mlops_looks_total{result="ok"} 1']);
    expect(await told('last_success_timestamp_seconds')).toEqual(['mlops_last_success_timestamp_seconds 1001']);
    expect([await told('registry_fault'), await told('repository_fault')]).toEqual([[], []]);
  });

  it.each(['denied', 'anonymous', 'unreachable', 'elsewhere', 'malformed'] as const)(
    'is which registry was not seen: %s',
    async fault => {
      await look();
      registries.second.fault = new ServiceError(fault, 'no');
      await look();
      expect(await told('looks_total')).toEqual([
        'mlops_looks_total{result="ok"} 1',
        'mlops_looks_total{result="partial"} 1',
      ]);
      expect(await told('last_success_timestamp_seconds')).toEqual(['mlops_last_success_timestamp_seconds 1001']);
      expect(await told('registry_fault')).toEqual([`mlops_registry_fault{registry="second",fault="${fault}"} 1`]);
      registries.second.fault = undefined;
      await look();
      expect(await told('last_success_timestamp_seconds')).toEqual(['mlops_last_success_timestamp_seconds 1003']);
      expect(await told('registry_fault')).toEqual([]);
    },
  );

  it('is that a registry told the aliases, and nothing of the version that one points to', async () => {
    await registries.mlflow.moveAlias('churn', 'champion', 2);
    registries.mlflow.version = async () => Promise.reject(new ServiceError('unavailable', 'later'));
    await look();
    delete (registries.mlflow as { version?: unknown }).version;
    expect(await told('looks_total')).toEqual(['mlops_looks_total{result="partial"} 1']);
    expect(await told('registry_fault')).toEqual(['mlops_registry_fault{registry="mlflow",fault="unavailable"} 1']);
  });

  it('is that a pin file is wrong', async () => {
    server.edit({ [PIN]: 'models: none\n' });
    await look();
    expect(await told('looks_total')).toEqual(['mlops_looks_total{result="partial"} 1']);
    expect(await told('pin_mistakes')).toEqual(['mlops_pin_mistakes 1']);
    expect(await told('last_success_timestamp_seconds')).toEqual(['mlops_last_success_timestamp_seconds 0']);
  });

  it('is that the history was rewritten', async () => {
    await look();
    server.rewrite({ 'promotion.yaml': RULES, [PIN]: PINS });
    await look();
    expect(await told('looks_total')).toEqual([
      'mlops_looks_total{result="ok"} 1',
      'mlops_looks_total{result="failed"} 1',
    ]);
    expect(await told('repository_fault')).toEqual(['mlops_repository_fault{fault="rewritten"} 1']);
  });

  it('is that a push was refused, until one is not', async () => {
    await registries.mlflow.moveAlias('churn', 'champion', 2);
    const push = jest.spyOn(git, 'push').mockRejectedValueOnce(new GitError('refused', 'protected branch'));
    await look();
    expect(await told('repository_fault')).toEqual(['mlops_repository_fault{fault="refused"} 1']);
    push.mockRestore();
    await look();
    expect(await told('repository_fault')).toEqual([]);
    expect(await told('promotions_total')).toEqual([
      'mlops_promotions_total{environment="production",team="fraud",kind="version"} 1',
    ]);
  });

  /** Alerts that begin, a time after the last look. */
  const alerts = async (seconds = 0) => {
    const text = await metrics.text();
    return ALERTS.filter(({ expr }) => begins(expr, text, now.getTime() / 1000 + seconds)).map(({ alert }) => alert);
  };

  it('is no alert while everything is seen, whatever a gate holds', async () => {
    server.edit({ 'environments/.freeze': 'holidays' });
    await registries.mlflow.moveAlias('churn', 'champion', 2);
    for (let count = 0; count < 20; count++) {
      await look();
    }
    expect(await told('held_versions')).toEqual([
      'mlops_held_versions{environment="production",team="fraud",gate="freeze"} 1',
    ]);
    expect(await alerts(60)).toEqual([]);
  });

  it('is an alert if no look ever saw everything, or none for ten intervals', async () => {
    expect(await alerts()).toEqual(['PromotionsStalled']);
    await look();
    expect([await alerts(600), await alerts(601)]).toEqual([[], ['PromotionsStalled']]);
  });

  it.each(['denied', 'anonymous'] as const)('is an alert if a registry does not let it in: %s', async fault => {
    await look();
    registries.second.fault = new ServiceError(fault, '401');
    await look();
    expect([await alerts(), await alerts(601)]).toEqual([['RegistryDenied'], ['PromotionsStalled', 'RegistryDenied']]);
    registries.second.fault = undefined;
    await look();
    expect(await alerts()).toEqual([]);
  });

  it('is another alert if a registry is down for long', async () => {
    await look();
    registries.second.fault = new ServiceError('unreachable', 'down');
    await look();
    expect([await alerts(), await alerts(601)]).toEqual([[], ['PromotionsStalled']]);
  });

  it('is an alert at once if the history was rewritten', async () => {
    await look();
    server.rewrite({ 'promotion.yaml': RULES, [PIN]: PINS });
    await look();
    expect(await alerts()).toEqual(['HistoryRewritten']);
  });

  it.each(['denied', 'anonymous', 'refused', 'unsigned'] as const)(
    'is an alert if a commit goes nowhere: %s',
    async fault => {
      await look();
      await registries.mlflow.moveAlias('churn', 'champion', 2);
      jest.spyOn(git, 'push').mockRejectedValueOnce(new GitError(fault, 'no'));
      await look();
      expect(await alerts()).toEqual(['PushRefused']);
    },
  );
});
