import { ApiObject, JsonPatch } from 'cdk8s';
import {
  type EnvironmentProps,
  Guard,
  type IsolationProps,
  KubeObject,
  Peer,
  type Platform,
  type Team,
  Workload,
} from '../../lib';
import { expectRefusal } from '../support';
import { SMALL, useWorkspace } from './workspace';

const PROOFS = '.isolation.json';
const work = useWorkspace();
const network = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] };

type Declared = Readonly<Record<string, (team: Team) => void>>;

/** A platform of two environments in one cluster, and the teams of the first one. */
function platformOf(
  teams: Declared,
  isolation?: IsolationProps,
  more: Record<string, EnvironmentProps> = {},
): Platform {
  const platform = work().platform({ isolation });
  const [staging, ...others] = platform.environments({ staging: { network }, ...more });
  Object.entries(teams).forEach(([name, declare]) => staging!.team(name, SMALL, declare));
  others.forEach(environment => environment.team('fraud', SMALL));
  return platform;
}

const quiet = () => undefined;
const calls = (namespace: string) => (team: Team) => {
  new Workload(team, 'trainer', { program: 'trainer' }).allowTo(Peer.pods({ namespace, ports: [8080] }));
};
const policy = (spec: object) => (team: Team) =>
  void new KubeObject(team, 'mine', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'mine' },
    spec,
  } as ConstructorParameters<typeof KubeObject>[2]);

const GUARDED: EnvironmentProps = { network, guards: [Guard.namespaces()], deployers: [{ user: 'deployer' }] };
const labelled = (role: string) =>
  policy({
    podSelector: {},
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'cdk8s-mlops/role': role } } }] }],
  });
describe('Platform.synth', () => {
  test('writes nothing if one team could call another, and says where, and what to do', () => {
    platformOf({ fraud: quiet, search: quiet }).synth();
    const before = work().content();
    expectRefusal(
      () => platformOf({ fraud: calls('search-staging'), search: quiet }).synth(),
      '[staging/fraud/trainer/policy/policy] spec.egress[1].to[0] of NetworkPolicy fraud-staging/trainer lets pods of ' +
        'fraud-staging with app.kubernetes.io/instance=trainer call every pod of search-staging on TCP 8080; the other ' +
        'side, search-staging, is closed, so the path is half open; remove spec.egress[1] of NetworkPolicy ' +
        'fraud-staging/trainer',
    );
    expect(work().content()).toEqual(before);
  });

  test('names the path that two mistakes open', () => {
    const opened = {
      podSelector: {},
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'fraud' } } }] }],
    };
    expect(() => platformOf({ fraud: calls('search-staging'), search: policy(opened) }).synth()).toThrow(
      'spec.ingress[0].from[0] of NetworkPolicy search-staging/mine (staging/search/mine) lets it in to every pod of ' +
        'search-staging, so the path from fraud-staging to search-staging is open',
    );
  });

  test('isolates environments of one cluster from each other, whatever the team', () => {
    expect(() => platformOf({ fraud: calls('fraud-production') }, {}, { production: { network } }).synth()).toThrow(
      'call every pod of fraud-production on TCP 8080',
    );
  });

  test('knows that a namespace of the same name in another cluster is another one', () => {
    const elsewhere = { server: 'https://production.example.com', network };
    expect(() => platformOf({ fraud: calls('fraud-production') }, {}, { production: elsewhere }).synth()).not.toThrow();
  });

  test('excepts what any environment of the cluster says of its addresses', () => {
    const internet = (team: Team) =>
      new Workload(team, 'trainer', { program: 'trainer' }).allowTo(Peer.hosts({ cidrs: ['0.0.0.0/0'], ports: [443] }));
    expect(() => platformOf({ fraud: internet }).synth()).not.toThrow();
    const more = { production: { network: { ...network, pods: ['10.245.0.0/16'] } } };
    expect(() => platformOf({ fraud: internet }, {}, more).synth()).toThrow(
      'which covers the pods range 10.245.0.0/16',
    );
  });

  test('trusts a namespace that it declares only if it is a mediator', () => {
    const teams = { fraud: calls('features-staging'), features: quiet };
    expect(() => platformOf(teams).synth()).toThrow('half open');
    expect(() => platformOf(teams, { mediators: ['features-staging'] }).synth()).not.toThrow();
  });

  test('trusts labels of the platform only if a guard of the cluster keeps them', () => {
    const teams = { fraud: labelled('gateway'), search: quiet };
    expect(() => platformOf(teams).synth()).toThrow('lets in pods of every namespace');
    expect(() => platformOf(teams, {}, { production: GUARDED }).synth()).not.toThrow();
    const elsewhere = { ...GUARDED, server: 'https://production.example.com' };
    expect(() => platformOf(teams, {}, { production: elsewhere }).synth()).toThrow('lets in pods of every namespace');
  });

  test('takes an object without a namespace for one of the team, as Argo CD does', () => {
    const homeless = (team: Team) =>
      new ApiObject(team, 'mine', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'mine' },
        spec: { podSelector: {}, ingress: [{}] },
      }).addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    expect(() => platformOf({ fraud: homeless, search: quiet }).synth()).toThrow(
      '[staging/fraud/mine] spec.ingress[0] of NetworkPolicy fraud-staging/mine lets in pods of every namespace',
    );
  });

  test('refuses an object of one team that another one declares too, and would replace', () => {
    const replaced = (team: Team) =>
      void new ApiObject(team, 'mine', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'default-deny', namespace: 'fraud-staging' },
        spec: { podSelector: { matchLabels: { app: 'none' } }, policyTypes: ['Ingress', 'Egress'] },
      });
    expectRefusal(
      () => platformOf({ fraud: quiet, search: replaced }).synth(),
      '[staging/search/mine] NetworkPolicy fraud-staging/default-deny is declared by ' +
        'staging/fraud/namespace/default-deny already; remove one of them, or give it another name',
    );
  });

  test('tells of ten rules, and how many there are besides', () => {
    const opened = policy({ podSelector: {}, ingress: [{}] });
    const teams = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`t${index}`, opened]));
    expect(() => platformOf(teams).synth()).toThrow(
      /\n\[Platform\] 2 more rules open a team's network; mend those above first$/,
    );
  });

  test('refuses a policy that the API server would refuse', () => {
    expectRefusal(
      () => platformOf({ fraud: policy({ podSelector: {}, ingress: [{ ports: [{ port: 70000 }] }] }) }).synth(),
      '[staging/fraud/mine: spec.ingress[0].ports[0].port] a port must be a whole number from 1 to 65535, got 70000; a ' +
        'range needs the number of its first port as "port"',
    );
  });
});

