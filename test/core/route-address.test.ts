import { checkedAddress, checkedPath } from '../../lib/core/route-address';
import { expectRefusal } from '../support';

const HOST = 'write the whole name without scheme and port, for example "churn.ml.example.com"';
const PATH = 'use letters, digits, ".", "_", "~" and "-" between single slashes, and no part that begins with "."';

describe('an address', () => {
  it('has the whole host by default', () => {
    expect(checkedAddress('x', { host: 'churn.example.com' })).toEqual({ host: 'churn.example.com', path: '/' });
  });

  it('is compared in one spelling', () => {
    expect(checkedAddress('x', { host: 'Churn.Example.com', path: '/v1/Models/' })).toEqual({
      host: 'churn.example.com',
      path: '/v1/Models',
    });
  });

  it.each(['churn', 'https://churn.example.com', 'churn.example.com:443', '10.0.0.7', '', 'a_b.example.com'])(
    'has no host "%s"',
    host => expectRefusal(() => checkedAddress('x', { host }), `[x] "${host}" is no host name; ${HOST}`),
  );

  it('has no wildcard', () => {
    expectRefusal(
      () => checkedAddress('x', { host: '*.example.com' }),
      '[x] a route answers for one host, got "*.example.com"; name the host; a wildcard belongs to the listener of the gateway',
    );
  });
});

describe('a path', () => {
  it('begins with a slash', () => {
    expectRefusal(
      () => checkedPath('x', 'rewrite', 'v1/models'),
      '[x] rewrite must begin with "/", got "v1/models"; write "/v1/models"',
    );
  });

  it.each(['//', '/'])('of slashes alone, "%s", is the root', path => expect(checkedPath('x', 'path', path)).toBe('/'));

  it.each(['/a//b', '/a/../b', '/.', '/a%2eb', '/a?b', '/a#b', '/a b', '/a;b', '/a/*', '/(.*)'])(
    'is never "%s"',
    path =>
      expectRefusal(
        () => checkedPath('x', 'path', path),
        `[x] path "${path}" is not read by all servers in one way; ${PATH}`,
      ),
  );
});
