/** The header by which a model learns the name of its authenticated caller. */
export const CLIENT_HEADER = 'x-client-name';

/**
 * Headers by which servers are told who calls. Callers could write them themselves, so they are removed from every
 * request before anybody is authenticated.
 */
export const IDENTITY_HEADERS: readonly string[] = [
  CLIENT_HEADER,
  'cf-access-authenticated-user-email',
  'forwarded-user',
  'kubeflow-userid',
  'remote-user',
  'ssl-client-s-dn',
  'x-amzn-oidc-accesstoken',
  'x-amzn-oidc-data',
  'x-amzn-oidc-identity',
  'x-auth-request-email',
  'x-auth-request-groups',
  'x-auth-request-preferred-username',
  'x-auth-request-user',
  'x-authenticated-user',
  'x-authenticated-userid',
  'x-client-id',
  'x-consumer-custom-id',
  'x-consumer-id',
  'x-consumer-username',
  'x-forwarded-client-cert',
  'x-forwarded-email',
  'x-forwarded-groups',
  'x-forwarded-preferred-username',
  'x-forwarded-user',
  'x-goog-authenticated-user-email',
  'x-goog-authenticated-user-id',
  'x-goog-iap-jwt-assertion',
  'x-jwt-payload',
  'x-ms-client-principal',
  'x-ms-client-principal-id',
  'x-ms-client-principal-name',
  'x-remote-user',
  'x-user',
  'x-user-id',
  'x-username',
  'x-webauth-user',
];
