import { typed, type EnvoyObject, type HttpFilter } from './envoy';
import { CLIENT_HEADER } from './identity-headers';

/** Most requests of one client, at each pod. */
export interface RateLimit {
  readonly perSecond: number;
  /**
   * Requests that may come at once after a pause.
   *
   * @default - as many as in a second
   */
  readonly burst?: number;
}

/** Clients whose requests are counted apart at one time; of more, those that have been quiet longest are forgotten. */
const CLIENTS = 1000;

/**
 * Answers 429 to a client that calls too often. Requests of callers without a name are counted together.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter
 */
export function rateLimitFilter({ perSecond, burst = perSecond }: RateLimit): HttpFilter {
  const bucket: EnvoyObject = { max_tokens: burst, tokens_per_fill: perSecond, fill_interval: '1s' };
  const all: EnvoyObject = { default_value: { numerator: 100, denominator: 'HUNDRED' } };
  return {
    name: 'envoy.filters.http.local_ratelimit',
    typed_config: typed('extensions.filters.http.local_ratelimit.v3.LocalRateLimit', {
      stat_prefix: 'clients',
      filter_enabled: all,
      filter_enforced: all,
      token_bucket: bucket,
      rate_limits: [{ actions: [{ request_headers: { header_name: CLIENT_HEADER, descriptor_key: 'client' } }] }],
      descriptors: [{ entries: [{ key: 'client' }], token_bucket: bucket }],
      // Else the bucket for all would stop those whose own is not empty.
      always_consume_default_token_bucket: false,
      max_dynamic_descriptors: CLIENTS,
    }),
  };
}
