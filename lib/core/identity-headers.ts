/** The header by which a model learns the name of its authenticated caller. */
export const CLIENT_HEADER = 'x-client-name';

/**
 * Headers by which servers are told who calls. Callers could write them themselves, so they are removed from every
 * request before anybody is authenticated.
 */
export const IDENTITY_HEADERS: readonly string[] = [
  CLIENT_HEADER,
  'forwarded-user',
  'remote-user',
  'x-auth-request-email',
  'x-auth-request-groups',
  'x-auth-request-preferred-username',
  'x-auth-request-user',
  'x-authenticated-user',
  'x-client-id',
  'x-forwarded-client-cert',
  'x-forwarded-email',
  'x-forwarded-groups',
  'x-forwarded-preferred-username',
  'x-forwarded-user',
  'x-jwt-payload',
  'x-remote-user',
  'x-user',
  'x-user-id',
];
