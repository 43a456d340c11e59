import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { App } from 'cdk8s';
import {
  ApiAuth,
  ClusterNetwork,
  Jwks,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  SecretSource,
  SecretTemplate,
  type JwtProps,
  type NetworkPeer,
} from '../../lib';
import { chartIn, expectRefusal, find } from '../support';

const secret = SecretSource.existing('churn-clients');
const issuerKey = publicJwk('ec', { namedCurve: 'P-256' });
const issuerKeys = JSON.stringify({ keys: [issuerKey] });
const token = { issuer: 'https://issuer.example.com', audiences: ['churn'], jwks: Jwks.inline(issuerKeys) };
const decider = Peer.pods({ namespace: 'access', ports: [8080] });
const service = { url: 'http://decider.access.svc:8080/check', peer: decider };

/** A public key that somebody could sign with. */
function publicJwk(kind: string, options: object = {}): Record<string, string> {
  const generate = generateKeyPairSync as unknown as (kind: string, options: object) => { publicKey: KeyObject };
  const { kty, crv, n, e, x, y } = generate(kind, options).publicKey.export({ format: 'jwk' });
  return JSON.parse(JSON.stringify({ kty, crv, n, e, x, y }));
}

/** An API in a chart of its own: its proxy's configuration, pods and network policy. */
function api(auth: ApiAuth, chart = chartIn('fraud')) {
  new ModelApi(chart, 'churn', {
    model: { name: 'churn', version: 7 },
    runtime: ModelRuntime.container({ image: 'registry.example.com/pricing:2.3.0' }),
    source: ModelSource.image(),
    auth,
  });
  const { spec } = find(chart, 'Deployment/churn').spec.template;
  const proxy = spec.initContainers.find(({ name }: any) => name === 'proxy');
  return {
    spec,
    proxy,
    text: JSON.stringify(JSON.parse(find(chart, 'ConfigMap/churn-proxy').data['bootstrap.json'])),
    egress: find(chart, 'NetworkPolicy/churn').spec.egress.slice(1),
  };
}

/** Configuration of the filter with that name. */
function filter(text: string, name: string): any {
  const [listener] = JSON.parse(text).static_resources.listeners;
  return listener.filter_chains[0].filters[0].typed_config.http_filters.find((one: any) => one.name === name);
}

