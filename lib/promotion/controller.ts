import type { Cycle, Outcome } from './cycle';

export interface ControllerProps {
  readonly cycle: Cycle;
  readonly intervalSeconds: number;
  /** Does nothing, but reports what it would do. */
  readonly dryRun: boolean;
  /** Told after each look, and after each that failed. */
  readonly report: (report: Report) => Promise<void>;
  readonly now: () => Date;
}

/** How a look ended. */
export type Report = { readonly seconds: number } & ({ readonly outcome: Outcome } | { readonly error: unknown });

/** Looks once an interval, and once more in it if something hints that this could help. */
export class Controller {
  private hinted = false;
  private wake: () => void = () => undefined;

  constructor(private readonly props: ControllerProps) {}

  /** Something may have changed. However often this is called, an interval has one look more at most. */
  public hint(): void {
    this.hinted = true;
    this.wake();
  }

  /** Runs until it is told to stop; the promotion that it is at then is finished. */
  public async run(signal: AbortSignal): Promise<void> {
    const interval = this.props.intervalSeconds * 1000;
    while (!signal.aborted) {
      const next = this.props.now().getTime() + interval;
      this.hinted = false;
      await this.look(signal);
      await this.sleep(next, signal, true);
      if (this.hinted && !signal.aborted) {
        await this.look(signal);
        await this.sleep(next, signal, false);
      }
    }
  }

  private async look(signal: AbortSignal): Promise<void> {
    const { cycle, dryRun, report, now } = this.props;
    const start = now();
    const seconds = () => (now().getTime() - start.getTime()) / 1000;
    try {
      const outcome = await (dryRun ? cycle.look() : cycle.run(undefined, signal));
      await report({ outcome, seconds: seconds() });
    } catch (error) {
      await report({ error, seconds: seconds() });
    }
  }

  /** Waits for a time, or for a hint if that is wanted. */
  private sleep(until: number, signal: AbortSignal, hints: boolean): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, until - this.props.now().getTime()));
      signal.addEventListener('abort', done);
      if (signal.aborted || (hints && this.hinted)) {
        done();
      } else if (hints) {
        this.wake = done;
      }
    });
  }
}
