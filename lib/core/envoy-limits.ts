import { checkCounts } from './counts';
import type { RateLimit } from './envoy-rate-limit';
import type { PlatformError } from './platform-error';
import { checkedQuantity } from './resources';

/** How much each pod takes on at one time; what is more is refused at once instead of waiting. */
export interface ApiLimits {
  /**
   * Requests that the model works on at one time. Half as many again may wait; further ones get 503.
   *
   * @default 16
   */
  readonly concurrency?: number;
  /**
   * Longest time from the last byte of a request to the last of its answer, in seconds; then the caller gets 504.
   *
   * @default 60
   */
  readonly timeoutSeconds?: number;
  /**
   * Largest body of a request; larger ones get 413.
   *
   * @default 16Mi
   */
  readonly requestSize?: string;
  /**
   * Most requests of one client, at each pod; further ones get 429.
   *
   * @default - only `concurrency` limits them
   */
  readonly rate?: RateLimit;
}

/** Limits with their defaults, in the units of Envoy. */
export interface CheckedLimits {
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  readonly requestBytes: number;
  readonly rate?: RateLimit;
}

/** @throws PlatformError if a limit makes no sense */
export function checkedLimits(
  where: ConstructorParameters<typeof PlatformError>[0],
  { concurrency = 16, timeoutSeconds = 60, requestSize = '16Mi', rate }: ApiLimits = {},
): CheckedLimits {
  checkCounts(where, { 'limits.concurrency': concurrency, 'limits.timeoutSeconds': timeoutSeconds });
  checkCounts(where, {
    'limits.rate.perSecond': rate?.perSecond ?? 1,
    'limits.rate.burst': rate?.burst ?? 1,
  });
  return {
    concurrency,
    timeoutSeconds,
    requestBytes: checkedQuantity(where, 'limits.requestSize', requestSize),
    rate,
  };
}