describe('ApiAuth', () => {
  it.each([
    ['apiKeys', ApiAuth.apiKeys(secret), 'clients.yaml'],
    ['basic', ApiAuth.basic(secret), 'users.yaml'],
    ['jwt with a Secret', ApiAuth.jwt({ ...token, jwks: Jwks.secret(secret) }), 'jwks.json'],
  ])('%s mounts one key of the Secret in the proxy alone', (_, auth, key) => {
    const { spec, proxy } = api(auth);
    const volume = spec.volumes.find(({ secret }: any) => secret?.secretName === 'churn-clients');
    expect(volume.secret.items).toEqual([{ key, path: key }]);
    expect(proxy.volumeMounts.filter(({ name }: any) => name === volume.name)).toMatchObject([{ readOnly: true }]);
    expect(JSON.stringify(spec.containers)).not.toContain(volume.name);
  });

  it.each([
    ['apiKeys', (source: SecretSource) => ApiAuth.apiKeys(source), 'clients.yaml'],
    ['basic', (source: SecretSource) => ApiAuth.basic(source), 'users.yaml'],
    ['jwt', (source: SecretSource) => ApiAuth.jwt({ ...token, jwks: Jwks.secret(source) }), 'jwks.json'],
    ['external', (source: SecretSource) => ApiAuth.external({ ...service, authority: source }), 'ca.crt'],
  ])('%s tells a source of Secrets which key it needs', (_, auth, key) => {
    const chart = chartIn('fraud');
    const template = new SecretTemplate(chart, 'credentials');
    api(auth(template), chart);
    expect(Object.keys(template.keys)).toEqual([key]);
    expect(template.text).toContain('<');
  });

  it.each([
    ['apiKeys', ApiAuth.apiKeys(secret, { clients: ['web', 'batch'] })],
    ['basic', ApiAuth.basic(secret, { clients: ['web', 'batch'] })],
    ['jwt', ApiAuth.jwt({ ...token, clients: ['web', 'batch'] })],
    ['external', ApiAuth.external({ ...service, clients: ['web', 'batch'] })],
  ])('%s names the clients that may call', (_, auth) => {
    expect(auth.clients).toEqual(['web', 'batch']);
    const { ids } = filter(api(auth).text, 'named-clients').typed_config.rules.policies['named-clients'].principals[0]
      .and_ids;
    expect(ids[1].or_ids.ids.map(({ header }: any) => header.string_match.exact)).toEqual(['web', 'batch']);
  });

  it('asks for nobody in particular by default, but for a name', () => {
    const { ids } = filter(api(ApiAuth.basic(secret)).text, 'named-clients').typed_config.rules.policies[
      'named-clients'
    ].principals[0].and_ids;
    expect(ids).toEqual([{ header: { name: 'x-client-name', string_match: { safe_regex: expect.anything() } } }]);
  });

  it.each([
    ['apiKeys', (clients: string[]) => ApiAuth.apiKeys(secret, { clients })],
    ['basic', (clients: string[]) => ApiAuth.basic(secret, { clients })],
    ['jwt', (clients: string[]) => ApiAuth.jwt({ ...token, clients })],
    ['external', (clients: string[]) => ApiAuth.external({ ...service, clients })],
  ])('%s refuses clients that could never call', (kind, auth) => {
    for (const wrong of ['a b', 'a,b', '', '-a', 'a\nb', 'ä']) {
      expectRefusal(
        () => auth(['web', wrong]),
        `[ApiAuth.${kind}] ${JSON.stringify(wrong)} cannot name a client; use letters, digits and . _ @ : | / + = ~ -, starting with a letter or digit`,
      );
    }
    expectRefusal(
      () => auth([]),
      `[ApiAuth.${kind}] clients is empty, so nobody could call; name the clients, or leave it out for all that have credentials`,
    );
  });

  it('takes the names that identities have', () => {
    const clients = ['web', 'a@example.com', 'system:serviceaccount:fraud:web', 'auth0|5', 'spiffe://cluster/ns/a'];
    expect(ApiAuth.basic(secret, { clients }).clients).toEqual(clients);
  });

  it.each(['', '  ', undefined as never, null as never, 7 as never])('none refuses the reason %j', reason => {
    expectRefusal(
      () => ApiAuth.none(reason),
      "[ApiAuth.none] an API that everybody may call needs a reason; say why, for example ApiAuth.none('only the gateway can reach it, and it authenticates')",
    );
  });

  it('none says why, and asks nobody', () => {
    const auth = ApiAuth.none('the gateway authenticates');
    expect(auth.openBecause).toBe('the gateway authenticates');
    expect(filter(api(auth).text, 'named-clients')).toBeUndefined();
  });
});

