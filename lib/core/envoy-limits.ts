import { checkCounts } from './counts';
import type { RateLimit } from './envoy-rate-limit';
import { PlatformError } from './platform-error';
import { checkedQuantity } from './resources';

/** How much each pod takes on at one time; what is more is refused at once instead of waiting. */
export interface ApiLimits {
  /**
   * Requests that the model works on at one time, up to 10000.
   *
   * @default 16
   */
  readonly concurrency?: number;
  /**
   * Requests that may wait besides; further ones get 503.
   *
   * @default - half as many
   */
  readonly waiting?: number;
  /**
   * Longest time from the last byte of a request to the last of its answer, in seconds, up to a day; then the caller
   * gets 504.
   *
   * @default 60
   */
  readonly timeoutSeconds?: number;
  /**
   * Largest body of a request, below 4Gi; larger ones get 413.
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
  readonly waiting: number;
  readonly timeoutSeconds: number;
  readonly requestBytes: number;
  readonly rate?: RateLimit;
}

/** Envoy's numbers for them have 32 bits; with greater ones it does not start. */
const UINT32 = 2 ** 32 - 1;

/** Greatest limits, by what sets them. */
const MOST = {
  // Each request takes a connection to the model and so a local port, of which Linux has 28,232 unless it is told.
  concurrency: 10_000,
  // A day. The Gateway API writes seconds with five digits, of which its routes need a few more than the proxy.
  timeoutSeconds: 86_400,
  requestBytes: UINT32,
  rate: UINT32,
} as const;

/** @throws PlatformError if a limit makes no sense, or Envoy or a route could not have it */
export function checkedLimits(
  where: ConstructorParameters<typeof PlatformError>[0],
  { concurrency = 16, waiting, timeoutSeconds = 60, requestSize = '16Mi', rate }: ApiLimits = {},
): CheckedLimits {
  checkCounts(where, { 'limits.concurrency': concurrency, 'limits.waiting': waiting ?? 1 }, MOST.concurrency);
  checkCounts(where, { 'limits.timeoutSeconds': timeoutSeconds }, MOST.timeoutSeconds);
  checkCounts(
    where,
    { 'limits.rate.perSecond': rate?.perSecond ?? 1, 'limits.rate.burst': rate?.burst ?? 1 },
    MOST.rate,
  );
  return {
    concurrency,
    waiting: waiting ?? Math.ceil(concurrency / 2),
    timeoutSeconds,
    requestBytes: checkedBytes(where, requestSize),
    rate,
  };
}

function checkedBytes(where: ConstructorParameters<typeof PlatformError>[0], requestSize: string): number {
  const bytes = checkedQuantity(where, 'limits.requestSize', requestSize);
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > MOST.requestBytes) {
    throw new PlatformError(
      where,
      `limits.requestSize must be whole bytes, from 1 to ${MOST.requestBytes}, got "${requestSize}" (${bytes})`,
      'write it with its unit and without a fraction: "16Mi"',
    );
  }
  return bytes;
}
