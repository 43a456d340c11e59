/** Ways to tell the model a name that is not the caller's, as lines of a request; "admin" must never arrive. */
export const SPOOFED: Readonly<Record<string, string>> = {
  'in its own spelling': 'x-client-name: admin',
  'in capitals': 'X-CLIENT-NAME: admin',
  twice: 'X-Client-Name: admin\r\nx-client-name: admin',
  'with underscores': 'X_Client_Name: admin',
  'with one underscore': 'x-client_name: admin',
  'with a space before the colon': 'x-client-name : admin',
  'with tabs and trailing spaces': 'x-client-name:\t admin \t ',
  'as a list': 'x-client-name: web, admin',
  'named by Connection': 'Connection: x-client-name',
  'named by Connection and given': 'Connection: close, x-client-name\r\nx-client-name: admin',
  'behind a folded line': 'x-other: 1\r\n x-client-name: admin',
  'folded itself': 'x-client-name:\r\n admin',
  'behind a bare CR': 'x-other: 1\rx-client-name: admin',
  'behind a bare LF': 'x-other: 1\nx-client-name: admin',
  'with a NUL': 'x-client-name\0: admin',
  'as a trailer': 'Transfer-Encoding: chunked\r\nTrailer: x-client-name\r\n\r\n0\r\nx-client-name: admin',
  'as the user of a proxy': 'X-Forwarded-User: admin\r\nX-Forwarded-Email: admin\r\nX-Forwarded-Groups: admin',
  'as the user of an SSO': 'X-Auth-Request-User: admin\r\nX-Auth-Request-Email: admin',
  'as a remote user': 'Remote-User: admin\r\nX-Remote-User: admin\r\nREMOTE_USER: admin',
  'as a certificate': 'X-Forwarded-Client-Cert: URI=spiffe://cluster/admin',
  'as a payload': 'X-Jwt-Payload: admin\r\nX-User: admin\r\nX-User-Id: admin',
};

/** Spellings of the path of a health check. */
export const privateSpellings = (path: string): string[] => {
  const [first, rest] = [path[1]!, path.slice(2)];
  const code = first.charCodeAt(0).toString(16);
  return [
    path,
    `/${path}`,
    `/.${path}`,
    `/x/..${path}`,
    `/x/%2e%2e${path}`,
    `/x/%2E%2E${path}`,
    `/%2e${path}`,
    `/x/.%2e${path}`,
    `/%2f${path.slice(1)}`,
    `/x%2f..${path}`,
    `/x\\..${path.replace('/', '\\')}`,
    `\\${path.slice(1)}`,
    `/%5c${path.slice(1)}`,
    `/%${code}${rest}`,
    `/%25${code}${rest}`,
    `http://model${path}`,
    `http://model/x/..${path}`,
    `${path}?x=1`,
    `${path}#x`,
    `${path}/`,
    `${path}/.`,
    `${path};x=1`,
    `${path}%00`,
    `${path}%20`,
    `${path}%23`,
    `${path}%3fx`,
    `/x/../..${path}`,
    `/..${path}`,
    `/..;${path}`,
  ];
};

/** Requests that two parsers could take for another number of requests. `INNER` is the one that must not pass. */
export const SMUGGLED: Readonly<Record<string, string>> = {
  'two lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\nINNER',
  'a list of lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 40\r\n\r\nINNER',
  'a length with a sign': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\nINNER',
  'length and chunks':
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nINNER',
  'chunks and length':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\nINNER',
  'an odd encoding': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\nINNER',
  'two encodings':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nINNER',
  'an encoding with a space':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\nINNER',
  'a folded encoding': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\nINNER',
  'a folded length': 'POST / HTTP/1.1\r\nHost: a\r\nX: 1\r\n Content-Length: 40\r\nContent-Length: 0\r\n\r\nINNER',
  'a chunk with an extension':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;\n\r\nx\r\n0\r\n\r\nINNER',
  'a chunk that is too large':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n\r\nINNER',
  'two hosts': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nINNER',
  'a length behind a NUL': 'POST / HTTP/1.1\r\nHost: a\r\nX: \0\r\nContent-Length: 0\r\n\r\nINNER',
  'lines that end in LF': 'POST / HTTP/1.1\nHost: a\nContent-Length: 0\n\nINNER',
  'a body of a GET': 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nINNER',
  'an upgrade': 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nINNER',
  'an upgrade to HTTP/2':
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\nINNER',
  'a tunnel': 'CONNECT model:8080 HTTP/1.1\r\nHost: model:8080\r\n\r\nINNER',
  'an old protocol': 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nINNER',
  'no protocol': 'GET /\r\n\r\nINNER',
};