describe('ApiAuth.jwt', () => {
  it('wants tokens that expire, from one header, and names the client by the claim sub', () => {
    const { issuer } = filter(api(ApiAuth.jwt(token)).text, 'tokens').typed_config.providers;
    expect(issuer).toEqual({
      issuer: 'https://issuer.example.com',
      audiences: ['churn'],
      local_jwks: { inline_string: issuerKeys },
      require_expiration: true,
      from_headers: [{ name: 'authorization', value_prefix: 'Bearer ' }],
      claim_to_headers: [{ header_name: 'x-client-name', claim_name: 'sub' }],
    });
  });

  it('opens the way to a remote key set, and to nothing else', () => {
    const peer = Peer.pods({ namespace: 'keycloak', ports: [8443] });
    const jwks = Jwks.remote({ url: 'https://keycloak.example.com/certs', peer, authority: secret });
    const { egress, text, proxy } = api(ApiAuth.jwt({ ...token, jwks }));
    expect(egress.flatMap(({ ports }: any) => ports)).toEqual([{ port: 8443, protocol: 'TCP' }]);
    expect(text).toContain('"exact":"keycloak.example.com"');
    expect(text).toContain('"filename":"/etc/envoy-authority/ca.crt"');
    expect(proxy.volumeMounts).toContainEqual({
      name: 'proxy-authority',
      mountPath: '/etc/envoy-authority',
      readOnly: true,
    });
    expect(api(ApiAuth.jwt(token)).egress).toEqual([]);
  });

  it('trusts what browsers trust by default', () => {
    const jwks = Jwks.remote({ url: 'https://issuer.example.com/certs', peer: decider });
    expect(api(ApiAuth.jwt({ ...token, jwks })).text).toContain('"filename":"/etc/ssl/certs/ca-certificates.crt"');
  });

  it.each([
    [
      { issuer: 'http://issuer.example.com' },
      'issuer must start with "https://", got "http://issuer.example.com"; copy it from the claim "iss" of a token',
    ],
    [{ issuer: 'issuer' }, 'issuer must start with "https://", got "issuer"; copy it from the claim "iss" of a token'],
    [
      { audiences: [] },
      "audiences is empty; name whom tokens are for: else the issuer's tokens for any other service would open this one",
    ],
    [
      { audiences: ['churn', ' '] },
      "an audience is empty; name whom tokens are for: else the issuer's tokens for any other service would open this one",
    ],
    [{ clientClaim: '' }, 'clientClaim "" names no claim; leave it out for "sub"'],
    [{ clientClaim: 'a..b' }, 'clientClaim "a..b" names no claim; leave it out for "sub"'],
    [
      { claims: { realm: { roles: [] } } },
      'the claim "realm.roles" is required to be nothing; name the values of which one is enough, or leave the claim out',
    ],
    [
      { claims: { team: '' } },
      'the claim "team" is required to be nothing; name the values of which one is enough, or leave the claim out',
    ],
  ])('refuses %j', (wrong, message) => {
    expectRefusal(() => ApiAuth.jwt({ ...token, ...wrong }), `[ApiAuth.jwt] ${message}`);
  });

  it.each<[unknown, string]>([
    [{}, 'claims are required to be nothing'],
    [{ realm_access: {} }, 'the claim "realm_access" is required to be nothing'],
    [{ realm: { access: {} } }, 'the claim "realm.access" is required to be nothing'],
    [{ team: ['fraud', ''] }, 'the claim "team" is required to be nothing'],
    [null, 'claims must be an object, got null'],
    ['team', 'claims must be an object, got "team"'],
    [['team'], 'claims must be an object, got ["team"]'],
    ...[undefined, null, 7, true, ['fraud', 7], [['fraud']]].map((wrong): [unknown, string] => [
      { team: 'fraud', realm: { roles: wrong } },
      `the claim "realm.roles" must be a text, a list of texts or an object, got ${JSON.stringify(wrong)}`,
    ]),
  ])('refuses the claims %j, which would let in more than was meant', (claims, problem) => {
    const remedy = problem.includes('nothing')
      ? 'name the values of which one is enough, or leave the claim out'
      : 'write claims in the shape that the token has, each value as a text';
    expectRefusal(
      () => ApiAuth.jwt({ ...token, claims: claims as JwtProps['claims'] }),
      `[ApiAuth.jwt] ${problem}; ${remedy}`,
    );
  });

  it.each([
    [{ '': 'fraud' }, 'claims hold'],
    [{ realm: { '': 'fraud' } }, 'the claim "realm" holds'],
  ])('refuses the claims %j, with which Envoy does not start', (claims, whose) => {
    expectRefusal(
      () => ApiAuth.jwt({ ...token, claims }),
      `[ApiAuth.jwt] ${whose} one without a name; name each claim as the token has it`,
    );
  });
});

