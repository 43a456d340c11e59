import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Report } from '../controller';
import { GitError } from '../git-repository';
import { sawAll, type Done, type Outcome } from '../outcome';
import type { ServiceFault } from '../service-error';

/** What the controller tells Prometheus. */
export class WatchMetrics {
  private readonly registry = new Registry();
  private readonly promotions = this.counter('promotions_total', 'Promotions that were pushed', [
    'environment',
    'team',
    'kind',
  ]);
  private readonly looks = this.counter('looks_total', 'Looks at registries and repository', ['result']);
  private readonly requests = this.counter('registry_requests_total', 'Requests to registries', ['status']);
  private readonly deliveries = this.counter('webhook_deliveries_total', 'Deliveries of webhooks', ['status']);
  private readonly held = this.gauge('held_versions', 'Wanted versions that a gate holds', [
    'environment',
    'team',
    'gate',
  ]);
  private readonly success = this.gauge('last_success_timestamp_seconds', 'When everything was seen last', []);
  private readonly mistakes = this.gauge('pin_mistakes', 'Mistakes in pin files, whose units are left alone', []);
  private readonly registryFaults = this.gauge('registry_fault', 'Why a registry was not seen by the last look', [
    'registry',
    'fault',
  ]);
  private readonly repositoryFault = this.gauge('repository_fault', 'Why the last look could not read or push', [
    'fault',
  ]);
  private readonly duration = new Histogram({
    name: 'mlops_look_duration_seconds',
    help: 'How long a look takes',
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60],
    registers: [this.registry],
  });
  /** Since the last look ended, by registry. */
  private faults = new Map<string, Set<ServiceFault>>();

  public looked(report: Report, now: Date): void {
    const outcome = 'outcome' in report ? report.outcome : undefined;
    this.duration.observe(report.seconds);
    this.looks.inc({ result: outcome === undefined ? 'failed' : sawAll(outcome) ? 'ok' : 'partial' });
    this.setFaults('error' in report ? report.error : undefined);
    if (outcome !== undefined) {
      this.setOutcome(outcome, now);
    }
  }

  /** A promotion is on the branch, or proposed. */
  public pushed({ promotion: { environment, team, change } }: Done): void {
    this.promotions.inc({ environment, team, kind: change.kind });
  }

  /** A call of a registry failed. */
  public faulted(registry: string, fault: ServiceFault): void {
    this.faults.set(registry, (this.faults.get(registry) ?? new Set()).add(fault));
  }

  public requested(status: number | undefined): void {
    this.requests.inc({ status: status === undefined ? 'none' : `${status}` });
  }

  public delivered(status: number): void {
    this.deliveries.inc({ status: `${status}` });
  }

  public text(): Promise<string> {
    return this.registry.metrics();
  }

  private setFaults(error: unknown): void {
    this.registryFaults.reset();
    this.faults.forEach((faults, registry) => faults.forEach(fault => this.registryFaults.set({ registry, fault }, 1)));
    this.faults = new Map();
    this.repositoryFault.reset();
    if (error instanceof GitError) {
      this.repositoryFault.set({ fault: error.fault }, 1);
    }
  }

  private setOutcome(outcome: Outcome, now: Date): void {
    const { plan, state } = outcome;
    if (sawAll(outcome)) {
      this.success.set(now.getTime() / 1000);
    }
    this.held.reset();
    plan.held.forEach(({ environment, team, reasons }) =>
      reasons.forEach(({ gate }) => this.held.inc({ environment, team, gate })),
    );
    this.mistakes.set(state.mistakes.length);
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `mlops_${name}`, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name: `mlops_${name}`, help, labelNames, registers: [this.registry] });
  }
}
