import { typed, type HttpFilter } from './envoy';
import type { CheckedLimits } from './envoy-limits';

/** Requests that a pod takes on at one time: those that the model works on, and those that wait. */
export const admitted = ({ concurrency, waiting }: Pick<CheckedLimits, 'concurrency' | 'waiting'>): number =>
  concurrency + waiting;

/**
 * Answers 503 at once to a request for which there is no room. Who is let in waits no longer than the model takes for
 * one request.
 *
 * Circuit breakers alone cannot tell a request that waits from one whose connection is just being made: they would
 * refuse a burst that fits.
 */
export function concurrencyFilter(limits: CheckedLimits): HttpFilter {
  return limitedTo(admitted(limits));
}

/**
 * Lets so many requests go on at one time. The filter looks for a limit by itself, and here finds always the same one.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/adaptive_concurrency_filter
 */
export function limitedTo(limit: number): HttpFilter {
  return {
    name: 'envoy.filters.http.adaptive_concurrency',
    typed_config: typed('extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency', {
      gradient_controller_config: {
        concurrency_limit_params: { max_concurrency_limit: limit, concurrency_update_interval: '60s' },
        min_rtt_calc_params: { min_concurrency: limit, fixed_value: '1s' },
      },
    }),
  };
}
