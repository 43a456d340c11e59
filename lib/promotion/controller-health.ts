import { isMistake } from '../core/platform-error';
import type { Report } from './controller';

/** Intervals for which a repository that cannot be read counts as seen. */
const UNSEEN_INTERVALS = 3;
/** Longer than any step of a look takes: what waits for others has time limits of its own. */
const LONGEST_STEP = 600;

/** How a controller does, for those who ask its probes. */
export class ControllerHealth {
  private seen: Date | undefined;
  private isLost = false;
  private stirred: Date;

  constructor(
    private readonly intervalSeconds: number,
    private readonly now: () => Date,
  ) {
    this.stirred = now();
  }

  /** A look ended. */
  public looked(report: Report): void {
    this.stirs();
    // Rules that are wrong were read, and a registry that does not answer was asked for what the repository says.
    this.isLost = 'error' in report && !isMistake(report.error);
    this.seen = this.isLost ? this.seen : this.now();
  }

  /** A step of a look ended. */
  public stirs(): void {
    this.stirred = this.now();
  }

  /** Whether a hint would help: it sees the repository, or did some intervals ago. A long look takes nothing away. */
  public get isReady(): boolean {
    return this.seen !== undefined && !(this.isLost && this.since(this.seen) > UNSEEN_INTERVALS * this.intervalSeconds);
  }

  /** Whether something still happens. */
  public get isAlive(): boolean {
    return this.since(this.stirred) <= this.intervalSeconds + LONGEST_STEP;
  }

  private since(time: Date): number {
    return (this.now().getTime() - time.getTime()) / 1000;
  }
}