describe('Jwks', () => {
  const inline = (text: string) => () => Jwks.inline(text);

  it('refuses a text that is no key set', () => {
    expectRefusal(
      inline('{"keys"'),
      `[Jwks.inline] the key set is no JSON; give the text of the issuer's key set, as it stands at its jwks_uri`,
    );
    for (const text of ['{}', '[]', 'null', '"a"', '{"keys":[]}', '{"keys":{}}']) {
      expectRefusal(
        inline(text),
        '[Jwks.inline] the key set has no list "keys" with a key in it; write {"keys":[{"kty":"RSA",…}]}',
      );
    }
  });

  const rsa = publicJwk('rsa', { modulusLength: 2048 });
  const keys = (...all: unknown[]) => inline(JSON.stringify({ keys: all }));
  const inlined = (...all: unknown[]) =>
    JSON.parse(
      (Jwks.inline(JSON.stringify({ keys: all })).connect(undefined as never, undefined as never) as any).keys
        .local_jwks.inline_string,
    ).keys;

  it('takes every kind of key that Envoy verifies with', () => {
    const all = [
      { ...rsa, kid: 'a', use: 'sig', alg: 'PS256' },
      { ...publicJwk('ec', { namedCurve: 'P-256' }), kid: 'b', alg: 'ES256' },
      { ...publicJwk('ec', { namedCurve: 'P-384' }), kid: 'c' },
      { ...publicJwk('ec', { namedCurve: 'P-521' }), use: 'sig' },
      publicJwk('ed25519'),
    ];
    expect(inlined(...all)).toEqual(all);
  });

  it('lets nothing of a key into the manifest but its public parts', () => {
    expect(inlined({ ...issuerKey, pem: 'hush', x5c: ['hush'] })).toEqual([issuerKey]);
  });

  const kinds = 'RSA, EC P-256, EC P-384, EC P-521, OKP Ed25519';
  const out = 'leave it out: Envoy verifies no token with it';
  const whole = 'copy the key whole, as the issuer publishes it';
  const damaged = { ...publicJwk('ec', { namedCurve: 'P-256' }), x: issuerKey['x'] };
  const even = () => {
    const n = Buffer.from(rsa['n']!, 'base64url');
    n[n.length - 1]! &= 0xfe;
    return n.toString('base64url');
  };
  it.each<[what: string, key: unknown, message: string]>([
    ['nothing', null, `must be ${kinds}, got "kty" undefined, "crv" undefined; ${out}`],
    ['a kind in small letters', { ...rsa, kty: 'rsa' }, `must be ${kinds}, got "kty" "rsa", "crv" undefined; ${out}`],
    [
      'a secret key without its secret',
      { kty: 'oct', alg: 'HS256' },
      `must be ${kinds}, got "kty" "oct", "crv" undefined; ${out}`,
    ],
    [
      'an unknown curve',
      publicJwk('ec', { namedCurve: 'secp256k1' }),
      `must be ${kinds}, got "kty" "EC", "crv" "secp256k1"; ${out}`,
    ],
    ['a key for exchange', publicJwk('x25519'), `must be ${kinds}, got "kty" "OKP", "crv" "X25519"; ${out}`],
    [
      'a key for encryption',
      { ...rsa, use: 'enc', alg: 'RSA-OAEP' },
      'is for "enc", not for signatures; give the keys with the "use" "sig" alone',
    ],
    [
      'another algorithm',
      { ...rsa, alg: 'RSA-OAEP' },
      'has "alg" "RSA-OAEP", which Envoy knows no RSA key for; give keys for RS256, RS384, RS512, PS256, PS384, PS512 alone',
    ],
    [
      'the algorithm of another curve',
      { ...issuerKey, alg: 'ES384' },
      'has "alg" "ES384", which Envoy knows no EC P-256 key for; give keys for ES256 alone',
    ],
    [
      'an id that is no text',
      { ...rsa, kid: 7 },
      'must have a text as "kid", got 7; write it between quotes, as tokens have it',
    ],
    ['no modulus', { kty: 'RSA', e: 'AQAB' }, `has no "n" in base64url; ${whole}`],
    ['a point without y', { ...issuerKey, y: undefined }, `has no "y" in base64url; ${whole}`],
    ['another alphabet', { ...rsa, n: `+/${rsa['n']!.slice(2)}` }, `has no "n" in base64url; ${whole}`],
    ['padding', { ...rsa, e: 'Aw==' }, `has no "e" in base64url; ${whole}`],
    ['a point off its curve', damaged, `is damaged: its numbers make no key; ${whole}`],
    ['half of a point', { ...publicJwk('ed25519'), x: 'AAAA' }, `is damaged: its numbers make no key; ${whole}`],
    ['an even modulus', { ...rsa, n: even() }, `is damaged: its numbers make no key; ${whole}`],
    [
      'a short key',
      publicJwk('rsa', { modulusLength: 1024 }),
      'must have 2048 to 16384 bits, got 1024; have the issuer sign with a key that is safe',
    ],
    [
      'a key that is too long',
      { ...rsa, n: Buffer.concat([Buffer.from([1]), randomBytes(2047), Buffer.from([1])]).toString('base64url') },
      'must have 2048 to 16384 bits, got 16385; have the issuer sign with a key that is safe',
    ],
    [
      'an exponent of its own',
      { ...rsa, e: 'BQ' },
      'must have the exponent 3 or 65537, got 5; have the issuer sign with another key',
    ],
  ])('refuses %s, by the number of the key and its name', (_, key, message) => {
    expectRefusal(keys(issuerKey, key), `[Jwks.inline] key 2 of the set ${message}`);
    if (key !== null && typeof (key as { kid?: unknown }).kid !== 'number') {
      expectRefusal(keys({ ...(key as object), kid: 'b' }), `[Jwks.inline] key 1 of the set ("b") ${message}`);
    }
  });

  it('refuses two keys of one name', () => {
    expectRefusal(
      keys({ ...rsa, kid: 'a' }, issuerKey, { ...issuerKey, kid: 'a' }),
      '[Jwks.inline] key 3 of the set ("a") has the "kid" of key 1; give each key once, under a "kid" of its own',
    );
  });

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('refuses a key with "%s" without repeating it', part => {
    expectRefusal(
      keys({ ...rsa, kid: 'a', [part]: 'hush' }),
      `[Jwks.inline] key 1 of the set ("a") has "${part}", with which anybody could sign tokens; give the public keys only, and replace this one: it has been shown`,
    );
  });

  it('refuses a name that no ConfigMap can have', () => {
    expectRefusal(
      () => Jwks.configMap('A'),
      '[Jwks.configMap] "A" cannot name a ConfigMap; use lower-case letters, digits, "-" and "."',
    );
  });

  it.each([
    ['issuer', 'url must be a URL, got "issuer"; write "https://<host>/<path>"'],
    [
      'http://issuer.example.com/keys',
      'url must start with "https://", got "http://issuer.example.com/keys"; whoever stands between could hand out keys of their own: use TLS, with authority if the certificate is private',
    ],
    [
      'ftp://issuer.example.com/keys',
      'url must start with "https://", got "ftp://issuer.example.com/keys"; nothing but HTTP is spoken there',
    ],
    [
      'http://keycloak.sso.svc/keys',
      'url must start with "https://", got "http://keycloak.sso.svc/keys"; whoever stands between could hand out keys of their own: use TLS, with authority if the certificate is private',
    ],
    [
      'https://user:hush@issuer.example.com/',
      'url holds a name or password, which would stand in a ConfigMap; remove it from the URL',
    ],
    [
      'https://203.0.113.7/keys',
      'url must name a host, got "203.0.113.7"; use a DNS name, which the certificate of the server has too',
    ],
  ])('refuses the URL %s', (url, message) => {
    expectRefusal(() => Jwks.remote({ url, peer: decider }), `[Jwks.remote] ${message}`);
  });
});

