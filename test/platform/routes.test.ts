import { Exposure, KubeObject, ModelApi, ModelRuntime, Peer, SecretSource, type Manifest, type Team } from '../../lib';
import { expectRefusal } from '../support';
import { SMALL, useWorkspace } from './workspace';

const work = useWorkspace();
const peer = Peer.pods({ namespace: 'gateway' });
const certificate = SecretSource.existing('tls');
const runtime = ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2' });

type Declare = (team: Team) => void;

const KINDS = {
  gateway: (host: string, path?: string) =>
    Exposure.gateway({ gateway: { name: 'edge', namespace: 'gateway', sectionName: 'https' }, host, path, peer }),
  istio: (host: string, path?: string) =>
    Exposure.istio({
      gateway: { name: 'edge', namespace: 'gateway' },
      host,
      path,
      peer,
      principals: ['cluster.local/ns/gateway/sa/edge'],
    }),
  ingress: (host: string, path?: string) => Exposure.ingress({ className: 'haproxy', host, path, peer, certificate }),
};

const api =
  (id: string, exposure: Exposure): Declare =>
  team =>
    void new ModelApi(team, id, { model: { name: 'churn', version: 7 }, runtime, exposure });

/** A route that somebody else's construct made. */
const foreign =
  (manifest: Manifest & Record<string, unknown>): Declare =>
  team =>
    void new KubeObject(team, 'foreign', { metadata: {}, apiVersion: '', kind: '', ...manifest });

/** Teams of an environment, with what each declares. */
function platform(teams: Readonly<Record<string, Declare>>, domain?: string, environments = ['staging']) {
  const declared = work().platform();
  const given = Object.fromEntries(environments.map(name => [name, { domain }]));
  for (const environment of declared.environments(given)) {
    Object.entries(teams).forEach(([name, declare]) => environment.team(name, SMALL, declare));
  }
  return declared;
}

describe('a route', () => {
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
  const pairs = kinds.flatMap(one => kinds.map(other => [one, other] as const));
  it.each(pairs)('of one team (%s) is not that of another (%s)', (one, other) => {
    const teams = {
      fraud: api('churn', KINDS[one]('ml.example.com', '/v1')),
      search: api('ranking', KINDS[other]('ML.example.com', '/v1/')),
    };
    expectRefusal(
      () => platform(teams).synth(),
      '[staging/search/ranking/route] https://ml.example.com/v1 is the route of staging/fraud/churn/route already; give one of them another host or path',
    );
  });

  it('belongs to one environment', () => {
    const teams = { fraud: api('churn', KINDS.gateway('churn.example.com')) };
    expectRefusal(
      () => platform(teams, undefined, ['staging', 'production']).synth(),
      '[production/fraud/churn/route] https://churn.example.com/ is the route of staging/fraud/churn/route already; give one of them another host or path',
    );
  });

  it('belongs to one API of a team', () => {
    const exposure = KINDS.gateway('churn.example.com');
    const both: Declare = team => [api('churn', exposure), api('again', exposure)].forEach(declare => declare(team));
    expectRefusal(
      () => platform({ fraud: both }).synth(),
      '[staging/fraud/again/route] https://churn.example.com/ is the route of staging/fraud/churn/route already; give one of them another host or path',
    );
  });

  it('may be one that this library did not make', () => {
    const teams = {
      fraud: api('churn', KINDS.gateway('churn.example.com')),
      search: foreign({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        spec: { rules: [{ host: 'churn.example.com', http: { paths: [{ path: '/' }] } }] },
      }),
    };
    expect(() => platform(teams).synth()).toThrow(
      '[staging/search/foreign] https://churn.example.com/ is the route of staging/fraud/churn/route already',
    );
  });

  it('may lie below another one, or beside it', () => {
    const layouts: Declare = team =>
      [
        api('all', KINDS.gateway('ml.example.com')),
        api('churn', KINDS.gateway('ml.example.com', '/v1/models/churn')),
        api('churn-2', KINDS.gateway('ml.example.com', '/v1/models/churn-2')),
        api('own', KINDS.gateway('own.example.com')),
      ].forEach(declare => declare(team));
    expect(platform({ fraud: layouts }).synth().written).toHaveLength(1);
  });

  it.each([
    ['/v1', '/v1/models'],
    ['/v1/models', '/v1'],
  ])('of Istio (%s) lies beside another one of Istio (%s), not below it', (one, other) => {
    const host = 'ml.example.com';
    const teams = { fraud: api('churn', KINDS.istio(host, one)), search: api('ranking', KINDS.istio(host, other)) };
    expectRefusal(
      () => platform(teams).synth(),
      `[staging/search/ranking/route] https://ml.example.com${other} overlaps https://ml.example.com${one} of staging/fraud/churn/route, and Istio does not say which one wins; choose paths of which none lies below the other, or another host`,
    );
  });

  it('of Istio may have all paths that others have not', () => {
    const layouts: Declare = team =>
      [
        api('all', KINDS.istio('ml.example.com')),
        api('churn', KINDS.istio('ml.example.com', '/v1/models/churn')),
        api('churn-2', KINDS.istio('ml.example.com', '/v1/models/churn-2')),
        api('own', KINDS.istio('own.example.com', '/v1')),
      ].forEach(declare => declare(team));
    expect(platform({ fraud: layouts }).synth().written).toHaveLength(1);
  });

  it('is compared with those of its own unit alone when only that is synthesized', () => {
    const teams = {
      fraud: api('churn', KINDS.gateway('ml.example.com')),
      search: api('ranking', KINDS.gateway('ml.example.com')),
    };
    expect(platform(teams).synth({ only: 'staging/search' }).written).toHaveLength(1);
  });
});

describe('the host of a route', () => {
  const synth = (host: string, domain?: string) =>
    platform({ fraud: api('churn', KINDS.gateway(host)) }, domain).synth();

  it.each(['churn.staging.example.com', 'a.b.Staging.example.com', 'staging.example.com'])(
    'may be "%s" in staging.example.com',
    host => expect(synth(host, 'staging.example.com').written).toHaveLength(1),
  );

  it.each(['churn.example.com', 'churn.production.example.com', 'evilstaging.example.com'])(
    'is not "%s" in staging.example.com',
    host =>
      expectRefusal(
        () => synth(host, 'staging.example.com'),
        `[staging/fraud/churn/route] the host "${host}" is not below "staging.example.com", the domain of the environment; write it with environment.domain: \`churn.\${environment.domain}\``,
      ),
  );

  it('is free where the environment has no domain', () => {
    expect(synth('churn.example.net').written).toHaveLength(1);
  });
});
