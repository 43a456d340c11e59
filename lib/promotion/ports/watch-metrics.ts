import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../cycle';

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
  private readonly duration = new Histogram({
    name: 'mlops_look_duration_seconds',
    help: 'How long a look takes',
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60],
    registers: [this.registry],
  });

  public looked(seconds: number, outcome: Outcome | undefined, now: Date): void {
    this.duration.observe(seconds);
    this.looks.inc({ result: outcome ? 'ok' : 'failed' });
    if (outcome === undefined) {
      return;
    }
    this.success.set(now.getTime() / 1000);
    outcome.done.forEach(({ promotion: { environment, team, change } }) =>
      this.promotions.inc({ environment, team, kind: change.kind }),
    );
    this.held.reset();
    outcome.plan.held.forEach(({ environment, team, reasons }) =>
      reasons.forEach(({ gate }) => this.held.inc({ environment, team, gate })),
    );
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

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `mlops_${name}`, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name: `mlops_${name}`, help, labelNames, registers: [this.registry] });
  }
}
