import { typed, type EnvoyObject } from './envoy';
import { CLIENT_HEADER } from './identity-headers';

/**
 * One line of JSON for each request, on the standard output: no bodies, no headers that could hold a credential, no
 * query. Not the host either, which a caller can write with a password in it.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
 */
export function accessLog(): EnvoyObject {
  return {
    name: 'envoy.access_loggers.stdout',
    typed_config: typed('extensions.access_loggers.stream.v3.StdoutAccessLog', {
      log_format: {
        json_format: {
          time: '%START_TIME%',
          method: '%REQ(:METHOD)%',
          path: '%PATH(NQ)%',
          status: '%RESPONSE_CODE%',
          reason: '%RESPONSE_CODE_DETAILS%',
          flags: '%RESPONSE_FLAGS%',
          client: `%REQ(${CLIENT_HEADER})%`,
          from: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%',
          request: '%REQ(X-REQUEST-ID)%',
          received: '%BYTES_RECEIVED%',
          sent: '%BYTES_SENT%',
          milliseconds: '%DURATION%',
        },
      },
    }),
  };
}
