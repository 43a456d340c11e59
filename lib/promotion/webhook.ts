import { createHmac, timingSafeEqual } from 'node:crypto';

/** What arrived, before anything of it is believed. */
export interface Delivery {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer;
}

/** Seconds that a delivery may be old, or ahead. */
export const FRESH_SECONDS = 300;
/** Deliveries that are remembered; more within the time in which they are fresh are refused. */
const MOST_REMEMBERED = 10_000;
/** A signature that cannot be right is as long as one that is. */
const PREFIX = 'v1,';

/**
 * Judges deliveries of MLflow's webhooks by their signature, their age and whether they came before.
 *
 * @see https://mlflow.org/docs/latest/ml/webhooks/
 */
export class Deliveries {
  private readonly seen = new Map<string, number>();

  constructor(private readonly secret: () => string) {}

  /** The status to answer with: 204 for a delivery that is to be believed. */
  public judge({ id, timestamp, signature, body }: Delivery, now: Date): 204 | 401 | 429 {
    const seconds = now.getTime() / 1000;
    if (id === undefined || !/^[\w-]{1,128}$/.test(id) || !/^[0-9]{1,12}$/.test(timestamp ?? '')) {
      return 401;
    }
    const hmac = createHmac('sha256', this.secret()).update(`${id}.${timestamp}.`).update(body);
    const expected = Buffer.from(`${PREFIX}${hmac.digest('base64')}`);
    const given = Buffer.from(signature ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return 401;
    }
    if (Math.abs(seconds - Number(timestamp)) > FRESH_SECONDS) {
      return 401;
    }
    this.forget(seconds);
    if (this.seen.has(id)) {
      return 401;
    }
    if (this.seen.size >= MOST_REMEMBERED) {
      return 429;
    }
    this.seen.set(id, Number(timestamp));
    return 204;
  }

  /** What is stale is refused for that. Ids are in the order in which they came. */
  private forget(seconds: number): void {
    for (const [id, timestamp] of this.seen) {
      if (timestamp + FRESH_SECONDS >= seconds) {
        return;
      }
      this.seen.delete(id);
    }
  }
}
