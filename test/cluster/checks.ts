import { setTimeout } from 'node:timers/promises';

/** The checks of a run: each is printed when it is known, and counted. */
export class Checks {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  /** @param signal once it is aborted, the first check that fails by it is the last one */
  constructor(private readonly signal: AbortSignal) {}

  /**
   * Runs a check; it fails if it throws.
   *
   * @param check may return a text, which is printed beside the name
   * @returns whether it passed
   */
  public async check(name: string, check: () => Promise<unknown>): Promise<boolean> {
    const start = Date.now();
    const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
    try {
      const figure = await check();
      this.passed++;
      console.log(`passed  ${name} [${seconds()}]${typeof figure === 'string' ? `: ${figure}` : ''}`);
      return true;
    } catch (error) {
      this.failed++;
      console.log(`failed  ${name} [${seconds()}]\n        ${(error as Error).message.split('\n').join('\n        ')}`);
      if (this.signal.aborted) {
        throw new Stop('the rest was not tried, the run was interrupted or took too long');
      }
      return false;
    }
  }

  /**
   * A check without which the rest means nothing.
   *
   * @throws Stop if it fails
   */
  public async need(name: string, check: () => Promise<unknown>): Promise<void> {
    if (!(await this.check(name, check))) {
      throw new Stop(`the rest was not tried, it needs "${name}"`);
    }
  }

  /** A check that cannot be made here: it counts as skipped, never as passed. */
  public skip(name: string, why: string): void {
    this.skipped++;
    console.log(`skipped ${name}: ${why}`);
  }

  /** Prints the sum; returns whether all passed that were tried, and any was. */
  public sum(): boolean {
    console.log(`${this.passed} passed, ${this.failed} failed${this.skipped > 0 ? `, ${this.skipped} skipped` : ''}`);
    return this.failed === 0 && this.passed > 0;
  }
}

/** Ends the story early; what failed was told already. */
export class Stop extends Error {}

/** @throws Error if the two differ */
export function equal(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [actual, expected].map(value => JSON.stringify(value));
  if (is !== should) {
    throw new Error(`${what}: expected ${should}, got ${is}`);
  }
}

/** @throws Error if the text does not match */
export function match(what: string, text: string, pattern: RegExp): void {
  if (!pattern.test(text)) {
    throw new Error(`${what}: expected ${pattern}, got ${JSON.stringify(text.slice(0, 1000))}`);
  }
}

/** @throws Error if it does not become true in time */
export async function within(seconds: number, what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await isTrue())) {
    if (Date.now() > end) {
      throw new Error(`not within ${seconds} s: ${what}`);
    }
    await setTimeout(250);
  }
}
