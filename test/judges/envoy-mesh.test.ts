import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as plainRequest, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TeamMesh, Workload, type MeshDenial } from '../../lib';
import { IDENTITY_HEADERS } from '../../lib/core/identity-headers';
import { chartIn, find } from '../support';
import { envoyProgram } from './envoy/program';
import { describeJudged } from './judge';
import { freePort, until } from './mlflow/servers';

const GATEWAY = 'cluster.local/ns/istio-ingress/sa/istio-ingress';
const OWN = 'cluster.local/ns/fraud/sa/churn';
const FOREIGN = 'cluster.local/ns/search/sa/mlflow';

/**
 * The RBAC filter that an AuthorizationPolicy means: what is refused is who has none of the names. This is our reading
 * of Istio's page, since istiod is not here to make it.
 */
function rbacOf({ spec }: Pick<MeshDenial, 'spec'>): object {
  const [rule] = spec.rules;
  const names = rule!.from[0]!.source.notPrincipals.map(name => ({
    authenticated: { principal_name: { exact: `spiffe://${name}` } },
  }));
  return {
    name: 'envoy.filters.http.rbac',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC',
      rules: {
        action: spec.action,
        policies: { team: { permissions: [{ any: true }], principals: [{ not_id: { or_ids: { ids: names } } }] } },
      },
    },
  };
}

const found = envoyProgram();

describeJudged('Envoy, by the AuthorizationPolicy of a team', 'missing' in found ? found.missing : undefined, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-'));
  const file = (name: string) => join(folder, name);
  const seen: unknown[] = [];
  let model: Server;
  let proxies: readonly { readonly child: ChildProcess; readonly port: number }[];

  /** A certificate with these identities, as istiod would sign it. */
  function certify(name: string, identities: readonly string[]): void {
    const names = identities.map(identity => `URI:spiffe://${identity}`).join(',') || 'DNS:nobody';
    const leaf = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    const signer = name === 'ca' ? [] : ['-CA', file('ca.crt'), '-CAkey', file('ca.key')];
    const extension =
      name === 'ca' ? [] : ['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=CA:FALSE'];
    const output = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`), '-subj', `/CN=${name}`];
    const { status, stderr } = spawnSync('openssl', [...leaf, ...signer, ...extension, ...output], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, expect.anything()]);
  }

  async function start(filters: readonly object[]) {
    const [port, admin] = [await freePort(), await freePort()];
    const at = (number: number) => ({ socket_address: { address: '127.0.0.1', port_value: number } });
    const router = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';
    const pem = (name: string) => ({ filename: file(name) });
    const tls = {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      // What PeerAuthentication calls STRICT.
      require_client_certificate: true,
      common_tls_context: {
        tls_certificates: [{ certificate_chain: pem('own.crt'), private_key: pem('own.key') }],
        validation_context: { trusted_ca: pem('ca.crt') },
      },
    };
    const manager = {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: 'mesh',
      http_filters: [...filters, { name: 'router', typed_config: { '@type': router } }],
      route_config: {
        virtual_hosts: [
          { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'model' } }] },
        ],
      },
    };
    const endpoint = { address: at((model.address() as AddressInfo).port) };
    const bootstrap = {
      admin: { address: at(admin) },
      static_resources: {
        listeners: [
          {
            name: 'inbound',
            address: at(port),
            filter_chains: [
              {
                filters: [{ name: 'http', typed_config: manager }],
                transport_socket: { name: 'tls', typed_config: tls },
              },
            ],
          },
        ],
        clusters: [
          {
            name: 'model',
            type: 'STATIC',
            load_assignment: { cluster_name: 'model', endpoints: [{ lb_endpoints: [{ endpoint }] }] },
          },
        ],
      },
    };
    const config = file(`envoy-${port}.json`);
    writeFileSync(config, JSON.stringify(bootstrap));
    const args = ['-c', config, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'error'];
    const child = spawn((found as { program: string }).program, args, { stdio: 'ignore' });
    await until('Envoy is ready', () =>
      statusOf(plainRequest({ port: admin, path: '/ready' })).then(code => code === 200),
    );
    return { child, port };
  }

  const statusOf = (sent: ReturnType<typeof request>): Promise<number | string> =>
    new Promise(resolve => {
      sent.once('response', answer => {
        answer.resume();
        resolve(answer.statusCode!);
      });
      sent.once('error', () => resolve('no connection'));
      sent.end();
    });

  function call(proxy: number, certificate: string | undefined, headers: Record<string, string> = {}) {
    const keys = certificate && {
      cert: readFileSync(file(`${certificate}.crt`)),
      key: readFileSync(file(`${certificate}.key`)),
    };
    return statusOf(request({ port: proxies[proxy]!.port, headers, rejectUnauthorized: false, agent: false, ...keys }));
  }

  beforeAll(async () => {
    certify('ca', []);
    certify('own', [OWN]);
    certify('gateway', [GATEWAY]);
    certify('foreign', [FOREIGN]);
    certify('alike', [`${OWN}-other`]);
    certify('elsewhere', [OWN.replace('cluster.local', 'other.local')]);
    certify('nobody', []);
    const chart = chartIn('fraud');
    new Workload(chart, 'churn', { program: 'model-api', ports: [8080] });
    new TeamMesh(chart, 'mesh', { callers: [GATEWAY] });
    model = createServer((asked, answer) => {
      seen.push(asked.headers);
      answer.end();
    });
    await new Promise<void>(resolve => model.listen(0, '127.0.0.1', resolve));
    proxies = [await start([rbacOf(find(chart, 'AuthorizationPolicy/team-only'))]), await start([])];
  }, 120_000);
  afterAll(() => {
    proxies.forEach(({ child }) => child.kill('SIGKILL'));
    model.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => (seen.length = 0));

  test.each(['own', 'gateway'])('lets in %s', async caller => {
    expect(await call(0, caller)).toBe(200);
    expect(seen).toHaveLength(1);
  });

  test.each(['foreign', 'alike', 'elsewhere', 'nobody'])(
    'keeps out %s, whom the mesh alone would let in',
    async caller => {
      expect([await call(0, caller), seen.length]).toEqual([403, 0]);
      expect(await call(1, caller)).toBe(200);
    },
  );

  test.each(IDENTITY_HEADERS)('keeps out another team that says by %s that it is this one', async header => {
    const said = header === 'x-forwarded-client-cert' ? `URI=spiffe://${OWN}` : OWN;
    expect([await call(0, 'foreign', { [header]: said }), seen.length]).toEqual([403, 0]);
  });

  test('keeps out who has no certificate, and who speaks no TLS', async () => {
    expect(await call(0, undefined)).toBe('no connection');
    expect(await statusOf(plainRequest({ port: proxies[0]!.port }))).toBe('no connection');
    expect(seen).toEqual([]);
  });
});
