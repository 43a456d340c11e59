import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ControlPlane } from './control-plane';
import { describeJudged } from './judge';
import { mutant, objectsBelow, PROJECT, type Manifest } from './manifests';

const testbed = process.env.MLOPS_TESTBED ?? '';
const crds = join(process.env.MLOPS_SCHEMAS ?? '', 'crds');
const missing = !existsSync(join(testbed, 'up'))
  ? 'MLOPS_TESTBED names no test bed'
  : !existsSync(crds)
    ? 'MLOPS_SCHEMAS names no folder with CRDs'
    : undefined;

describeJudged('the API server', missing, () => {
  const objects = objectsBelow(join(PROJECT, 'dist'));
  const ofKinds = (...kinds: string[]) => objects.filter(object => kinds.includes(object.kind));
  const namespaces = ofKinds('Namespace').map(object => object.metadata.name);
  const pods = objects.flatMap(bareTemplate);
  let controlPlane: ControlPlane;

  beforeAll(() => {
    controlPlane = new ControlPlane(testbed);
    controlPlane.start();
    const files = readdirSync(crds).filter(file => file.endsWith('argoproj.io.yaml'));
    controlPlane.kubectl(['apply', '--server-side', ...files.flatMap(file => ['-f', join(crds, file)])]);
    controlPlane.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
    controlPlane.kubectl(['create', 'namespace', 'argocd']);
    controlPlane.apply(ofKinds('Namespace'));
    // The API server admits no pod without its account.
    controlPlane.apply(ofKinds('ServiceAccount'));
  }, 60_000);
  afterAll(() => controlPlane.stop(), 30_000);

  test('accepts every object, without a word from Pod Security', () => {
    const { ok, output, errors } = controlPlane.apply(objects, '--dry-run=server');
    expect({ ok, errors }).toEqual({ ok: true, errors: expect.not.stringContaining('PodSecurity') });
    expect(output.trim().split('\n')).toHaveLength(objects.length);
  });

  test('refuses an unknown field', () => {
    const wrong = mutant(objects, 'Deployment', copy => (copy.spec.unknownField = 'x'));
    const { ok, errors } = controlPlane.apply([wrong], '--dry-run=server');
    expect(ok).toBe(false);
    expect(errors).toContain('unknownField');
  });

  test('admits the pods of every workload', () => {
    const { ok, output, errors } = controlPlane.tryCreate(pods);
    expect({ ok, errors }).toEqual({ ok: true, errors: '' });
    expect(output.trim().split('\n')).toHaveLength(ofKinds('Deployment', 'Job').length);
  });

  test.each<[string, string, (spec: any) => void]>([
    [
      'is privileged',
      'privileged',
      spec => Object.assign(spec.containers[0].securityContext, { privileged: true, allowPrivilegeEscalation: true }),
    ],
    ['runs as root', 'runAsUser=0', spec => (spec.containers[0].securityContext.runAsUser = 0)],
    ['filters no system calls', 'seccompProfile', withoutSeccomp],
    ['keeps capabilities', 'unrestricted capabilities', spec => delete spec.containers[0].securityContext.capabilities],
    ['mounts a path of the node', 'hostPath', spec => spec.volumes.push({ name: 'host', hostPath: { path: '/' } })],
    ['shares the network of the node', 'host namespaces', spec => (spec.hostNetwork = true)],
  ])('refuses a pod that %s, in every namespace', (_, reason, weaken) => {
    const weakened = namespaces.map(namespace =>
      mutant(pods, 'Pod', copy => {
        copy.metadata.namespace = namespace;
        copy.spec.serviceAccountName = 'default';
        weaken(copy.spec);
      }),
    );
    const { output, errors } = controlPlane.tryCreate(weakened);
    expect(output).toBe('');
    const refusal = new RegExp(`violates PodSecurity "restricted:v1[.]\\d+".*${reason}`);
    expect(errors.trim().split('\n')).toEqual(namespaces.map(() => expect.stringMatching(refusal)));
  });

  describe('with a team that is really there', () => {
    const namespace = 'fraud-staging';
    const unit = objects.filter(
      object => object.metadata.namespace === namespace || object.metadata.name === namespace,
    );

    beforeAll(() => {
      expect(controlPlane.apply(unit).errors).toBe('');
      controlPlane.kubectl(['wait', '--for=jsonpath={.status.hard}', 'resourcequota/team', '-n', namespace]);
    }, 30_000);

    /** Which of the actions a member of the group may take in the team's namespace. */
    function allowed(group: string, actions: readonly string[]): string[] {
      const reviews = actions.map(action => {
        const [verb, resource] = action.split(' ');
        const [path = '', ...apiGroup] = resource!.split('.');
        const [kind, subresource] = path.split('/');
        return {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: {
            user: 'somebody',
            groups: [group, 'system:authenticated'],
            resourceAttributes: {
              verb,
              group: apiGroup.join('.'),
              resource: kind,
              subresource,
              namespace,
              name: kind === 'namespaces' ? namespace : '',
            },
          },
        };
      });
      const { ok, output, errors } = controlPlane.kubectl(
        ['create', '-o', 'jsonpath={.status.allowed}{"\\n"}'],
        reviews,
      );
      expect({ ok, errors }).toEqual({ ok: true, errors: '' });
      const verdicts = output.trim().split('\n');
      expect(verdicts).toHaveLength(actions.length);
      return actions.filter((_, index) => verdicts[index] === 'true');
    }

    const each = (verbs: readonly string[], resources: readonly string[]) =>
      verbs.flatMap(verb => resources.map(resource => `${verb} ${resource}`));
    const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];
    const guards = each(WRITE, [
      'namespaces',
      'resourcequotas',
      'limitranges',
      'networkpolicies.networking.k8s.io',
      'roles.rbac.authorization.k8s.io',
      'rolebindings.rbac.authorization.k8s.io',
    ]);
    const secrets = each(['get', 'list', 'watch'], ['secrets']);
    const sight = each(['get', 'list', 'watch'], ['pods', 'pods/log', 'services', 'deployments.apps']);
    const ownership = ['create secrets', 'delete secrets', 'delete pods', 'create pods/portforward'];
    // A pod can mount every Secret of its namespace, and a token can be anybody's.
    const detours = [
      ...each(['create', 'update', 'patch'], ['pods', 'deployments.apps', 'jobs.batch', 'cronjobs.batch']),
      'create pods/exec',
      'create pods/ephemeralcontainers',
      'create serviceaccounts/token',
      'impersonate serviceaccounts',
    ];
    const everything = [...guards, ...secrets, ...sight, ...ownership, ...detours];

    test('lets members see what runs and change nothing', () => {
      expect(allowed('fraud', everything)).toEqual(sight);
    });

    test('lets owners hand in secrets and restart pods besides, but neither read secrets nor touch what isolates them', () => {
      expect(allowed('fraud-leads', everything)).toEqual([...sight, ...ownership]);
    });

    test.each(['search-leads', 'search'])('lets nobody of another team do anything: %s', group => {
      expect(allowed(group, everything)).toEqual([]);
    });

    test('would show a right that is there', () => {
      expect(allowed('system:masters', everything)).toEqual(everything);
    });

    test('lets the controllers make every pod of the team', () => {
      for (const { metadata, spec } of unit.filter(object => object.kind === 'Deployment')) {
        const pods = `--for=jsonpath={.status.replicas}=${spec.replicas}`;
        const { ok, errors } = controlPlane.kubectl(
          `wait ${pods} deployment/${metadata.name} -n ${namespace} --timeout=30s`.split(' '),
        );
        expect({ ok, errors }).toEqual({ ok: true, errors: '' });
      }
    }, 40_000);

    test('refuses a pod that the quota has no room for', () => {
      const own = pods.filter(pod => pod.metadata.namespace === namespace);
      const pod = (memory: string) =>
        mutant(own, 'Pod', ({ spec }) => {
          const { resources } = spec.containers[0];
          resources.requests.memory = resources.limits.memory = memory;
        });
      expect(controlPlane.tryCreate([pod('1Gi')])).toMatchObject({ ok: true });
      const { ok, errors } = controlPlane.tryCreate([pod('64Gi')]);
      expect(ok).toBe(false);
      expect(errors).toMatch(/exceeded quota: team, .*limits[.]memory=64Gi/);
    });
  });
});

/** The pod that a workload would make, as an object of its own. */
function bareTemplate(object: Manifest): Manifest[] {
  const { template } = object.spec ?? {};
  const { namespace, name } = object.metadata;
  return template?.spec
    ? [{ apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name, namespace }, spec: template.spec }]
    : [];
}

function withoutSeccomp(spec: any): void {
  const contexts = [spec, ...spec.containers, ...(spec.initContainers ?? [])].map(part => part.securityContext);
  contexts.forEach(context => delete context.seccompProfile);
}
