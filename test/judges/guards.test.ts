import { App, Chart } from 'cdk8s';
import { ClusterGuards, Guard } from '../../lib';
import { ControlPlane, type Answer } from './control-plane';
import { ARGO_CD, LAB, REFUSED, TAKEN, TENANT, type Request } from './guard-requests';
import { guardedReference, trackedBy } from './guarded';
import { describeJudged } from './judge';
import type { Manifest } from './manifests';
import { noDefinitions, noTestbed, TESTBED } from './testbed';

const missing = noTestbed ?? noDefinitions;

describeJudged('the API server with guards', missing, () => {
  const units = guardedReference();
  const teams = Object.keys(units).filter(name => /^(staging|production)\//.test(name));
  const guards = Object.keys(units).filter(name => name.startsWith('guards/'));
  let controlPlane: ControlPlane;
  const unguarded = new Map<object, Answer>();

  /** Asks what would come of a request. */
  function ask({ verb = 'apply', object, user = TENANT }: Request): Answer {
    const flags = verb === 'apply' ? ['--server-side', '--force-conflicts', '--field-manager=probe'] : [];
    return controlPlane.kubectl([verb, '--dry-run=server', `--as=${user}`, ...flags], [object]);
  }

  /** Applies a unit as Argo CD would: the bare namespace, the hooks, the rest. */
  function sync(unit: string): Answer[] {
    const objects = trackedBy(unit.replace('/', '-'), units[unit]!);
    const isHook = ({ metadata }: Manifest) =>
      'argocd.argoproj.io/hook' in ((metadata as { annotations?: object }).annotations ?? {});
    const [namespace] = objects.filter(({ kind }) => kind === 'Namespace');
    const as = `--as=${ARGO_CD}`;
    return [
      controlPlane.kubectl(['create', 'namespace', namespace!.metadata.name, as]),
      controlPlane.apply(objects.filter(isHook), as),
      controlPlane.apply([namespace!], as, '--force-conflicts'),
      controlPlane.apply(objects, as),
    ];
  }

  beforeAll(() => {
    controlPlane = new ControlPlane(TESTBED);
    controlPlane.start();
    const wanted = /(gateway\.networking\.k8s|networking\.istio)\.io\.yaml$/;
    controlPlane.define(file => wanted.test(file));
    const admins = [TENANT, ARGO_CD].map(name => ({
      kind: 'User',
      apiGroup: 'rbac.authorization.k8s.io',
      name,
    }));
    const powerful = controlPlane.kubectl(
      ['apply', '--server-side'],
      [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name: 'powerful' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
          subjects: admins,
        },
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: LAB } },
      ],
    );
    expect(powerful.errors).toBe('');
    for (const answer of sync('staging/fraud')) {
      expect(answer.errors).toBe('');
    }
    controlPlane.kubectl(['wait', '--for=jsonpath={.metadata.name}=default', 'serviceaccount/default', '-n', LAB]);
    Object.values(REFUSED)
      .flat()
      .forEach(request => unguarded.set(request, ask(request)));

    const lab = new Chart(new App(), 'lab');
    new ClusterGuards(lab, 'lab', {
      teams: [{ team: 'lab', namespace: LAB }],
      deployers: ['platform-engineers'],
      guards: [Guard.nodes(), Guard.services()],
    });
    expect(controlPlane.apply([...guards.flatMap(name => units[name]!), ...lab.toJson()]).errors).toBe('');
    expect(takesEffect()).toBe(true);
  }, 480_000);
  afterAll(() => controlPlane.stop(), 30_000);

  /** A policy counts a moment after it was accepted. */
  function takesEffect(): boolean {
    // The first and the last request of a guard meet different policies, if it has two.
    const ends = Object.values(REFUSED).flatMap(requests => [requests[0]!, requests.at(-1)!]);
    const deadline = Date.now() + 5_000;
    while (Date.now() < deadline) {
      if (ends.every(request => !ask(request).ok)) {
        return true;
      }
    }
    return false;
  }

  test('finds nothing to say against the types in the expressions', () => {
    const path = '{range .items[*]}{.metadata.name}{" "}{.status.typeChecking.expressionWarnings}{"\\n"}{end}';
    const wait = ['wait', '--for=jsonpath={.status.observedGeneration}', 'validatingadmissionpolicy', '--all'];
    expect(controlPlane.kubectl([...wait, '--timeout=30s'])).toMatchObject({ ok: true });
    const { output } = controlPlane.kubectl(['get', 'validatingadmissionpolicy', '-o', `jsonpath=${path}`]);
    expect(output.trim().split('\n')).toHaveLength(2 * 7 + 2);
    expect(output).not.toContain('expression"');
  });

  test.each(Object.entries(REFUSED).flatMap(([guard, all]) => all.map(one => [guard, one.what, one] as const)))(
    'refuses, by Guard.%s: %s',
    (_, __, request) => {
      expect(unguarded.get(request)).toMatchObject({ ok: true });
      const { ok, errors } = ask(request);
      expect(ok).toBe(false);
      // What both platforms refuse is refused by whichever the API server asks first.
      expect(errors).toMatch(/ValidatingAdmissionPolicy '(ml-(staging|production)-guards|lab)-[a-z-]+'/);
      expect(errors).toContain(request.says);
      expect(errors).not.toContain('expression');
    },
  );

  test.each(Object.entries(TAKEN).flatMap(([guard, all]) => all.map(one => [guard, one.what, one] as const)))(
    'takes, under Guard.%s: %s',
    (_, __, request) => expect(ask(request)).toMatchObject({ ok: true, errors: '' }),
  );

  test.each(teams)(
    'lets Argo CD deploy the whole of %s, from nothing',
    unit => {
      const fresh = unit === 'staging/fraud' ? sync(unit).slice(1) : sync(unit);
      expect(fresh.map(({ errors }) => errors)).toEqual(fresh.map(() => ''));
      expect(fresh.at(-1)!.output.trim().split('\n')).toHaveLength(units[unit]!.length);
    },
    60_000,
  );

  test('lets the controllers make every pod of a team', () => {
    const namespace = 'search-staging';
    for (const { metadata, spec } of units['staging/search']!.filter(({ kind }) => kind === 'Deployment')) {
      // Where an autoscaler sets their number, any is right.
      const pods = `--for=jsonpath={.status.replicas}${spec.replicas === undefined ? '' : `=${spec.replicas}`}`;
      const wait = ['wait', pods, `deployment/${metadata.name}`, '-n', namespace, '--timeout=60s'];
      expect(controlPlane.kubectl(wait)).toMatchObject({ ok: true, errors: '' });
    }
  }, 180_000);

  test('lets a namespace end with all that is in it', () => {
    const { ok, errors } = controlPlane.kubectl(['delete', 'namespace', 'pricing-production', '--timeout=120s']);
    expect({ ok, errors }).toEqual({ ok: true, errors: '' });
  }, 150_000);
});