describe('ApiAuth.external', () => {
  it('shows the service the header Authorization and fails closed, by default', () => {
    const { text, egress } = api(ApiAuth.external(service));
    const config = filter(text, 'envoy.filters.http.ext_authz').typed_config;
    expect(config).toMatchObject({
      http_service: {
        server_uri: { uri: 'http://decider.access.svc:8080/check', timeout: '2s' },
        path_prefix: '/check',
      },
      allowed_headers: { patterns: [{ exact: 'authorization', ignore_case: true }] },
      status_on_error: { code: 'ServiceUnavailable' },
    });
    expect(config).not.toHaveProperty('failure_mode_allow');
    expect(egress.flatMap(({ ports }: any) => ports)).toEqual([{ port: 8080, protocol: 'TCP' }]);
    expect(text).not.toContain('transport_socket');
  });

  it('takes every prop', () => {
    const auth = ApiAuth.external({
      url: 'https://decider.example.com',
      peer: decider,
      headers: ['cookie'],
      clientHeader: 'x-auth-request-email',
      timeoutSeconds: 5,
      authority: secret,
      clients: ['web'],
    });
    const { text } = api(auth);
    const config = filter(text, 'envoy.filters.http.ext_authz').typed_config;
    expect(config.http_service).toMatchObject({ server_uri: { timeout: '5s' } });
    expect(config.http_service).not.toHaveProperty('path_prefix');
    expect(config.disallowed_headers).toEqual({ patterns: [{ exact: 'authorization', ignore_case: true }] });
    expect(text).toContain('%DYNAMIC_METADATA(envoy.filters.http.ext_authz:x-auth-request-email)%');
    expect(text).toContain('"sni":"decider.example.com"');
    expect(text).toContain('"request_headers_to_remove":["cookie","x-mlops-chunked"]');
  });

  it.each([
    [
      { url: 'http://decider.access.svc/?a=1' },
      'url cannot have a query, got "http://decider.access.svc/?a=1"; the path of each request follows it',
    ],
    [
      { headers: [] },
      'headers is empty, so the service could not tell callers apart; name the headers that hold credentials, for example "authorization" or "cookie"',
    ],
    [
      { headers: ['host'] },
      '"host" is the proxy\'s own; name the headers that hold credentials, for example "authorization" or "cookie"',
    ],
    [{ headers: ['Cookie'] }, '"Cookie" cannot name a header; write it in lower case, without ":" and "_"'],
    [{ clientHeader: 'a%b' }, '"a%b" cannot name a header; write it in lower case, without ":" and "_"'],
    [{ clientHeader: 'a b' }, '"a b" cannot name a header; write it in lower case, without ":" and "_"'],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds must be a whole number of at least 1, got 0; write 1 or a greater one'],
  ])('refuses %j', (wrong, message) => {
    expectRefusal(() => ApiAuth.external({ ...service, ...wrong }), `[ApiAuth.external] ${message}`);
  });

  /** A chart in a cluster whose addresses and names are known. */
  function known(domain?: string) {
    const app = new App();
    const network = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'], domain };
    new ClusterNetwork(app, network);
    return chartIn('fraud', app);
  }

  it.each([
    [undefined, 'decider.access.svc'],
    [undefined, 'decider.access.svc.cluster.local'],
    ['corp.example.com', 'decider.access.svc'],
    ['corp.example.com', 'decider.access.svc.corp.example.com'],
  ])('calls a Service of the cluster %s in clear text: %s', (domain, host) => {
    const { text } = api(ApiAuth.external({ ...service, url: `http://${host}:8080` }), known(domain));
    expect(text).toContain(`"address":"${host}","port_value":8080`);
  });

  it.each([
    [undefined, 'decider.example.com'],
    [undefined, 'decider.access.svc.example.com'],
    [undefined, 'svc'],
    [undefined, 'a.svc.cluster.local.example.com'],
    [undefined, 'decider.access.svc.corp.example.com'],
    ['corp.example.com', 'decider.access.svc.cluster.local'],
  ])('calls nobody else in clear text: cluster %s, %s', (domain = 'cluster.local', host) => {
    expectRefusal(
      () => api(ApiAuth.external({ ...service, url: `http://${host}/` }), known(domain)),
      `[fraud/churn/server] url of ApiAuth.external must start with "https://", got "http://${host}"; only a Service of the cluster (….svc or ….svc.${domain}) may be called by "http://"`,
    );
  });

  it('calls no port of an address that its peer does not have', () => {
    const asking = (url: string, peer: NetworkPeer) => () => api(ApiAuth.external({ url, peer }), known());
    const hosts = (...ports: number[]) => Peer.hosts({ cidrs: ['203.0.113.0/24'], ports });
    expectRefusal(
      asking('https://decider.example.com:9001', hosts(8080, 443)),
      '[fraud/churn/server] url of ApiAuth.external calls port 9001 of decider.example.com, and its peer listens on 8080, 443; name the port of the URL in the peer: ports: [9001]',
    );
    expect(asking('https://decider.example.com', hosts(8080, 443))).not.toThrow();
    // A Service may have another port than its pods.
    expect(asking('http://decider.access.svc:9001', decider)).not.toThrow();

    const jwks = Jwks.remote({ url: 'https://issuer.example.com/keys', peer: hosts(8443) });
    expectRefusal(
      () => api(ApiAuth.jwt({ ...token, jwks }), known()),
      '[fraud/churn/server] url of Jwks.remote calls port 443 of issuer.example.com, and its peer listens on 8443; name the port of the URL in the peer: ports: [443]',
    );
  });
});