describe('Platform.synth of one unit', () => {
  const only = 'staging/fraud';

  test('keeps a line of what was proven of each unit, and changes its own', () => {
    const summary = platformOf({ fraud: quiet, search: calls('gateway') }).synth();
    expect(summary.isolation).toMatchObject({ proven: 2, remembered: 0, unknown: [] });
    expect(summary.isolation.assumptions.map(({ peer, ports }) => `${peer}: ${ports}`)).toEqual([
      'kube-system: UDP 53, TCP 53',
      'gateway: TCP 8080',
    ]);
    const [, fraud, search] = work().read(`dist/${PROOFS}`).split('\n');
    expect(JSON.parse(`{${search}}`)['staging/search'][0]).toEqual({
      name: 'search-staging',
      isolated: ['Ingress', 'Egress'],
      Ingress: [],
      Egress: [{ names: ['gateway', 'kube-system'] }],
    });
    const after = platformOf({ fraud: calls('store'), search: calls('gateway') }).synth({ only });
    expect(after.isolation).toMatchObject({ proven: 1, remembered: 1, unknown: [] });
    const [, changed, ...others] = work().read(`dist/${PROOFS}`).split('\n');
    expect(changed).toBe(fraud!.replace('"kube-system"', '"kube-system","store"'));
    expect(others).toEqual([search, '}', '']);
  });

  test('refuses what opens a team that it does not build', () => {
    platformOf({ fraud: quiet, search: quiet }).synth();
    expect(() => platformOf({ fraud: calls('search-staging'), search: quiet }).synth({ only })).toThrow(
      'call pods of search-staging on TCP 8080; remove spec.egress[1]',
    );
  });

  test('refuses to make a team of a namespace that others reach', () => {
    platformOf({ search: calls('fraud-staging') }).synth();
    expectRefusal(
      () => platformOf({ fraud: quiet, search: calls('fraud-staging') }).synth({ only }),
      '[namespace search-staging] search-staging, as it was last proven, calls fraud-staging, which a team owns now; ' +
        'prove everything again, which names the rule',
    );
  });

  test('trusts no label that was not kept when the other units were proven, or is so no more', () => {
    const teams = { fraud: labelled('gateway'), search: quiet };
    const guarded = { production: GUARDED };
    platformOf({ fraud: quiet, search: quiet }).synth();
    expect(() => platformOf(teams, {}, guarded).synth({ only })).toThrow('lets in pods of search-staging');
    platformOf(teams, {}, guarded).synth();
    expect(() => platformOf(teams, {}, guarded).synth({ only })).not.toThrow();
    expect(() => platformOf(teams).synth({ only: 'staging/search' })).toThrow(
      'fraud-staging, as it was last proven, is called by search-staging',
    );
  });

  test('says of which units nothing was ever proven', () => {
    const summary = platformOf({ fraud: quiet, search: quiet }).synth({ only });
    expect(summary.isolation).toMatchObject({ proven: 1, remembered: 0, unknown: ['staging/search'] });
  });

  test.each(['{', '[]', '{"staging/search": [{"name": 1}]}'])('refuses what it cannot read: %s', text => {
    work().write(`dist/${PROOFS}`, text);
    expectRefusal(
      () => platformOf({ fraud: quiet, search: quiet }).synth({ only }),
      `[${work().dist}/${PROOFS}] what was proven of the other units cannot be read; restore it from Git, or synthesize ` +
        'everything once',
    );
    expect(() => platformOf({ fraud: quiet, search: quiet }).synth()).not.toThrow();
  });
});
